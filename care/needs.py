"""What brings a person to a massage, understood from free words (`needs.yaml`)."""

from functools import cache
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from legato.care.danger import otherwise
from legato.care.errors import UnknownName
from legato.care.reading import builtin
from legato.care.record import Record
from legato.care.text import ASIDE, Vocabulary, Words
from legato.profiles.anatomy import Zone

Sentence = Annotated[str, Field(min_length=1, max_length=200)]

ELSEWHERE = Words(
    en=("back of", "back from", "come back", "weak circulation", "weak blood flow", "stress fracture"),
    de=("schwache Durchblutung", "schwacher Kreislauf"),
)
"""Words of a need that mean something else here: the back of the knee is no back, a stress fracture no stress."""


class Fit(Record):
    """A routine for a need, and one line of why.

    `core` is what it is for here: without one of these felt it would be another massage, and `otherwise` is said.
    """

    routine: str
    why: Sentence
    core: tuple[Zone | Literal["percussion"], ...] = ()
    otherwise: Sentence | None = None


class Need(Record):
    """A need: the words people use for it, routines in order, what to do beside or instead, and when to see a doctor.

    `doctor_first` is a red flag: it is said before anything is offered. Some needs have no routine at all. Beside one
    of those in `yields_to` this one says nothing. With `screen_first` whatever else is wanted waits for a screening.
    """

    need: str
    words: Words
    origin: Sentence
    routines: tuple[Fit, ...] = ()
    instead: tuple[Sentence, ...] = ()
    doctor: Sentence | None = None
    doctor_first: Sentence | None = None
    yields_to: tuple[str, ...] = ()
    screen_first: bool = False


@cache
def needs() -> tuple[Need, ...]:
    """All needs, red flags first."""
    return builtin("needs.yaml", TypeAdapter(tuple[Need, ...]))


@cache
def _vocabulary() -> Vocabulary:
    return Vocabulary({need.need: need.words for need in needs()} | {ASIDE: ELSEWHERE})


def understood(text: str) -> tuple[Need, ...]:
    """The needs that `text` speaks of, red flags first; not those that it takes back.

    Raises:
        UnknownName: nothing in it is understood.
    """
    told = frozenset[str]().union(*_vocabulary().sentences(text.replace("_", " ")))
    found = tuple(need for need in needs() if need.need in told and told.isdisjoint(need.yields_to))
    if not found:
        raise UnknownName("need", text, [need.need.replace("_", " ") for need in needs()], f". {otherwise()}")
    return found
