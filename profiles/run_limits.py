"""Runs: how long an actuator may act in one piece, and the break that ends such a piece.

A run of a chamber begins above 10 mmHg and is over after 10 s at or below 8 mmHg: the contact baseline is rest. All
figures are [E] estimates; the firmware has the same for chambers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from legato.profiles.device import Chamber, Channel, Cooler, Heater, Motor, Quantity
from legato.profiles.envelope import Envelope
from legato.profiles.restrictions import Limit
from legato.profiles.segments import TICKS_PER_S, Corners, Segment

SPARE_S = 0.5
"""Runs are planned this much shorter than they may be, and breaks longer than they must be: air is a little late."""

RUN_MMHG = 10.0
QUIET_MMHG = 8.0
BREAK_S = 10.0
"""A device counts a run of a chamber from the first on, until it has been at or below the second for so long."""

REGULATED_MMHG = 1.5
"""A device keeps a pressure only within this of what is asked."""


@dataclass(frozen=True, slots=True)
class RunRule:
    """Runs begin above `above`, end after `break_s` at or below `quiet`, and last at most `limit.value` seconds."""

    above: float
    quiet: float
    break_s: float
    limit: Limit

    @property
    def most_ticks(self) -> int:
        return int((self.limit.value - SPARE_S) * TICKS_PER_S)

    @property
    def break_ticks(self) -> int:
        return int((self.break_s + SPARE_S) * TICKS_PER_S)


@dataclass(frozen=True, slots=True)
class Burst:
    """A time above the quiet level, in ticks; `run_from` is when it rose above the level that begins a run."""

    start: int
    end: int
    run_from: int | None


def rule_of(channel: Channel, limits: Envelope) -> RunRule | None:
    """How long this channel may act in one piece; None where nothing limits it."""
    match channel.actuator, channel.quantity:
        case Chamber(), _:
            return RunRule(RUN_MMHG - REGULATED_MMHG, QUIET_MMHG, BREAK_S, limits.chambers[channel.index].hold)
        case Motor(action="percussion") as motor, Quantity.INTENSITY:
            return RunRule(0.0, 0.0, 10.0, _at_most(min(motor.max_s, limits.percussion_max_s), "percussion"))
        case Motor() as motor, Quantity.INTENSITY:
            return RunRule(0.0, 0.0, 10.0, _at_most(motor.max_s, "vibration"))
        case Heater() as heater, _:
            return RunRule(0.0, 0.0, 300.0, _at_most(heater.max_s, "heat"))
        case Cooler() as cooler, _:
            return RunRule(0.0, 0.0, 2700.0, _at_most(min(cooler.max_s, limits.cool_max_s), "cold"))
        case _:
            return None


def bursts(corners: Corners, rule: RunRule) -> list[Burst]:
    """The bursts of one curve, in order."""
    out: list[Burst] = []
    for (t0, v0), (t1, v1) in pairwise(corners):
        top = max(v0, v1)
        if top <= rule.quiet:
            continue
        start, end = _part_above(rule.quiet, t0, v0, t1, v1)
        run = _part_above(rule.above, t0, v0, t1, v1)[0] if top > rule.above else None
        if out and out[-1].end == start:
            last = out.pop()
            start, run = last.start, last.run_from if last.run_from is not None else run
        out.append(Burst(start, end, run))
    return out


def _part_above(level: float, t0: int, v0: float, t1: int, v1: float) -> tuple[int, int]:
    """From when to when a straight line is above `level`, rounded outwards."""
    if min(v0, v1) > level:
        return t0, t1
    cross = t0 + (t1 - t0) * (level - v0) / (v1 - v0)
    return (int(cross), t1) if v1 > v0 else (t0, int(cross) + 1)


def _at_most(seconds: float, what: str) -> Limit:
    return Limit(seconds, f"longest {what} {seconds:g} s")


class RunMeter:
    """Counts the runs of every channel while segments are laid one after the other; all times in ticks."""

    def __init__(self, rules: Mapping[int, RunRule]) -> None:
        self._rules = rules
        self._runs: dict[int, tuple[int | None, int]] = {}
        self._bursts: dict[Segment, list[tuple[int, list[Burst]]]] = {}

    def wait(self, one: Segment, now: int) -> tuple[int, int]:
        """How long `one` must wait so that no run gets too long, and the channel that needs it most (-1: none).

        Waiting for one channel makes the runs of others longer, until they have had a full break too.
        """
        total, who = 0, -1
        while (need := self._longest_wait(one, now + total))[0] > 0:
            total, who = total + need[0], need[1]
        return total, who

    def add(self, one: Segment, now: int) -> None:
        """Count `one`, which begins at `now`."""
        for channel, found in self._of(one):
            rule = self._rules[channel]
            run, quiet_from = self._runs.get(channel, (None, now - rule.break_ticks))
            for burst in found:
                if now + burst.start - quiet_from >= rule.break_s * TICKS_PER_S:
                    run = None
                if run is None and burst.run_from is not None:
                    run = now + burst.run_from
                quiet_from = now + burst.end
            self._runs[channel] = run, quiet_from

    def start_ticks(self, segments: Sequence[Segment]) -> list[int]:
        """When each segment begins, in ticks, if they begin at 0 and wait only where they must; counts them all."""
        now, out = 0, list[int]()
        for one in segments:
            now += self.wait(one, now)[0]
            self.add(one, now)
            out.append(now)
            now += one.ticks
        return out

    def _longest_wait(self, one: Segment, now: int) -> tuple[int, int]:
        waits = [(self._wait(channel, found, now), -channel) for channel, found in self._of(one)]
        ticks, channel = max(waits, default=(0, 1))
        return ticks, -channel

    def _wait(self, channel: int, found: list[Burst], now: int) -> int:
        run, quiet_from = self._runs.get(channel, (None, 0))
        if run is None:
            return 0
        rule, quiet = self._rules[channel], quiet_from
        for burst in found:
            if now + burst.start - quiet >= rule.break_ticks:
                return 0
            quiet = now + burst.end
            if quiet - run > rule.most_ticks:
                return quiet_from + rule.break_ticks - now - found[0].start
        return 0

    def _of(self, one: Segment) -> list[tuple[int, list[Burst]]]:
        if one not in self._bursts:
            ruled = ((channel, self._rules.get(channel), corners) for channel, corners in one.curves.items())
            found = [(channel, bursts(corners, rule)) for channel, rule, corners in ruled if rule is not None]
            self._bursts[one] = [(channel, some) for channel, some in found if some]
        return self._bursts[one]
