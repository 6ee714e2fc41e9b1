"""Screening: questions one at a time, and what their answers mean for every routine from then on.

A "not sure" counts like a yes where a yes narrows, and like a no where a yes would permit: the careful side.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import reduce
from operator import and_
from typing import Annotated

from pydantic import Field

from legato.care.conditions import MOST_VALID_DAYS, Condition, ScreeningLevel, conditions
from legato.care.record import Record
from legato.profiles.restrictions import Restrictions

LAST_DAY = date.max - timedelta(days=MOST_VALID_DAYS)
"""The calendar ends; an answer of this day is the last whose expiry is still a day."""


class Answer(StrEnum):
    """What a person may say."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class DatedAnswer(Record):
    """An answer, and the day it was given."""

    answer: Answer
    on: Annotated[date, Field(le=LAST_DAY)]


Answers = Mapping[str, DatedAnswer]
"""Answers by the id of their question."""


@dataclass(frozen=True, slots=True)
class ScreeningResult:
    """What is known about a person: how careful to be, why, and what that takes away.

    `findings` are the conditions behind it, the heaviest first; `yes` the ids of all questions that count as yes.
    `open` are the questions still to be asked, for the first time or again; `expires` is the first day on which an
    answer no longer holds.
    """

    level: ScreeningLevel
    findings: tuple[Condition, ...]
    restrictions: Restrictions
    yes: frozenset[str]
    open: tuple[Condition, ...]
    expires: date | None

    @property
    def is_complete(self) -> bool:
        """Whether every question has an answer that still holds."""
        return not self.open

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why, one sentence for each finding."""
        return tuple(condition.reason for condition in self.findings)


def screen(answers: Answers, today: date) -> ScreeningResult:
    """What the `answers` mean on the day `today`.

    An answer that has expired goes on narrowing until the question is asked again.
    """
    affirmed = [c for c in conditions().values() if c.id in answers and _counts_as_yes(c, answers[c.id].answer)]
    findings = [c for level in (ScreeningLevel.STOP, ScreeningLevel.CAUTION) for c in affirmed if c.level is level]
    return ScreeningResult(
        level=findings[0].level if findings else ScreeningLevel.CLEAR,
        findings=tuple(findings),
        restrictions=_all_of(findings),
        yes=frozenset(c.id for c in affirmed),
        open=tuple(_open(answers, today)),
        expires=min((_expiry(conditions()[i], a) for i, a in answers.items()), default=None),
    )


def next_question(answers: Answers, today: date) -> Condition | None:
    """The question to ask now; None when enough is known: everything, or one reason to stop."""
    return next(iter(_open(answers, today)), None)


def _open(answers: Answers, today: date) -> Iterable[Condition]:
    """The questions to ask, none once a fresh answer says stop."""
    fresh = {i: a for i, a in answers.items() if a.on <= today < _expiry(conditions()[i], a)}
    yes = {i for i, a in fresh.items() if _counts_as_yes(conditions()[i], a.answer)}
    if any(conditions()[i].level is ScreeningLevel.STOP for i in yes):
        return []
    asked = (c for c in conditions().values() if c.asked_if is None or c.asked_if in yes)
    return [c for c in asked if c.id not in fresh]


def _counts_as_yes(condition: Condition, answer: Answer) -> bool:
    return answer is Answer.YES if condition.level is ScreeningLevel.CLEAR else answer is not Answer.NO


def _expiry(condition: Condition, answered: DatedAnswer) -> date:
    return answered.on + timedelta(days=condition.valid_days)


def _all_of(findings: Iterable[Condition]) -> Restrictions:
    return reduce(and_, (condition.restrictions for condition in findings), Restrictions())
