"""Curves as a person feels them: from when to when a place is pressed, and how firmly.

All times are session milliseconds, all values the channel's own unit.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from legato.profiles.schedule import Track

CONTACT_MMHG = 6.0
"""The light contact that remains between strokes (docs/how-to/profiles.md)."""

REVERSAL = 2.0
"""A smaller change than this is no change: nobody feels it as two presses."""

EXACT = 0.01

Point = tuple[float, float]
"""(session ms, value)."""


@dataclass(frozen=True, slots=True)
class FeltPress:
    """One press: it starts to rise at `rise`, is full from `full` to `free`, and is back at rest at `gone`.

    `before` and `after` are the lowest values on either side.
    """

    rise: float
    full: float
    free: float
    gone: float
    value: float
    before: float
    after: float

    @property
    def on_s(self) -> float:
        return (self.free - self.full) / 1000.0


def curve_between(track: Track, start: float, end: float) -> list[Point]:
    """The corner points of a curve from `start` to `end`, both ends included."""
    first, last = bisect_right(track.times, start), bisect_left(track.times, end)
    inner = list(zip(track.times[first:last], track.values[first:last], strict=True))
    return [(start, track.at(start)), *inner, (end, track.at(end - 1e-6))]


def presses(points: list[Point], floor: float) -> list[FeltPress]:
    """Every press in a curve; at or below `floor` a place is at rest, however far it falls."""
    tops = _tops(points)
    if not tops:
        return []
    begins, ends = [0, *tops[:-1]], [*tops[1:], len(points) - 1]
    return [_press(points, begin, top, end, floor) for begin, top, end in zip(begins, tops, ends, strict=True)]


def _press(points: list[Point], begin: int, top: int, end: int, floor: float) -> FeltPress:
    value = points[top][1]
    before = min(v for _, v in points[begin : top + 1])
    after = min(v for _, v in points[top : end + 1])
    return FeltPress(
        rise=_rise(points[begin : top + 1], before, floor),
        full=_last_below(points[begin : top + 1], value - EXACT),
        free=_first_below(points[top : end + 1], value - EXACT),
        gone=_first_below(points[top : end + 1], max(after, floor) + EXACT),
        value=value,
        before=before,
        after=after,
    )


def _rise(points: list[Point], before: float, floor: float) -> float:
    """When a press starts to rise. One that rises from below contact without a pause starts at the bottom of the curve.

    The first fill, which ends at contact, is not part of it.
    """
    leaves = _last_below(points, max(before, floor) + EXACT)
    below = [point for point in points if point[0] < leaves]
    if floor < CONTACT_MMHG:
        below = list(points[: _full(points) + 1])
    elif not below or below[-1][1] > CONTACT_MMHG - EXACT:
        return leaves
    whole = len(below)
    while len(below) > 1 and below[-2][1] < below[-1][1] and (len(below) == whole or below[-1][1] != CONTACT_MMHG):
        below.pop()
    return max(leaves, below[-1][0]) if floor < CONTACT_MMHG else below[-1][0]


def _full(points: list[Point]) -> int:
    """The index of the first corner that is as high as the last."""
    return next(i for i, (_, value) in enumerate(points) if value >= points[-1][1] - EXACT)


def _tops(points: list[Point]) -> list[int]:
    """The indices of the peaks; changes smaller than `REVERSAL` are ignored."""
    turns: list[int] = []
    low, high, rising = 0, 0, False
    for i, (_, value) in enumerate(points):
        if rising and value > points[high][1]:
            high = i
        elif rising and value < points[high][1] - REVERSAL:
            turns.append(high)
            low, rising = i, False
        elif not rising and value < points[low][1]:
            low = i
        elif not rising and value > points[low][1] + REVERSAL:
            high, rising = i, True
    return [*turns, high] if rising else turns


def _last_below(points: list[Point], level: float) -> float:
    """The last time before the end when the curve was at or below `level`."""
    for (t0, v0), (t1, v1) in pairwise(reversed(points)):
        if v1 <= level < v0:
            return t1 if v0 == v1 else t1 + (t0 - t1) * (level - v1) / (v0 - v1)
    return points[0][0] if points[0][1] > level else points[-1][0]


def _first_below(points: list[Point], level: float) -> float:
    """The first time after the start when the curve is at or below `level`."""
    for (t0, v0), (t1, v1) in pairwise(points):
        if v1 <= level < v0:
            return t0 + (t1 - t0) * (v0 - level) / (v0 - v1)
    return points[-1][0]


def time_above(points: list[Point], level: float) -> float:
    """Seconds from first rising above `level` to last falling to it."""
    on = [t for (t0, v0), (t1, v1) in pairwise(points) if max(v0, v1) > level for t in _crossing(t0, v0, t1, v1, level)]
    return (on[-1] - on[0]) / 1000.0 if on else 0.0


def _crossing(t0: float, v0: float, t1: float, v1: float, level: float) -> Iterable[float]:
    if v0 > level and v1 > level:
        return (t0, t1)
    middle = t0 + (t1 - t0) * (level - v0) / (v1 - v0)
    return (middle, t1) if v1 > level else (t0, middle)


def highest(points: list[Point]) -> float:
    """The highest value of a curve."""
    return max(v for _, v in points)
