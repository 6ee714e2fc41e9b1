"""Keeping two devices together: a common start, one session time on two clocks, and neither goes on without the other.

Each device refills in its own time, so each is first told to begin a good while from now, and once both are filled, at
one common moment. From then on the second device follows the first: where its session time stands and how fast it runs
is put right by small trims, since two clocks never agree.
"""

from collections.abc import Callable
from typing import Final

from legato.controller.link.device_messages import Status
from legato.controller.session.command_stream import HOLD_S
from legato.controller.session.phase import Phase
from legato.controller.session.session import Session
from legato.firmware import wire
from legato.profiles.device import Device, Quantity

LEAD_S: Final = 0.5
"""From both being filled to the common start: time for the command to arrive, even if it has to be sent again."""

AGREED_S: Final = 1.5
"""A common start that has not come about by then is agreed again."""

RENEW_S: Final = 2.0
"""How often the far start of a device that waits is put off."""

KNOWN_S: Final = 0.5
"""For how long a clock must have been observed before a start can be given in its time."""

TRIM_S: Final = 0.2
STALE_S: Final = 2.0
"""A follower that is on time is trimmed only as often as this."""

ALONE_S: Final = 1.0
"""So long one may move while the other does not: a change takes a moment to arrive at both."""

APART_MS: Final = 50.0
"""Further apart than this for `ALONE_S` they are not together any more."""

RATE_ONE: Final = 4096
RATE_MOST: Final = 100

_SHORT_MMHG: Final = 2.5
_FAR_MMHG: Final = 9.0
"""A little inside the bounds between which the firmware takes a chamber for filled (docs/reference/protocol.md)."""

_STILL: Final = wire.IDLE


class ClockSync:
    """`turn` is called with every status of either; `part` is called, with the reason, when they cannot go on."""

    def __init__(self, first: Session, second: Session, part: Callable[[str], None]) -> None:
        self._both = (first, second)
        self._part = part
        self._before: list[Status | None] = [None, None]
        self._filled = [False, False]
        self._renewed_s = self._agreed_s = self._trimmed_s = -STALE_S
        self._rate = 0
        self._trouble_since_s: float | None = None

    def turn(self, number: int, now_s: float) -> None:
        """Device `number` (0 or 1) has reported."""
        self._note(number)
        states = [_moving(member) for member in self._both]
        trouble = ""
        if wire.REFILL in states:
            self._refill(states, now_s)
        if states == [wire.RUNNING, wire.RUNNING]:
            trouble = self._follow(now_s)
        elif states != [wire.REFILL, wire.REFILL] and states != [_STILL, _STILL]:
            trouble = "one went on without the other"
        self._judge(trouble, now_s)

    def _note(self, number: int) -> None:
        status, before = self._both[number].status, self._before[number]
        if status is None or status is before:
            return
        self._filled[number] = before is not None and _is_filled(self._both[number].device, status, before)
        self._before[number] = status

    def _refill(self, states: list[int], now_s: float) -> None:
        """Waits for the later of the two, then names the moment."""
        if now_s < self._agreed_s + AGREED_S:
            return
        if states == [wire.REFILL, wire.REFILL] and all(self._filled) and all(map(_is_ready, self._both)):
            self._agreed_s, self._trimmed_s = now_s, -STALE_S
            for member in self._both:
                _begin(member, now_s + LEAD_S)
        elif now_s >= self._renewed_s + RENEW_S:
            self._renewed_s = now_s
            for member, state in zip(self._both, states, strict=True):
                if state == wire.REFILL and member.playback.may_trim:
                    _begin(member, now_s + HOLD_S)

    def _follow(self, now_s: float) -> str:
        """Trims the second device; returns what is wrong where they are too far apart for that."""
        leader, follower = self._both
        at = follower.clock.host_to_device(now_s)
        right_ms = _session_ms(leader, now_s, 0)
        apart_ms = _session_ms(follower, now_s, self._rate) - right_ms
        rate = round((leader.clock.rate_ms_s / follower.clock.rate_ms_s - 1.0) * RATE_ONE)
        rate = min(max(rate, -RATE_MOST), RATE_MOST)
        is_off = abs(apart_ms) >= 1.0 or abs(rate - self._rate) > 1
        if follower.playback.may_trim and now_s >= self._trimmed_s + (TRIM_S if is_off else STALE_S):
            self._trimmed_s, self._rate = now_s, rate
            whole = round(at)
            follower.playback.stream.trim(round(right_ms + whole - at), whole, rate)
        return f"they drifted {abs(apart_ms):.0f} ms apart" if abs(apart_ms) > APART_MS else ""

    def _judge(self, trouble: str, now_s: float) -> None:
        if not trouble:
            self._trouble_since_s = None
        elif self._trouble_since_s is None:
            self._trouble_since_s = now_s
        elif now_s >= self._trouble_since_s + ALONE_S:
            self._trouble_since_s = None
            self._part(trouble)


def _is_ready(member: Session) -> bool:
    return member.playback.may_trim and member.clock.span_s >= KNOWN_S


def _begin(member: Session, at_s: float) -> None:
    member.playback.stream.trim(member.session_ms, round(member.clock.host_to_device(at_s)), 0)


def _moving(member: Session) -> int:
    """REFILL or RUNNING, or else that it stands still, whatever for."""
    if member.phase is not Phase.PLAYING or member.status is None:
        return _STILL
    return member.status.state if member.status.state in (wire.REFILL, wire.RUNNING) else _STILL


def _session_ms(member: Session, now_s: float, rate: int) -> float:
    """Session time now, from the device's last report and its clock since."""
    status = member.status
    if status is None:
        raise ValueError("a device that has reported nothing has no session time")
    gone_ms = member.clock.host_to_device(now_s) - member.clock.unwrapped(status.device_ms)
    return status.session_ms + gone_ms * (1.0 + rate / RATE_ONE)


def _is_filled(device: Device, status: Status, before: Status) -> bool:
    """Whether, refilling, all commands have come to rest, and every chamber has come to its own."""
    if not before.state == status.state == wire.REFILL or status.commanded != before.commanded:
        return False
    values = zip(device.channels, status.commanded, status.measured, strict=True)
    return all(
        measured is not None and -_SHORT_MMHG <= measured - commanded <= _FAR_MMHG
        for channel, commanded, measured in values
        if channel.quantity is Quantity.PRESSURE
    )
