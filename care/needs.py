"""What people want a massage for, found in free text (`needs.yaml`)."""

from functools import cache
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from legato.care.danger import otherwise
from legato.care.errors import UnknownName
from legato.care.record import Record
from legato.care.vocabulary import ASIDE, Vocabulary, Words
from legato.care.yaml_files import load_builtin
from legato.profiles.anatomy import Zone

Sentence = Annotated[str, Field(min_length=1, max_length=200)]

ELSEWHERE = Words(
    en=("back of", "back from", "come back", "weak circulation", "weak blood flow", "stress fracture"),
    de=("schwache Durchblutung", "schwacher Kreislauf"),
)
"""Phrases in which the words of a need mean something else: "back of the knee" is not the back."""


class Fit(Record):
    """A routine for a need, with the reason in one line.

    `core` is what it is for here: if one of these is not felt, the routine is not offered, and `otherwise` is said.
    """

    routine: str
    why: Sentence
    core: tuple[Zone | Literal["percussion"], ...] = ()
    otherwise: Sentence | None = None


class Need(Record):
    """A need: the words people use for it, routines in order, what else to do, and when to see a doctor.

    `doctor_first` is a red flag, shown before anything is offered. Some needs have no routine at all. A need in
    `yields_to` replaces this one. With `screen_first`, everything else waits for a screening.
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
    return load_builtin("needs.yaml", TypeAdapter(tuple[Need, ...]))


@cache
def _vocabulary() -> Vocabulary:
    return Vocabulary({need.need: need.words for need in needs()} | {ASIDE: ELSEWHERE})


def find_needs(text: str) -> tuple[Need, ...]:
    """The needs that `text` mentions, red flags first, without negated ones.

    Raises:
        UnknownName: nothing in it is understood.
    """
    told = frozenset[str]().union(*_vocabulary().sentences(text.replace("_", " ")))
    found = tuple(need for need in needs() if need.need in told and told.isdisjoint(need.yields_to))
    if not found:
        raise UnknownName("need", text, [need.need.replace("_", " ") for need in needs()], f". {otherwise()}")
    return found
