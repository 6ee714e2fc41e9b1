"""Segments: one movement out and back, as piecewise-linear targets over its own time, in whole ticks and half-units."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from legato.profiles.schedule import Cue

Points = list[tuple[float, float]]
"""A curve while it is drawn: (seconds, value), seconds ascending; two values at one time are a jump."""

Corners = tuple[tuple[int, float], ...]
"""A finished curve: (ticks, value), values whole half-units."""

TICKS_PER_S = 100
"""Control ticks of 10 ms in a second."""


Part = tuple[str, int, int]
"""What plays within a segment, by where it is written below its step (`2.1`), from and to in ticks."""

Move = tuple[int, int, float, int]
"""A set-point within a segment: when (ticks), channel, target, ramp (ticks)."""


@dataclass(frozen=True, eq=False)
class Segment:
    """What every channel does from one rest to the next, and what is said; `ticks` long. An empty one is a rest.

    `cues` count their time from its beginning, and `parts` are the steps inside a `together`; with `mark`, one can skip
    to where it begins.
    """

    curves: Mapping[int, Corners] = field(default_factory=dict)
    ticks: int = 0
    cues: tuple[Cue, ...] = ()
    parts: tuple[Part, ...] = ()
    mark: str = ""

    @classmethod
    def of(cls, curves: Mapping[int, Points]) -> "Segment":
        """The segment that these curves make; it lasts until the last of them has ended."""
        return cls.through({channel: _corners(points) for channel, points in curves.items()})

    @classmethod
    def through(cls, curves: Mapping[int, Corners]) -> "Segment":
        """The segment of finished curves."""
        return cls(curves, max((corners[-1][0] for corners in curves.values()), default=0))

    @classmethod
    def rest(cls, seconds: float) -> "Segment":
        """Nothing moves for `seconds`."""
        return cls(ticks=to_ticks(seconds))

    @property
    def seconds(self) -> float:
        return self.ticks / TICKS_PER_S

    @property
    def idle_ticks(self) -> int:
        """For how long nothing moves any more at its end."""
        return self.ticks - Segment.through(self.curves).ticks

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """The set-points that the curves make; where nothing changes there is none."""
        return tuple(
            (t0, channel, v1, t1 - t0)
            for channel, corners in self.curves.items()
            for (t0, v0), (t1, v1) in pairwise(corners)
            if v0 != v1
        )

    @cached_property
    def ends(self) -> tuple[tuple[int, float], ...]:
        """Where each channel stands when the segment is over."""
        return tuple((channel, corners[-1][1]) for channel, corners in self.curves.items())


def to_ticks(seconds: float) -> int:
    """The nearest whole number of control ticks."""
    return round(seconds * TICKS_PER_S)


def half_units(value: float) -> float:
    """The nearest whole half-unit, which is what the wire can carry."""
    return round(value * 2.0) / 2.0


def _corners(points: Points) -> Corners:
    out: list[tuple[int, float]] = []
    for seconds, value in points:
        corner = (to_ticks(seconds), half_units(value))
        if not out or out[-1] != corner:
            out.append(corner)
    return tuple(out)
