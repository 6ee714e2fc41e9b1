"""Everybody at the same work, side by side, under every condition; several times, of which the median counts."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from statistics import median

from bench.stress.machine import Steal
from bench.stress.spread import Spread, typical
from bench.stress.trial import Contestant, HostCondition, Trial, busy, run

LANES = {HostCondition.QUIET: 2, HostCondition.BUSY: 4}
"""How many contestants run at once where they would disturb each other; where the host stands still anyway, all do."""


@dataclass
class Entry:
    """What one contestant did under one condition, run for run."""

    trials: list[Trial] = field(default_factory=list)

    @property
    def spread(self) -> Spread:
        return typical([trial.spread for trial in self.trials])

    def bytes_each(self, direction: str) -> float:
        """Bytes for each set-point that the device has `received` or `sent`, of all that went over the line."""
        return median(float(trial.device[direction]) / trial.spread.of for trial in self.trials)


@dataclass
class Contest:
    """`entries` by contestant and condition; of each run and condition, what was stolen and how the devices woke up."""

    entries: dict[tuple[str, HostCondition], Entry] = field(default_factory=dict)
    stolen: dict[HostCondition, list[float]] = field(default_factory=dict)
    is_realtime: bool = True

    def late_ms(self, condition: HostCondition) -> float:
        """The worst wake-up of any device process."""
        trials = (t for (_, c), entry in self.entries.items() if c is condition for t in entry.trials)
        return max(float(trial.device["late_max_ms"]) for trial in trials)


async def contest(contestants: Sequence[Contestant], seconds: float, runs: int, say: Callable[[str], None]) -> Contest:
    """Raises RuntimeError where a process fails, TimeoutError where one hangs."""
    out = Contest()
    for number in range(1, runs + 1):
        for condition in HostCondition:
            say(f"run {number} of {runs}: {condition}")
            await _round(out, contestants, condition, seconds)
    return out


async def _round(out: Contest, contestants: Sequence[Contestant], condition: HostCondition, seconds: float) -> None:
    size = LANES.get(condition, len(contestants))
    steal = Steal()
    trials: list[Trial] = []
    async with busy() if condition is HostCondition.BUSY else nullcontext():
        for at in range(0, len(contestants), size):
            trials += await _at_once(contestants[at : at + size], condition, seconds)
    for contestant, trial in zip(contestants, trials, strict=True):
        out.entries.setdefault((contestant.name, condition), Entry()).trials.append(trial)
        out.is_realtime = out.is_realtime and bool(trial.device["is_realtime"])
    out.stolen.setdefault(condition, []).append(steal.percent() or 0.0)


async def _at_once(contestants: Sequence[Contestant], condition: HostCondition, seconds: float) -> list[Trial]:
    together = asyncio.Barrier(len(contestants))
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(run(each, condition, seconds, together)) for each in contestants]
    return [task.result() for task in running]
