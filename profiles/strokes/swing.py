"""Swinging: chambers go up and down between two pressures, turn after turn, as kneading and circling do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from legato.profiles.air import BASELINE_MMHG
from legato.profiles.compile_context import SHORTEST_RAMP_S
from legato.profiles.segments import TICKS_PER_S, Points, Segment, half_units
from legato.profiles.strokes.stroke_context import StrokeContext

PLATEAU = 0.1
"""The part of a period that a chamber stays high, and stays low ([E] estimate)."""

FLAT_MMHG = 4.0
"""Nobody feels the rate of a smaller swing ([E] estimate)."""

UNTOLD_S = 0.5
"""What is later, or lasts longer, by less has no line."""

Bands = dict[int, tuple[float, float]]
"""Between which two pressures each chamber swings, by channel."""


@dataclass(frozen=True)
class Swing:
    """Chambers that swing within their bands, a turn in `period_s`; the last one begins `delay_s` after the first."""

    stroke: StrokeContext
    bands: Bands
    period_s: float
    delay_s: float = 0.0

    @property
    def lead_s(self) -> float:
        """The ramp in which all chambers can rise together to where they begin to swing, if they do not stand there."""
        lows = {channel: low for channel, (low, _) in self.bands.items() if low > self.stroke.levels[channel]}
        return self.stroke.rise_s(lows) if lows else 0.0

    @property
    def rise_s(self) -> float:
        """How long a chamber takes from low to high."""
        return self.period_s * (0.5 - PLATEAU)

    def full_s(self, delay_s: float, turn: int) -> float:
        """When a chamber that begins `delay_s` after the first one is high in a turn, counted from 0."""
        return self.lead_s + delay_s + turn * self.period_s + self.rise_s

    @property
    def longest_fall_s(self) -> float:
        """How long the slowest chamber takes from its highest pressure to the floor."""
        return max(self.stroke.fall_s(channel, high) for channel, (_, high) in self.bands.items())

    @property
    def shortest_s(self) -> float:
        """The time in which every chamber is up once."""
        return self.lead_s + self.delay_s + self.period_s / 2.0 + self.longest_fall_s

    @property
    def turns_in_a_run(self) -> int:
        """How many turns may follow each other before a chamber needs a break from pressure; at least one."""
        return min(self.turns_of(channel) for channel in self.bands)

    def turns_of(self, channel: int) -> int:
        """How many turns of one chamber may follow each other; at least one."""
        return max(1, int((self._most_s(channel) - self.lead_s - self.longest_fall_s) / self.period_s))

    def curve(self, channel: int, delay_s: float, turns: range) -> Points:
        """From the floor to low, up and down once a turn, and back to the floor before a run lasts too long."""
        level, (low, high) = self.stroke.levels[channel], self.bands[channel]
        begin_s, first_s = delay_s + turns.start * self.period_s, self.lead_s + delay_s
        rise_s, stay_s = self.rise_s, self.period_s * PLATEAU
        points: Points = [(0.0, level), (begin_s, level)]
        for turn in turns:
            at = first_s + turn * self.period_s
            points += [(at, low), (at + rise_s, high), (at + rise_s + stay_s, high), (at + 2.0 * rise_s + stay_s, low)]
        end_s = first_s + turns.stop * self.period_s
        points += [(end_s, low), (end_s + self.stroke.fall_s(channel, low), self.stroke.floor_mmhg)]
        return self.cut(channel, points, self._run_from_s(channel, points) + self._most_s(channel))

    def cut(self, channel: int, points: Points, by_s: float) -> Points:
        """The curve, let go of so that it is back at the floor by `by_s`; a turn that would not get up is left out."""
        if points[-1][0] <= by_s:
            return points
        low, high = self.bands[channel]
        from_s = by_s - self.stroke.fall_s(channel, high)
        rises = [i for i, (a, b) in enumerate(pairwise(points)) if a[1] < b[1] == high and a[0] < from_s < b[0]]
        if rises and any(mmhg == high for _, mmhg in points[: rises[0]]):
            gone_s = by_s - self.stroke.fall_s(channel, low)
            return [*points[: rises[0] + 1], (gone_s, low), (by_s, self.stroke.floor_mmhg)]
        kept = [point for point in points if point[0] < from_s]
        (t0, v0), (t1, v1) = kept[-1], points[len(kept)]
        if from_s - t0 < SHORTEST_RAMP_S:
            # So little of a slope, in whole half-units, would be a jolt, and everything be slowed down for it.
            from_s = t0
        mmhg = half_units(v0 + (v1 - v0) * (from_s - t0) / (t1 - t0))
        return [*kept, (from_s, mmhg), (from_s + self.stroke.fall_s(channel, mmhg), self.stroke.floor_mmhg)]

    def _most_s(self, channel: int) -> float:
        return self.stroke.context.rules[channel].most_ticks / TICKS_PER_S

    def _run_from_s(self, channel: int, points: Points) -> float:
        """When a device begins to count what a chamber is pressed in one piece; never, for less than it counts."""
        above = self.stroke.context.rules[channel].above
        rises = ((a, b) for a, b in pairwise(points) if b[1] > above)
        (t0, v0), (t1, v1) = next(rises, ((inf, above), (inf, above)))
        return t0 if v0 >= above else t0 + (t1 - t0) * (above - v0) / (v1 - v0)


def rises_at(one: Segment, channels: Iterable[int]) -> int:
    """When the first of these chambers leaves light contact, or what is lower, upward, in ticks; 0: none does.

    From nothing to light contact nothing is felt.
    """
    curves = (one.curves.get(channel, ()) for channel in channels)
    starts = [t0 for some in curves for (t0, v0), (_, v1) in pairwise(some) if v1 > max(v0, BASELINE_MMHG)]
    return min(starts, default=0)


def highest(one: Segment, channel: int) -> float:
    """The most that a channel is asked for in a segment; 0 where nothing is."""
    return max((value for _, value in one.curves.get(channel, ())), default=0.0)


def peaks(one: Segment, channel: int) -> list[int]:
    """When a chamber reaches its highest pressure from below, in ticks."""
    high = highest(one, channel)
    return [t1 for (_, v0), (t1, v1) in pairwise(one.curves.get(channel, ())) if v0 < v1 == high]


def beat_s(laid: Sequence[tuple[int, Segment]], channel: int) -> float | None:
    """How many seconds lie between two peaks of a chamber with no break between; None where there is only one."""
    found = [at + peak for at, one in laid for peak in peaks(one, channel)]
    return min(b - a for a, b in pairwise(found)) / TICKS_PER_S if len(found) > 1 else None
