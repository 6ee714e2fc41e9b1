"""Silent gaps: after a step of which nothing plays, a rest would make one pause with the rest before that step."""

from collections.abc import Iterable

from legato.profiles.segments import Segment
from legato.profiles.steps import AnyStep, Rest
from legato.profiles.stroke_ledger import LeftOutRest
from legato.profiles.words import step_words


class Gaps:
    """What came before, while steps follow each other: of which nothing plays, and whether there is a pause already."""

    def __init__(self) -> None:
        self._lost: AnyStep | None = None
        self._is_pause = True

    def takes(self, step: AnyStep) -> LeftOutRest | None:
        """A rest that goes with the step before it; None: it stays.

        It does where it is the only pause between what plays before and after, and where it lets the air out.
        """
        if self._lost is None or not self._is_pause or not isinstance(step, Rest) or step.vent:
            return None
        return LeftOutRest(step, f"nothing plays of the {step_words(self._lost)} before it")

    def plays(self, step: AnyStep, segments: Iterable[Segment]) -> None:
        """Note what plays of a step; a rest that goes leaves the step before it the last one."""
        if any(one.ticks or one.cues for one in segments):
            self._lost, self._is_pause = None, isinstance(step, Rest)
        elif self._lost is None:
            self._lost = step
