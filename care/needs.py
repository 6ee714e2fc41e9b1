"""What brings a person to a massage, understood from free words (`needs.yaml`)."""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from functools import cache
from typing import Annotated

from pydantic import Field, TypeAdapter

from care.danger import otherwise
from care.errors import UnknownName
from care.reading import builtin
from care.record import Record

Sentence = Annotated[str, Field(min_length=1, max_length=200)]

STEM = 4
"""Words that are at least this long also match where they only begin a longer one: cramp, cramps, cramping."""


class Fit(Record):
    """A routine for a need, and one line of why; with `otherwise` it is offered only whole, or that is said instead."""

    routine: str
    why: Sentence
    otherwise: Sentence | None = None


class Need(Record):
    """A need: the words people use for it, routines in order, what to do beside or instead, and when to see a doctor.

    `doctor_first` is a red flag: it is said before anything is offered. Some needs have no routine at all. What is
    said of both this need and those that it `covers` is meant of this one.
    """

    need: str
    words: Annotated[tuple[str, ...], Field(min_length=1)]
    covers: tuple[str, ...] = ()
    origin: Sentence
    routines: tuple[Fit, ...] = ()
    instead: tuple[Sentence, ...] = ()
    doctor: Sentence | None = None
    doctor_first: Sentence | None = None


@cache
def needs() -> tuple[Need, ...]:
    """All needs, red flags first."""
    return builtin("needs.yaml", TypeAdapter(tuple[Need, ...]))


def understood(text: str) -> tuple[Need, ...]:
    """The needs that `text` speaks of, red flags first; a misspelt word is taken for the nearest known one.

    Raises:
        UnknownName: nothing in it is understood.
    """
    words = _words(text)
    found = _meant(words) or _meant([_corrected(word) for word in words])
    if not found:
        raise UnknownName("need", text, [need.need for need in needs()], f". {otherwise()}")
    return found


def _meant(words: Sequence[str]) -> tuple[Need, ...]:
    found = [need for need in needs() if any(_says(words, phrase) for phrase in (need.need, *need.words))]
    return tuple(need for need in found if not any(need.need in other.covers for other in found))


def _says(words: Sequence[str], phrase: str) -> bool:
    """Whether the words of `phrase` stand in `words` one after the other."""
    wanted = _words(phrase)
    starts = range(len(words) - len(wanted) + 1)
    return any(all(_begins(words[i + k], stem) for k, stem in enumerate(wanted)) for i in starts)


def _begins(word: str, stem: str) -> bool:
    return word.startswith(stem) if len(stem) >= STEM else word == stem


def _corrected(word: str) -> str:
    vocabulary = {part for need in needs() for phrase in (need.need, *need.words) for part in _words(phrase)}
    return next(iter(get_close_matches(word, sorted(vocabulary), n=1, cutoff=0.7)), word)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())
