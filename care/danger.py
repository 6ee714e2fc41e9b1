"""Danger signs in free text (`danger.yaml`): an emergency, a doctor today, or a screening first."""

from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from typing import Annotated

from pydantic import Field, TypeAdapter, model_validator

from legato.care.record import Record
from legato.care.vocabulary import ASIDE, Vocabulary, Words
from legato.care.yaml_files import load_builtin

Sentence = Annotated[str, Field(min_length=1, max_length=300)]
Rule = Annotated[tuple[str, ...], Field(min_length=1)]


class TriageLevel(StrEnum):
    """How a need is answered, the most urgent first. With the first two, nothing is offered."""

    EMERGENCY = "emergency"
    DOCTOR = "doctor"
    SCREENING = "screening"
    MASSAGE = "massage"

    @property
    def forbids(self) -> bool:
        """Whether no massage is offered."""
        return self in (TriageLevel.EMERGENCY, TriageLevel.DOCTOR)


class BilingualText(Record):
    """A text in the languages that Legato understands."""

    en: Sentence
    de: Sentence


class Sign(Record):
    """A danger sign: what to do, and the rules, one of which must hold.

    A rule holds if each of its parts holds in some sentence of the text. A part names concepts that must be in one
    sentence: `limb + cold / pale` is a limb and one of the two; `not both` is a sentence without that concept.
    """

    sign: Annotated[str, Field(pattern="^[a-z][a-z_]*$")]
    answer: TriageLevel
    says: BilingualText
    source: Sentence
    when: Annotated[tuple[Rule, ...], Field(min_length=1)]

    def is_in(self, sentences: Sequence[frozenset[str]]) -> bool:
        """Whether `sentences`, each given as the concepts that it affirms, show this sign."""
        return any(all(any(_holds(part, s) for s in sentences) for part in rule) for rule in self.when)


class Dangers(Record):
    """All signs, and the concepts by which they are found; `otherwise` is the text if there are none."""

    otherwise: Sentence
    concepts: dict[str, Words]
    signs: tuple[Sign, ...]

    @model_validator(mode="after")
    def _speak_of_what_there_is(self) -> "Dangers":
        named = {name for sign in self.signs for rule in sign.when for part in rule for name in _names(part)}
        if unknown := sorted(named - self.concepts.keys() | self.concepts.keys() - named - {ASIDE}):
            raise ValueError(f"each concept that a sign names is needed, and no other; not so {', '.join(unknown)}")
        return self


@cache
def dangers() -> Dangers:
    """The danger signs that come with Legato."""
    return load_builtin("danger.yaml", TypeAdapter(Dangers))


@cache
def _vocabulary() -> Vocabulary:
    return Vocabulary(dangers().concepts)


def otherwise() -> str:
    """The text if no sign was found: a sign in words can always be missed."""
    return dangers().otherwise


def signs(text: str) -> tuple[Sign, ...]:
    """The signs in `text`, only those of the most urgent answer: in an emergency, nothing else is said."""
    sentences = _vocabulary().sentences(text)
    found = [sign for sign in dangers().signs if sign.is_in(sentences)]
    heaviest = next((answer for answer in TriageLevel if any(sign.answer is answer for sign in found)), None)
    return tuple(sign for sign in found if sign.answer is heaviest)


def _holds(part: str, concepts: frozenset[str]) -> bool:
    return all(_is_met(factor.strip(), concepts) for factor in part.split("+"))


def _is_met(factor: str, concepts: frozenset[str]) -> bool:
    if factor.startswith("not "):
        return factor.removeprefix("not ") not in concepts
    return any(name.strip() in concepts for name in factor.split("/"))


def _names(part: str) -> list[str]:
    return [name.strip().removeprefix("not ") for factor in part.split("+") for name in factor.split("/")]
