"""What rollers do: travel with a crest, or go to and fro; parked at 0 cm with intensity 0 when they rest."""

from itertools import pairwise
from typing import Protocol

from legato.profiles.compile_context import actuator_of
from legato.profiles.device import Channel, Roller
from legato.profiles.envelope import ROLLER_FULL_MMHG
from legato.profiles.segments import Points, Segment
from legato.profiles.step_bases import Placed
from legato.profiles.steps import Circle, Knead, Stroke
from legato.profiles.stroke_reach import Stretch, stretch_of
from legato.profiles.strokes.stroke_context import NOTICED, StrokeContext

EASE_S = 0.5
"""Intensity comes and goes in this time; it comes in half of what is shorter than twice as long."""


class Passing(Protocol):
    """When the crest enters and leaves, in seconds."""

    @property
    def enter_s(self) -> float: ...
    @property
    def leave_s(self) -> float: ...


def follow(stroke: StrokeContext, channel: Channel, mmhg: float, crest: Passing, *, down: bool) -> dict[int, Points]:
    """A roller that travels through its stretch with the crest, with an intensity in proportion to the pressure."""
    start, end = _way(stroke.step, channel, down=down)
    length, asked_s = abs(end - start), crest.leave_s - crest.enter_s
    travel_s = max(asked_s, length / _speed(channel))
    if travel_s > asked_s * NOTICED:
        why = f"the roller moves at {_speed(channel):g} cm/s"
        stroke.clip(channel, stroke.stretch * length / asked_s, length / travel_s, "cm/s", why)
    moves = [(0.0, start), (travel_s, end)]
    return _rolling(stroke, channel, intensity_of(mmhg), moves, crest.enter_s - _reach_s(channel, start))


def approach_s(step: Placed, channel: Channel, *, down: bool) -> float:
    """How long before the crest enters its stretch a roller leaves home to meet it.

    One that has its home where it is parked is at rest until it rolls; others are brought home first.
    """
    start, _ = _way(step, channel, down=down)
    return _reach_s(channel, start) - (0.0 if channel.actuator.from_cm else EASE_S)


def _way(step: Placed, channel: Channel, *, down: bool) -> Stretch:
    """Where a roller that travels with a crest begins and ends."""
    low, high = _within(channel, stretch_of(step))
    return (high, low) if down else (low, high)


def _within(channel: Channel, stretch: Stretch) -> Stretch:
    """The part of a stretch that a roller reaches."""
    return max(channel.actuator.from_cm, stretch[0]), min(channel.actuator.to_cm, stretch[1])


def intensity_of(mmhg: float) -> float:
    """How hard, in %, a roller presses where air would press with `mmhg`."""
    return 100.0 * min(1.0, mmhg / ROLLER_FULL_MMHG)


def keeps_up(step: Placed, channel: Channel, period_s: float) -> bool:
    """Whether a roller is fast enough to go to and fro over the stretch of a step in `period_s`."""
    low, high = _within(channel, stretch_of(step))
    return high - low <= _speed(channel) * period_s / 2.0


def to_and_fro(
    stroke: StrokeContext, channel: Channel, intensity_pct: float, within: Stretch, period_s: float, seconds: float
) -> dict[int, Points]:
    """A roller that goes to and fro `within` a stretch for `seconds`, in `period_s` if it is fast enough for that."""
    low, high = _within(channel, within)
    half_s = max(period_s / 2.0, (high - low) / _speed(channel))
    if half_s > period_s / 2.0:
        speed = f"{_speed(channel):g} cm/s"
        stroke.clip(channel, _asked_hz(stroke.step, period_s), 0.5 / half_s, "Hz", f"the roller moves at {speed}")
    turns = int(seconds / half_s)
    moves = [(i * half_s, high if i % 2 else low) for i in range(turns + 1)]
    if (part := seconds / half_s - turns) > 0.0:
        start, end = (high, low) if turns % 2 else (low, high)
        moves.append((seconds, start + part * (end - start)))
    return _rolling(stroke, channel, intensity_pct, moves)


def _rolling(
    stroke: StrokeContext, channel: Channel, intensity_pct: float, moves: Points, from_s: float = 0.0
) -> dict[int, Points]:
    """Bring the roller to its first position from `from_s` on, press, make the moves, let go, and park it.

    `from_s` may lie `EASE_S` before the beginning where nothing moves until then.
    """
    intensity_pct = stroke.roll(channel, intensity_pct)
    home = channel.actuator.from_cm
    begin = from_s + _reach_s(channel, moves[0][1])
    end = begin + moves[-1][0]
    back_s = end + _reach_s(channel, moves[-1][1])
    position = [(0.0, 0.0), *([(from_s, 0.0), (from_s, home)] if home else [])]
    position += [(from_s + EASE_S, home), *((begin + t, v) for t, v in moves)]
    position += [(end + EASE_S, moves[-1][1]), (back_s, home), (back_s, 0.0)]
    full = begin + min(EASE_S, (end - begin) / 2.0)
    pressing = [(0.0, 0.0), (begin, 0.0), (full, intensity_pct), (end, intensity_pct), (end + EASE_S, 0.0)]
    return {channel.index: pressing, stroke.companion(channel): position}


def on_ticks(one: Segment, channel: int) -> tuple[int, int]:
    """From when to when a roller presses in a segment, in ticks; twice 0: not at all."""
    pressing = [(t0, t1) for (t0, v0), (t1, v1) in pairwise(one.curves.get(channel, ())) if v0 or v1]
    return (pressing[0][0], pressing[-1][1]) if pressing else (0, 0)


def _asked_hz(step: Stroke, period_s: float) -> float:
    """How often a step asks for to and fro, where air has made `period_s` of it; a friction is never slowed."""
    match step:
        case Circle():
            return 1.0 / step.period_s
        case Knead():
            return step.rate_hz
    return 1.0 / period_s


def _reach_s(channel: Channel, cm: float) -> float:
    """From home to a position, or back."""
    return EASE_S + (cm - channel.actuator.from_cm) / _speed(channel)


def _speed(channel: Channel) -> float:
    return actuator_of(channel, Roller).max_speed_cm_s
