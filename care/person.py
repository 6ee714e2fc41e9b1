"""A person: settings and screening answers."""

from datetime import date
from difflib import get_close_matches
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from legato.care.conditions import Cap, conditions
from legato.care.record import Record
from legato.care.screening import DatedAnswer, ScreeningResult, screen
from legato.profiles.restrictions import Limit, Restrictions
from legato.profiles.tree import unshowable

COMFORT = "this is the limit that you set for yourself"


def _known(question: str) -> str:
    if question not in conditions():
        near = get_close_matches(question, list(conditions()), n=1)
        raise ValueError(f'did you mean "{near[0]}"?' if near else "`legato screen --questions` lists them all")
    return question


Question = Annotated[str, AfterValidator(_known)]
"""The id of a screening question."""

PERSON_NAME: Final = r"^\w[\w-]{0,31}$"
"""What the name of a person looks like; it is that of a file, too."""

Name = Annotated[str, Field(pattern=PERSON_NAME)]


def _showable(word: str) -> str:
    if hidden := unshowable(word):
        raise ValueError(f"this text holds the character {hidden}, which cannot be shown; leave it out")
    return word


Word = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_showable)]
"""Text that could be stored but not read back is refused."""

Words = Annotated[tuple[Word, ...], Field(max_length=40)]


LegLength = Annotated[float, Field(ge=40, le=130)]
"""From the sole to the groin, in cm."""


class Person(Record):
    """What Legato stores about a person; `conditions` and `medicines` are in their own words, for a therapist."""

    format: Literal[1]
    name: Name
    comfort_cap_mmhg: Cap | None = None
    leg_cm: LegLength | None = None
    conditions: Words = ()
    medicines: Words = ()
    answers: dict[Question, DatedAnswer] = Field(default_factory=dict)

    def screened(self, today: date) -> ScreeningResult | None:
        """What the answers mean on the day `today`; None without any."""
        return screen(self.answers, today) if self.answers else None

    def restrictions(self, today: date) -> Restrictions:
        """The restrictions for this person: from the screening, and the person's own comfort cap."""
        result = self.screened(today)
        return (result.restrictions if result else Restrictions()) & self._wish()

    def _wish(self) -> Restrictions:
        return Restrictions(cap_mmhg=Limit(self.comfort_cap_mmhg, COMFORT) if self.comfort_cap_mmhg else None)
