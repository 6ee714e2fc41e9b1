"""Behind the knee, where it may only be touched in passing, a chamber comes up quickly and is let go of soon.

It joins a circle when that comes round and it has had its break, so that nothing else waits for it.
"""

from collections.abc import Iterable, Sequence
from math import ceil

from legato.profiles.compile_context import chambers
from legato.profiles.device import Channel, Device
from legato.profiles.segments import TICKS_PER_S, Points
from legato.profiles.stroke_ledger import Clip
from legato.profiles.stroke_reach import is_behind_knee
from legato.profiles.strokes.stroke_context import StrokeContext
from legato.profiles.strokes.swing import PLATEAU, Swing

RISE_S = 1.0
SLOWEST_RISE_S = 1.5
"""It comes up in the first, in the second where air is slow, or its 3 s would be over before a stroke is really there
([E] estimates)."""


def rise_s(stroke: StrokeContext) -> float:
    """In how many seconds such a chamber comes up."""
    return min(RISE_S * stroke.stretch, SLOWEST_RISE_S)


def passing_chambers(cast: Iterable[Channel], device: Device) -> frozenset[int]:
    """The chambers that a circle only passes: those behind the knee, unless it has no others."""
    own = chambers(cast)
    behind = frozenset(c.index for c in own if is_behind_knee(c.actuator, device))
    return behind if len(behind) < len(own) else frozenset()


def turns_joined(swing: Swing, channel: int, turns: range) -> Sequence[int]:
    """The turns that such a chamber joins: the last, maybe the widest, and those before it that leave it its breaks."""
    rise, stay, fall = _times_s(swing, channel)
    break_s = swing.stroke.context.rules[channel].break_ticks / TICKS_PER_S
    return turns[:: -ceil((rise + stay + fall + break_s) / swing.period_s)][::-1]


def pass_by(swing: Swing, channel: int, delay_s: float, turns: Sequence[int]) -> Points:
    """The curve of a chamber that is full when its turn comes, in these turns, and at the floor between them."""
    stroke, high = swing.stroke, swing.bands[channel][1]
    rise, stay, fall = _times_s(swing, channel)
    points: Points = [(0.0, stroke.levels[channel])]
    for turn in turns:
        full_s = swing.full_s(delay_s, turn)
        points += [(full_s - rise, points[-1][1]), (full_s, high), (full_s + stay, high)]
        points.append((full_s + stay + fall, stroke.floor_mmhg))
    return points


def report_passed(stroke: StrokeContext, channel: int, asked: int, plays: int) -> None:
    """That a chamber is not pressed every time round."""
    what = stroke.context.device.channels[channel]
    words = f"{asked} times", f"{plays} times" if plays > 1 else "once"
    stroke.ledger.cut(Clip(stroke.step, what, *words, stroke.context.rules[channel].limit.why), asked - plays)


def _times_s(swing: Swing, channel: int) -> tuple[float, float, float]:
    """For how long it rises, stays full, and falls."""
    rise = min(rise_s(swing.stroke), swing.rise_s)
    fall = swing.stroke.fall_s(channel, swing.bands[channel][1])
    most_s = swing.stroke.context.rules[channel].most_ticks / TICKS_PER_S
    return rise, max(0.0, min(swing.period_s * PLATEAU, most_s - rise - fall)), fall
