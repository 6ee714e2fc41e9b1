"""What a device says, as the events that listeners get."""

from collections.abc import Iterator

from legato.controller.link import firmware_version, wire_names
from legato.controller.link.device_messages import FaultMessage, Status
from legato.controller.link.endpoint import Endpoint
from legato.controller.link.handshake import Greeting
from legato.controller.session import evidence, outcomes
from legato.controller.session.events import Connected, Event, Evidence, Fault, Notice, Telemetry
from legato.profiles.device import Device


def greeting(greeted: Greeting) -> Iterator[Event]:
    """Who is there, whether its firmware is of another version, and the fault that it still holds."""
    welcome = greeted.welcome
    yield Connected(greeted.device.name, welcome.version, welcome.boot_id)
    if difference := firmware_version.difference(welcome):
        yield Notice(f"{difference}; {firmware_version.renewal(welcome)}")
    if greeted.faulted is not None:
        yield Fault(wire_names.fault(greeted.faulted.fault_code), None, {})


def telemetry(status: Status, endpoint: Endpoint) -> Telemetry:
    """What `status` says, and how the link is doing."""
    return Telemetry(
        session_ms=status.session_ms,
        device_ms=status.device_ms,
        state=wire_names.state(status.state),
        commanded=status.commanded,
        measured=status.measured,
        gain=status.gain,
        slack_ms=status.slack_ms,
        rtt_ms=endpoint.retry.round_trip_s * 1000.0,
        lost=endpoint.lost,
        resent=endpoint.traffic.resent,
        bad_frames=status.bad_frames + endpoint.bad_frames,
        late_max_ms=status.late_max_ms,
    )


def fault(message: FaultMessage, device: Device, more: Evidence) -> Fault:
    """The fault that the device has latched, with its own figures and `more`."""
    figures = evidence.of_fault(message, device) | more
    return Fault(wire_names.fault(message.code), outcomes.channel_name(message, device), figures)
