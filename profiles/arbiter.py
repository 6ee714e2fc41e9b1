"""The pump's arbiter, replayed: one fill at a time, the earliest deadline first, over a whole schedule."""

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise

from legato.profiles import air
from legato.profiles.device import Chamber, Pump
from legato.profiles.schedule import Schedule

Rise = tuple[float, float, float, float]
"""From and to in ms, and from and to in mmHg."""


@dataclass(frozen=True, slots=True, order=True)
class Job:
    """One rise of a chamber: may begin at `release_ms`, due at `deadline_ms`, takes `work_ms` of the pump."""

    release_ms: float
    deadline_ms: float
    channel: int
    work_ms: float


def jobs_of(schedule: Schedule, pump: Pump) -> list[Job]:
    """Every rise of every chamber on `pump`, in the order of release."""
    jobs: list[Job] = []
    for channel, track in zip(schedule.device.channels, schedule.tracks, strict=True):
        chamber = channel.actuator
        if not isinstance(chamber, Chamber) or chamber.pump != pump.name:
            continue
        rises = [
            (t0, t1, v0, v1) for (t0, v0), (t1, v1) in pairwise(zip(track.times, track.values, strict=True)) if v1 > v0
        ]
        for i, (release, deadline, low, high) in enumerate(_first_in_one(rises)):
            seconds = air.fill_seconds(chamber, pump, low, high, slack=i == 0)
            jobs.append(Job(release, deadline, channel.index, seconds * 1000.0))
    return sorted(jobs)


def _first_in_one(rises: list[Rise]) -> list[Rise]:
    """The rises with the first two as one where they meet: a first fill is due when its last ramp ends."""
    if len(rises) < 2 or rises[0][1] != rises[1][0]:
        return rises
    return [(rises[0][0], rises[1][1], rises[0][2], rises[1][3]), *rises[2:]]


def lateness(jobs: list[Job]) -> Iterator[tuple[Job, float]]:
    """Every job with how many ms after its deadline it is done (negative: before), in the order they are done."""
    waiting: list[tuple[float, int, float]] = []
    now, i = 0.0, 0
    while waiting or i < len(jobs):
        if not waiting:
            now = max(now, jobs[i].release_ms)
        while i < len(jobs) and jobs[i].release_ms <= now:
            heappush(waiting, (jobs[i].deadline_ms, i, jobs[i].work_ms))
            i += 1
        deadline, n, left = heappop(waiting)
        until = jobs[i].release_ms if i < len(jobs) else now + left
        if now + left <= until:
            now += left
            yield jobs[n], now - deadline
        else:
            heappush(waiting, (deadline, n, left - (until - now)))
            now = until
