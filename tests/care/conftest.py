"""People and routines to try the room on. Every test lives on one fixed day."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from legato.care.conditions import Condition, conditions
from legato.care.person import Person
from legato.care.screening import Answer, DatedAnswer, next_question
from legato.profiles.profile import Profile

GLIDE = {"do": "glide", "from": "ankle", "to": "thigh", "pressure_mmhg": 35}


@pytest.fixture
def today() -> date:
    return date(2026, 11, 21)


@pytest.fixture
def answering(today: date) -> Callable[..., dict[str, DatedAnswer]]:
    """A screening gone through: the named questions answered as told, all others with no."""

    def answer(*, on: date = today, **told: str) -> dict[str, DatedAnswer]:
        answers: dict[str, DatedAnswer] = {}
        while (question := next_question(answers, on)) is not None:
            answers[question.id] = DatedAnswer(answer=Answer(told.get(question.id, "no")), on=on)
        return answers

    return answer


@pytest.fixture
def person() -> Callable[..., Person]:
    """A person with the fields given, as a file would have them."""

    def build(answers: Mapping[str, DatedAnswer] | None = None, **fields: Any) -> Person:
        text = {i: {"answer": a.answer, "on": a.on.isoformat()} for i, a in (answers or {}).items()}
        return Person.model_validate_json(json.dumps({"format": 1, "name": "ada", **fields, "answers": text}))

    return build


@pytest.fixture
def routine() -> Callable[..., Profile]:
    """A routine of one upward glide, unless other steps are given."""

    def build(*steps: dict[str, Any], **head: Any) -> Profile:
        fields = {"format": 1, "name": "goddard", "title": "Goddard", "steps": steps or [GLIDE], **head}
        return Profile.model_validate_json(json.dumps(fields))

    return build


@pytest.fixture(params=list(conditions().values()), ids=list(conditions()))
def condition(request: pytest.FixtureRequest) -> Condition:
    """Each question of the screening in turn."""
    found: Condition = request.param
    return found
