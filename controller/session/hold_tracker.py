"""How long each chamber has pressed in one piece, as the device reports, and the rest that it needs before it goes on.

A hold is planned as if nobody interrupted it. A pause, a question or a skip makes it longer: the air has to leave and
to come again, and only a full rest ends a hold. The device would latch a fault in the middle of what comes next. So
that rest is waited for without pressure, together with the other device of a pair.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

from legato.controller.link.connection import Connection
from legato.controller.link.device_clock import WRAP_MS
from legato.controller.link.device_messages import Status
from legato.controller.session.events import Event, Resting
from legato.profiles.air import fill_seconds
from legato.profiles.device import Chamber
from legato.profiles.envelope import in_force
from legato.profiles.run_limits import BREAK_S, QUIET_MMHG, RUN_MMHG, SPARE_S
from legato.profiles.schedule import Schedule

REST_MS: Final = round((BREAK_S + SPARE_S) * 1000)
"""Quiet for so long, a chamber has rested."""

RestLeft = Callable[[], float]
"""How many more seconds a device has to rest before it goes on."""

_LOOK_MS: Final = 100
"""Holds are counted in steps of this: devices report more often than that needs."""

_REFILL: Final = 1.5
_REFILL_MS: Final = 500.0
"""Filling again takes so many times what the pump alone needs, and this on top ([E] estimate)."""


def alone(session_ms: int) -> RestLeft:
    """There is no other device to wait for."""
    del session_ms
    return float


class HoldTracker:
    """Counts from the pressures that a device reports; one that has restarted begins anew."""

    def __init__(self) -> None:
        self._boot_id: int | None = None
        self._now_ms = 0
        self._pressed_since: dict[int, int] = {}
        self._quiet_since: dict[int, int] = {}

    def take(self, status: Status, boot_id: int) -> None:
        """Takes a status of the device that has started as `boot_id`; statuses come in order of device time."""
        if boot_id != self._boot_id:
            self._boot_id = boot_id
            self._pressed_since.clear()
            self._quiet_since.clear()
        elif (status.device_ms - self._now_ms) % WRAP_MS < _LOOK_MS:
            return
        self._now_ms = status.device_ms
        for channel, measured in enumerate(status.measured):
            self._feel(channel, measured)

    def tired(self, schedule: Schedule, session_ms: int) -> frozenset[int]:
        """The channels that `schedule`, going on from `session_ms` at once, would hold for longer than they may."""
        chambers = [
            (c.index, c.actuator) for c in in_force(schedule.device).channels if isinstance(c.actuator, Chamber)
        ]
        refill_ms = _refill_ms(schedule, chambers, session_ms)
        return frozenset(
            channel
            for channel, chamber in chambers
            if (ahead_ms := self._ahead_ms(schedule, channel, session_ms))
            and self._pressed_ms(channel) + refill_ms[chamber.pump] + ahead_ms > _longest_ms(chamber)
        )

    def rest_ms(self, channels: Collection[int]) -> int:
        """How much longer the last of `channels` has to be quiet, at least; 0 once all have rested."""
        return max((self._rest_ms(channel) for channel in channels), default=0)

    def _feel(self, channel: int, measured: float | None) -> None:
        if measured is None:
            return
        if measured > QUIET_MMHG:
            self._quiet_since.pop(channel, None)
        else:
            self._quiet_since.setdefault(channel, self._now_ms)
            if self._lasts(self._quiet_since[channel]) >= REST_MS:
                self._pressed_since.pop(channel, None)
        if measured > RUN_MMHG:
            self._pressed_since.setdefault(channel, self._now_ms)

    def _ahead_ms(self, schedule: Schedule, channel: int, session_ms: int) -> float:
        """How long `schedule` will go on with the hold that this channel is in; 0 where it has rested before that."""
        for start_ms, end_ms in schedule.tracks[channel].spans(QUIET_MMHG, BREAK_S * 1000.0):
            if end_ms > session_ms:
                return end_ms - session_ms if start_ms - session_ms < self._rest_ms(channel) else 0.0
        return 0.0

    def _pressed_ms(self, channel: int) -> int:
        return self._lasts(self._pressed_since.get(channel, self._now_ms))

    def _rest_ms(self, channel: int) -> int:
        if channel not in self._pressed_since:
            return 0
        return REST_MS - self._lasts(self._quiet_since.get(channel, self._now_ms))

    def _lasts(self, since_ms: int) -> int:
        return (self._now_ms - since_ms) % WRAP_MS


class RestKeeper:
    """Knows how long the device has to rest for `schedule`, and waits for it.

    `holds` are those of the device, from before this run on; `beside` gives what the device has to rest that plays
    together with this one: neither waits for the other under pressure.
    """

    def __init__(
        self,
        schedule: Schedule,
        holds: HoldTracker,
        beside: Callable[[int], RestLeft],
        publish: Callable[[Event], None],
    ) -> None:
        self._schedule = schedule
        self._holds = holds
        self._beside = beside
        self._publish = publish
        self._rested_s = 0.0

    def left(self, session_ms: int) -> RestLeft:
        """How much longer this device has to rest before it goes on from `session_ms`."""
        loop, tired = asyncio.get_running_loop(), self._holds.tired(self._schedule, session_ms)
        return lambda: max(0.0, self._rested_s - loop.time(), self._holds.rest_ms(tired) / 1000.0)

    def forget_holds(self) -> None:
        """The device has restarted and no longer knows how long it has held: it rests in any case."""
        self._rested_s = asyncio.get_running_loop().time() + REST_MS / 1000.0

    async def wait(self, session_ms: int, connection: Connection, is_moot: Callable[[], bool]) -> None:
        """Waits until going on from `session_ms` holds nothing too long, or `is_moot()`; raises what ended the line."""
        own_s, others_s = self.left(session_ms), self._beside(session_ms)
        if left_s := max(own_s(), others_s()):
            self._publish(Resting(left_s))
            await connection.until(lambda _: not max(own_s(), others_s()) or is_moot())


def _longest_ms(chamber: Chamber) -> float:
    return chamber.hold_s * 1000.0


def _refill_ms(schedule: Schedule, chambers: Sequence[tuple[int, Chamber]], session_ms: int) -> Mapping[str, float]:
    """How long each pump takes until its chambers are where they are to be at `session_ms`, from contact on."""
    device, targets = schedule.device, schedule.targets_at(session_ms)
    out = {pump.name: _REFILL_MS for pump in device.pumps}
    for channel, chamber in chambers:
        out[chamber.pump] += _REFILL * 1000.0 * fill_seconds(chamber, device.pump_of(chamber), 0.0, targets[channel])
    return out
