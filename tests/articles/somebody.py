"""Somebody who has answered the questions of the screening, on one fixed day."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from legato.care.screening import Answer, DatedAnswer, ScreeningResult, next_question, screen

TODAY = date(2026, 1, 5)
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


def screened(told: Mapping[str, str]) -> ScreeningResult:
    """What is known of somebody who has answered every question, as told and else with no."""
    answers: dict[str, DatedAnswer] = {}
    while (question := next_question(answers, TODAY)) is not None:
        answers[question.id] = DatedAnswer(answer=Answer(told.get(question.id, "no")), on=TODAY)
    return screen(answers, TODAY)
