"""The moves that a host makes in a session of the device, each with an epoch of its own, and their feed."""

import asyncio
from collections.abc import Callable
from typing import Final

from legato.controller.link.connection import Connection
from legato.controller.link.device_clock import WRAP_MS
from legato.controller.link.device_messages import DeviceMessage, Status
from legato.controller.link.host_messages import Arm, EStop, Gain, Pause, Run, Seek, Stop, Trim
from legato.controller.session import evidence
from legato.controller.session.events import Evidence
from legato.controller.session.setpoint_feed import SetpointFeed
from legato.firmware import wire
from legato.profiles.schedule import TICK_MS, Schedule

HOLD_S: Final = 9.0
"""How far off the start is put while a device waits for another one to be ready; it takes no more than 10.5 s."""


class CommandStream:
    """Drives the device at the other end of `connection` through `schedule`.

    With `waits`, a run only refills at first, and a trim has it begin. The coroutines raise Refused, or whatever ended
    the connection.
    """

    def __init__(self, schedule: Schedule, connection: Connection, *, waits: bool = False) -> None:
        self.connection = connection
        self.session = 0
        """The session of the device that was opened last; 0 before the first."""
        self.session_ms = 0
        """Where session time stands, by the device's last word or because it was put there."""
        self.slack_ms = 0
        """How far ahead of session time the device was supplied, by its last word."""
        self.percent = 100
        """The intensity that every session starts with."""
        self._waits = waits
        self._schedule = schedule
        self._feed: SetpointFeed | None = None
        self._is_fed = False
        self._epoch = 0
        self._trim: asyncio.Future[DeviceMessage] | None = None

    @property
    def is_armed(self) -> bool:
        """Whether a session was ever opened, so that the device can confirm its end."""
        return self.session != 0

    @property
    def evidence(self) -> Evidence:
        """Figures that speak for why something ended."""
        return evidence.of_run(self.connection.endpoint, self.session_ms, self.slack_ms)

    def change_to(self, connection: Connection) -> None:
        """The device is back on another connection; it has to be armed anew."""
        self.connection = connection
        self._feed = None
        self._trim = None

    @property
    def may_trim(self) -> bool:
        """Whether the device has answered the last trim: an old one must not come after a new one."""
        return self._trim is None or self._trim.done()

    @property
    def is_primed(self) -> bool:
        """Whether the device has confirmed all that it is worth sending for now."""
        return self._is_fed and self.connection.endpoint.all_confirmed

    @property
    def is_under_way(self) -> bool:
        """Whether the device knows where in the schedule it is: not while arming or seeking."""
        return self._feed is not None

    async def arm(self, session: int) -> None:
        """Opens a new session, number `session`, in the device."""
        endpoint = self.connection.endpoint
        self.session = session
        self._feed = None
        self._epoch = 0
        endpoint.open_session(session)
        await self.connection.request(Arm(endpoint.boot_id, endpoint.nonce))

    async def prepare(self) -> None:
        """Has a device that is armed take up the intensity, and supplies it from where session time stands."""
        if self.percent != 100:
            await self.set_gain(self.percent)
        if self.session_ms:
            await self.move_to(self.session_ms)
        else:
            self._supply(0)

    async def move_to(self, session_ms: int) -> None:
        """Puts the device at the whole tick at or before `session_ms`, and supplies it. It must be armed or paused."""
        endpoint, whole_ms = self.connection.endpoint, session_ms - session_ms % TICK_MS
        self._feed = None
        endpoint.restart_stream(0)
        reply = await self.connection.request(Seek(self._next_epoch(), whole_ms))
        # What was on its way before the seek has arrived or is lost; the device's word says where its numbering stands.
        endpoint.restart_stream(reply.expected)
        self.session_ms = whole_ms
        self._supply(whole_ms)

    def _supply(self, session_ms: int) -> None:
        """Starts the feed at `session_ms`; in the middle of a schedule it first makes up for what came before."""
        schedule = self._schedule
        rows = schedule.setpoints
        if session_ms:
            rows = (*schedule.snapshot_at(session_ms), *schedule.after(session_ms))
        self._is_fed = False
        self._feed = SetpointFeed(rows, session_ms, schedule.duration_ms)
        self.pump()

    async def run(self, stops: Callable[[], bool]) -> None:
        """Lets session time run from where it stands, once the device is supplied; does nothing if `stops()`."""
        session_ms = self.session_ms
        await self.connection.until(lambda _: self.is_primed or stops())
        if not stops():
            at = self.connection.device_ms_in(HOLD_S) if self._waits else wire.NOW
            await self.connection.request(Run(self._next_epoch(), session_ms, at))

    def trim(self, session_ms: int, at_device_ms: int, rate: int) -> None:
        """Has session time be `session_ms` at `at_device_ms` of the device's clock, and run `rate` / 4096 faster.

        While the device refills, that is when it begins; `session_ms` is then where session time stands.
        """
        self._trim = self.connection.send_until_answered(Trim(session_ms, at_device_ms % WRAP_MS, rate))

    async def stand_still(self) -> Status:
        """Pauses at once; returns the status that says where session time stands."""
        await self.connection.request(Pause(self._next_epoch()))
        return await self.connection.until(lambda status: status.state not in (wire.RUNNING, wire.REFILL))

    async def set_gain(self, percent: int) -> None:
        """Heads for `percent` of the schedule, now and in every session to come."""
        await self.connection.request(Gain(self._next_epoch(), percent))
        self.percent = percent

    def pause_at(self, session_ms: int) -> None:
        """Announces a pause at `session_ms` to the device, ahead of time."""
        self.connection.send_urgently(Pause(self._next_epoch(), session_ms))

    def stop(self) -> None:
        """Soft release."""
        self._feed = None
        self.connection.send_urgently(Stop(self._next_epoch()))

    def emergency_stop(self) -> None:
        """Everything off and open."""
        self.halt()
        self.connection.send_urgently(EStop())

    def halt(self) -> None:
        """Stops feeding the device."""
        self._feed = None

    def pump(self) -> None:
        """One turn of the feed: as many frames as window, queue and look-ahead allow."""
        if self._feed is None:
            return
        endpoint = self.connection.endpoint
        while endpoint.may_feed:
            frame = self._feed.next_frame(self.session_ms, endpoint.room)
            self._is_fed = frame is None
            if frame is None:
                break
            self.connection.feed(frame)
        self.connection.flush()

    def _next_epoch(self) -> int:
        self._epoch = (self._epoch + 1) & 0xFF
        return self._epoch
