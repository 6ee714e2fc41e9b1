"""Edema strokes are upward only, and downward ones are refused."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from legato.profiles.profile import Profile


def edema(*steps: dict[str, Any]) -> Profile:
    head = {"format": 1, "name": "edema_upward", "title": "Edema", "upward_only": True}
    return Profile.model_validate_json(json.dumps({**head, "steps": steps}))


def wave(start: str, end: str) -> dict[str, Any]:
    return {"do": "wave", "from": start, "to": end, "pressure_mmhg": 25}


def test_an_upward_stroke_is_welcome() -> None:
    assert edema(wave("foot", "thigh"), wave("ankle", "ankle")).upward_only


def test_a_downward_stroke_is_refused_and_named() -> None:
    with pytest.raises(ValidationError, match="runs down from thigh to ankle"):
        edema(wave("foot", "thigh"), wave("thigh", "ankle"))


def test_a_downward_stroke_cannot_hide_in_a_repeat() -> None:
    with pytest.raises(ValidationError, match="runs down from calf to foot"):
        edema({"do": "repeat", "times": 2, "steps": [wave("calf", "foot")]})
