"""Screening: questions one at a time, and what the answers mean for every routine from then on.

"Not sure" counts as yes where a yes restricts, and as no where a yes would permit: the safe side.
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
"""The last day for an answer: its expiry is the last date that the calendar has."""


class Answer(StrEnum):
    """The possible answers."""

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
    """The result of a screening: the level, the reasons, and the restrictions.

    `findings` are the conditions behind it, the most serious first; `yes` the ids of all questions that count as yes.
    `open` are the questions still to be asked, for the first time or again; `expires` is the first day on which an
    answer is no longer valid.
    """

    level: ScreeningLevel
    findings: tuple[Condition, ...]
    restrictions: Restrictions
    yes: frozenset[str]
    open: tuple[Condition, ...]
    expires: date | None

    @property
    def is_complete(self) -> bool:
        """Whether every question has a valid answer."""
        return not self.open

    @property
    def reasons(self) -> tuple[str, ...]:
        """One sentence for each finding."""
        return tuple(condition.reason for condition in self.findings)


def screen(answers: Answers, today: date) -> ScreeningResult:
    """What the `answers` mean on the day `today`.

    An expired answer keeps restricting until the question is asked again.
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
    """The question to ask now; None if all are answered, or one answer is a stop."""
    return next(iter(_open(answers, today)), None)


def _open(answers: Answers, today: date) -> Iterable[Condition]:
    """The questions to ask; none once a valid answer is a stop."""
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
