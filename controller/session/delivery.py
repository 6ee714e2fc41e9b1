"""Whether the crests were reached: the pressure that was asked for, by the device's own readings.

The firmware and the second wall act on what is dangerous; a leg that gets less than it should is in no danger, but
"completed" alone would not be the whole truth. Only what was played counts: not what a person skipped, or interrupted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from legato.controller.link.device_messages import Status
from legato.controller.session.events import Shortfall, WeakZone
from legato.firmware import wire
from legato.profiles.crests import LEAST_MMHG, Crest, crests
from legato.profiles.device import Quantity
from legato.profiles.schedule import Schedule

ENOUGH: Final = 0.8
"""A crest that came to this part of its target was there."""

LAG_MS: Final = 500
"""A reading may lag what it is about by this much: the air takes 0.15 s at the median, a status 0.1 s."""

STRIDE_MS: Final = 1_000
"""Session time that goes further than this from one status to the next was skipped, or nobody was listening."""


@dataclass
class _Chamber:
    """One chamber: which crest is next, and the highest it was asked for and measured on the way to it."""

    index: int
    name: str
    crests: tuple[Crest, ...]
    next: int = 0
    asked: float = 0.0
    reached: float = 0.0
    was_there: bool = False
    judged: int = 0
    weak: int = 0
    lowest: float = 1.0

    def take(self, session_ms: int, commanded: float, measured: float) -> None:
        """One reading; session time only goes on."""
        while self.next < len(self.crests) and session_ms > self.crests[self.next].until_ms + LAG_MS:
            self._judge(self.crests[self.next])
            self.move_to(session_ms)
        if self.next < len(self.crests) and session_ms >= self.crests[self.next].from_ms:
            self.asked, self.reached = max(self.asked, commanded), max(self.reached, measured)
            self.was_there = self.was_there or session_ms >= self.crests[self.next].top_ms

    def move_to(self, session_ms: int) -> None:
        """Goes on at `session_ms`; of a crest that is under way there nobody can say how it would have been."""
        self.asked, self.reached, self.was_there = 0.0, 0.0, False
        self.next = next(
            (i for i, crest in enumerate(self.crests) if crest.until_ms + LAG_MS >= session_ms), len(self.crests)
        )

    def _judge(self, crest: Crest) -> None:
        """At a lower intensity less is asked for than the schedule has."""
        asked = min(crest.target, self.asked)
        if not self.was_there or asked < LEAST_MMHG:
            return
        share = self.reached / asked
        self.judged += 1
        self.weak += share < ENOUGH
        self.lowest = min(self.lowest, share)


class Delivery:
    """Takes every status of a run; `shortfall` says what was missing."""

    def __init__(self, schedule: Schedule) -> None:
        found = zip(schedule.device.channels, schedule.tracks, strict=True)
        self._chambers = [_Chamber(c.index, c.name, crests(t)) for c, t in found if c.quantity is Quantity.PRESSURE]
        self._session_ms = 0

    def take(self, status: Status) -> None:
        """One status of the session, in order; a chamber whose sensor gives no reading is not judged."""
        if status.state != wire.RUNNING:
            return
        has_jumped = not 0 <= status.session_ms - self._session_ms <= STRIDE_MS
        self._session_ms = status.session_ms
        for chamber in self._chambers:
            measured = status.measured[chamber.index]
            if has_jumped:
                chamber.move_to(status.session_ms)
            elif measured is not None:
                chamber.take(status.session_ms, status.commanded[chamber.index], measured)

    @property
    def shortfall(self) -> Shortfall | None:
        """The crests that stayed below, by chamber; None where all were there."""
        weak = tuple(self._weak())
        if not weak:
            return None
        return Shortfall(sum(zone.below for zone in weak), sum(chamber.judged for chamber in self._chambers), weak)

    def _weak(self) -> Iterator[WeakZone]:
        for chamber in self._chambers:
            if chamber.weak:
                yield WeakZone(chamber.name, chamber.weak, chamber.judged, round(chamber.lowest * 100.0))
