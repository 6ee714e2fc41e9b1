"""The pump's plan: what share of it a stroke takes, and when there is air to spare.

A pump serves one chamber at a time, the earliest deadline first. Ramps whose shares never add up to more than one pump
can all be followed at once, so shares are what is planned with; the proof replays the arbiter itself.
"""

from collections import defaultdict
from itertools import pairwise
from math import ceil, floor

from legato.profiles.compile_context import CompileContext, Rise
from legato.profiles.segments import TICKS_PER_S, Segment

Load = tuple[int, int, float]
"""From and to in ticks, and the share of the pump that is taken."""


def loads_of(context: CompileContext, one: Segment) -> dict[str, list[Load]]:
    """For each pump the shares that a segment takes, in order, without overlap."""
    ramps: dict[tuple[int, int], list[Rise]] = defaultdict(list)
    for channel, corners in one.curves.items():
        if channel in context.pump:
            for (t0, v0), (t1, v1) in pairwise(corners):
                if v1 > v0:
                    ramps[t0, t1].append((channel, v0, v1))
    loads: dict[str, list[Load]] = defaultdict(list)
    for (t0, t1), rises in ramps.items():
        for pump, seconds in context.share_s(rises).items():
            loads[pump].append((t0, t1, seconds * TICKS_PER_S / (t1 - t0 + 1)))
    return {pump: _added_up(some) for pump, some in loads.items()}


def _added_up(loads: list[Load]) -> list[Load]:
    """Overlapping loads as one staircase."""
    steps: dict[int, list[float]] = defaultdict(list)
    for start, end, share in loads:
        steps[start].append(share)
        steps[max(end, start + 1)].append(-share)
    out, level = [], 0.0
    for start, end in pairwise(sorted(steps)):
        for change in steps[start]:
            level += change
        if level > 1e-9:
            out.append((start, end, level))
    return out


class PumpPlan:
    """What one pump is busy with so far, and where the time it has left over has been given away up to."""

    def __init__(self) -> None:
        self.spare_from = 0
        self._busy: list[Load] = []

    def copy(self) -> "PumpPlan":
        """The same plan, to try something on."""
        other = PumpPlan()
        other.spare_from, other._busy = self.spare_from, list(self._busy)
        return other

    def take(self, loads: list[Load], at: int) -> None:
        """Book the shares of a segment that begins at `at`."""
        self._busy += [(at + start, at + end, share) for start, end, share in loads]

    def skip_to(self, now: int) -> None:
        """Give nothing away that lies before `now`: what was filled by then has been vented since."""
        self.spare_from = max(self.spare_from, now)

    def fit(self, seconds: float) -> tuple[int, int]:
        """Book `seconds` of the pump in the time that is left over, one job after the other; from when to when."""
        start, left = self.spare_from, seconds * TICKS_PER_S
        self._busy = [load for load in self._busy if load[1] > start]
        now = float(start)
        for begin, end, share in self._busy:
            for until, free in ((begin, 1.0), (end, 1.0 - share)):
                room = max(0.0, (until - now) * free)
                if until > now and room >= left:
                    return self._given(start, now + left / free)
                left, now = left - room, max(now, float(until))
        return self._given(start, now + left)

    def latest(self, seconds: float, end: int) -> int:
        """When a job must begin that takes `seconds` of the pump in the time left over, and ends at `end`."""
        left, now = seconds * TICKS_PER_S, float(end)
        for begin, until, share in reversed(self._busy):
            for since, free in ((until, 1.0), (begin, 1.0 - share)):
                room = max(0.0, now - since) * max(0.0, free)
                if room >= left:
                    return floor(now - left / free)
                left, now = left - room, min(now, float(since))
        return floor(now - left)

    def _given(self, start: int, end: float) -> tuple[int, int]:
        self.spare_from = ceil(end)
        return start, self.spare_from
