"""Crests: where a schedule's pressure comes to a top, and from when to when it stays there."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from legato.profiles.schedule import Track

LEAST_MMHG = 12.0
"""What stays below is contact, not a crest ([E] estimate; the contact baseline is 6)."""

LEAST_RISE = 0.2
"""A crest rises by at least this part of itself: a ripple on a hold is none."""


@dataclass(frozen=True, slots=True)
class Crest:
    """The pressure rises from `from_ms` on, and is at `target` mmHg from `top_ms` to `until_ms` (session time)."""

    from_ms: float
    top_ms: float
    until_ms: float
    target: float


def crests(track: Track) -> tuple[Crest, ...]:
    """The crests of one chamber, in order."""
    return tuple(_crests(track))


def _crests(track: Track) -> Iterator[Crest]:
    levels = _levels(track)
    low, from_ms = levels[0][2], levels[0][1]
    for i, (top_ms, until_ms, value) in enumerate(levels):
        if value <= low:
            low, from_ms = value, until_ms
        falls_next = i + 1 == len(levels) or levels[i + 1][2] < value
        if falls_next and value >= LEAST_MMHG and low <= value * (1.0 - LEAST_RISE):
            yield Crest(from_ms, top_ms, until_ms, value)
            low, from_ms = value, until_ms


def _levels(track: Track) -> list[tuple[float, float, float]]:
    """The corners of a curve with those that are level made one: from when, until when, and the value."""
    corners = groupby(zip(track.times, track.values, strict=True), key=lambda corner: corner[1])
    runs = [(value, [t for t, _ in run]) for value, run in corners]
    return [(times[0], times[-1], value) for value, times in runs]
