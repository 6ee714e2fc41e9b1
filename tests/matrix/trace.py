"""What a simulated device has written down of itself, sample by sample, held against the compiled schedule."""

from itertools import pairwise
from pathlib import Path
from typing import Final

import legato
from legato.profiles.schedule import Schedule, SetPoint

DEVICE: Final = "chair-1"
"""Its motors do at once what they are told: no set-point hides behind slow air."""

LATE_MS: Final = 250
"""A set-point so late is late, and not lost: half of what lies between two."""

LETS_GO_MS: Final = 1_500
"""A device that hears nothing for so long lets go."""

CHANNELS: Final = tuple(channel.name for channel in legato.device(DEVICE).channels)


def rows(trace: Path) -> list[list[str]]:
    """Whole samples: t_ms, session_ms, actuator, commanded, measured, felt, unit, state."""
    return [line.split(",") for line in trace.read_text().rpartition("\n")[0].splitlines()[1:]]


def session_ms(trace: Path) -> int:
    """Session time of a device that plays, else 0."""
    found = rows(trace)
    return int(found[-1][1]) if found and found[-1][-1] == "running" else 0


def stood_still(trace: Path) -> bool:
    """Whether the device's own process did not get to run for so long that it had to be lost, whoever drives it."""
    sampled_ms = sorted({int(row[0]) for row in rows(trace)})
    return any(later - earlier >= LETS_GO_MS for earlier, later in pairwise(sampled_ms))


def lost_setpoints(schedule: Schedule, trace: Path, by_ms: int) -> tuple[int, int]:
    """How many of the set-points that were due by then were never seen to be carried out, and of how many."""
    wrong: set[tuple[int, int]] = set()
    before_ms = dict.fromkeys(CHANNELS, 0)
    for _, at, name, commanded, *_, state in rows(trace):
        at_ms, channel = int(at), CHANNELS.index(name)
        if state == "running":
            if not _is_right(schedule, channel, min(before_ms[name], at_ms), at_ms, float(commanded)):
                wrong.add((channel, at_ms))
            before_ms[name] = at_ms
    seen_ms = max(before_ms.values())
    due = [point for point in schedule.setpoints if point.when_ms + point.ramp_ms < by_ms]
    lost = [point for point in due if point.when_ms + point.ramp_ms > seen_ms or _missed(schedule, point, wrong)]
    return len(lost), len(due)


def _is_right(schedule: Schedule, channel: int, before_ms: int, at_ms: int, commanded: float) -> bool:
    """Whether this is commanded, or was just now, up to half a unit.

    Just now is since the sample before: where that is long ago it was the device's process that did not get to run.
    """
    since_ms = min(before_ms, at_ms - LATE_MS)
    recent = [schedule.targets_at(max(0, ms))[channel] for ms in range(since_ms, at_ms + 20, 10)]
    return at_ms < LATE_MS or min(recent) - 0.5 <= commanded <= max(recent) + 0.5


def _missed(schedule: Schedule, point: SetPoint, wrong: set[tuple[int, int]]) -> bool:
    """Whether a sample between this set-point and the next of its channel was not what it asks for."""
    after = [other.when_ms for other in schedule.setpoints if other.channel == point.channel]
    until_ms = min((at for at in after if at > point.when_ms), default=schedule.duration_ms)
    return any(channel == point.channel and point.when_ms <= at < until_ms for channel, at in wrong)
