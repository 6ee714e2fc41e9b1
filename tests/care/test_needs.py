"""Needs in people's own words (`phrases/needs.yaml`): each reaches what it speaks of, and nothing else."""

from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field, TypeAdapter

from legato.care.danger import signs
from legato.care.errors import UnknownName
from legato.care.needs import find_needs, needs
from legato.care.record import Record
from legato.care.yaml_files import load


class Phrase(Record):
    """Words, the needs that they must reach, and those that they must not."""

    say: str
    reach: tuple[str, ...]
    not_: Annotated[tuple[str, ...], Field(alias="not")] = ()


PHRASES = load(Path(__file__).parent / "phrases" / "needs.yaml", TypeAdapter(tuple[Phrase, ...]))


def reached(text: str) -> set[str]:
    try:
        return {need.need for need in find_needs(text)}
    except UnknownName:
        return set()


def test_there_are_sixty_phrases_and_one_for_each_need() -> None:
    assert len(PHRASES) >= 60
    assert {name for phrase in PHRASES for name in phrase.reach} >= {need.need for need in needs()} - {
        "numbness", "weakness",  # answered by a doctor, or a screening, whenever they are told
    }  # fmt: skip
    assert {name for phrase in PHRASES for name in phrase.not_} <= {need.need for need in needs()}


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase.say)
def test_a_phrase_reaches_what_it_speaks_of(phrase: Phrase) -> None:
    assert reached(phrase.say) >= set(phrase.reach)
    assert reached(phrase.say).isdisjoint(phrase.not_)


@pytest.mark.parametrize("phrase", [p for p in PHRASES if not p.reach], ids=lambda phrase: phrase.say)
def test_what_names_no_need_reaches_none(phrase: Phrase) -> None:
    assert reached(phrase.say) == set()


def test_none_of_them_is_taken_for_a_danger() -> None:
    assert [phrase.say for phrase in PHRASES if any(sign.answer.forbids for sign in signs(phrase.say))] == []


def test_a_need_yields_only_to_needs() -> None:
    assert {name for need in needs() for name in need.yields_to} <= {need.need for need in needs()}


def test_red_flags_come_first() -> None:
    flagged = [need.doctor_first is not None for need in needs()]
    assert flagged == sorted(flagged, reverse=True)
