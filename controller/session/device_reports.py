"""What the device reports, and whom it concerns: whoever listens, and the run that it is about."""

from functools import partial

from legato.controller.isolation import Complaints, every
from legato.controller.link.connection import Connection
from legato.controller.link.device_messages import DeviceMessage, FaultMessage, Reply, Status
from legato.controller.link.endpoint import EndpointState
from legato.controller.link.handshake import Greeting
from legato.controller.session import device_events
from legato.controller.session.event_bus import EventBus
from legato.controller.session.events import Event
from legato.controller.session.hold_tracker import HoldTracker
from legato.controller.session.phase import Phase
from legato.controller.session.playback import Playback
from legato.firmware import wire
from legato.profiles.device import Device


class DeviceReports:
    """Takes all messages of one device, over however many connections; publishes what they say to `events`."""

    def __init__(self, events: EventBus[Event]) -> None:
        self.status: Status | None = None
        """How the device stands, by its last word on this connection."""
        self.is_faulted = False
        """Whether the device holds a fault, or an emergency stop."""
        self.holds = HoldTracker()
        self._events = events
        self._complaints = Complaints()
        self._device: Device | None = None
        self._fault_number: int | None = None

    def begin(self, greeting: Greeting) -> None:
        """The device has introduced itself on a new connection: what it said before counts no more."""
        self._device, self.status, self._fault_number = greeting.device, greeting.faulted, None
        self.is_faulted = greeting.faulted is not None
        for event in device_events.greeting(greeting):
            self._events.publish(event)

    def take(self, connection: Connection, message: DeviceMessage, playback: Playback | None) -> None:
        """Takes a message that has come over `connection`, while `playback` is the run, or was the last one."""
        match message:
            case Status() as status:
                self._take_status(connection, status, playback)
            case Reply() as reply:
                if playback is not None and reply.kind == wire.SETPOINTS:
                    playback.on_reply(reply)
            case FaultMessage() as fault:
                self._take_fault(fault, playback)

    def _take_status(self, connection: Connection, status: Status, playback: Playback | None) -> None:
        self.status, self.is_faulted = status, status.state == wire.FAULTED
        self.holds.take(status, connection.endpoint.boot_id)
        self._complaints.log("telemetry", every([partial(self._publish_telemetry, connection, status)]))
        endpoint = connection.endpoint
        is_armed = endpoint.state is EndpointState.ARMED
        if playback is not None and is_armed and endpoint.session == playback.stream.session:
            playback.on_status(status)

    def _publish_telemetry(self, connection: Connection, status: Status) -> None:
        if self._events.has_listeners:
            self._events.publish(device_events.telemetry(status, connection.endpoint))

    def _take_fault(self, fault: FaultMessage, playback: Playback | None) -> None:
        """Takes a fault once, however often the device repeats it."""
        if fault.number == self._fault_number or self._device is None:
            return
        self._fault_number = fault.number
        if playback is not None and playback.phase is not Phase.OVER:
            playback.on_fault(fault)
        else:
            self._events.publish(device_events.fault(fault, self._device, {}))
