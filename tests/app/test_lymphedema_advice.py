"""What is recommended for lymphedema: torso first, with the garment that can, and never upward strokes in its place."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.front_door import Cli

TOLD = ["lymphedema", "lymphoedema", "my legs are swollen from lymphedema", "lymph drainage for heavy, swollen legs"]


@pytest.fixture
def advised(cli: Cli, screened: Callable[..., None]) -> Callable[[str, str], dict[str, Any]]:
    """What is recommended to somebody who has been screened."""
    screened("ada")

    def advise(words: str, device: str) -> dict[str, Any]:
        code, out, err = cli("recommend", words, "--device", device, "--person", "ada", "--json")
        assert code == 0, err
        found: dict[str, Any] = json.loads(out)
        return found

    return advise


@pytest.mark.parametrize("words", TOLD)
def test_with_a_garment_it_is_torso_first(words: str, advised: Callable[[str, str], dict[str, Any]]) -> None:
    found = advised(words, "boots-6-hip")
    assert [one["routine"] for one in found["routines"]] == ["lymphedema_mld"]


@pytest.mark.parametrize("device", ["boots-6", "boot-6-left", "wrap-3", "chair-1"])
@pytest.mark.parametrize("words", TOLD)
def test_without_one_there_is_a_word_about_therapist_and_garment(
    words: str, device: str, advised: Callable[[str, str], dict[str, Any]]
) -> None:
    found = advised(words, device)
    assert found["routines"] == []
    assert [(one["routine"], "lymph therapist" in one["why"]) for one in found["passed"]] == [("lymphedema_mld", True)]
    assert any("compression garment" in line for line in found["instead"])


@pytest.mark.parametrize("words", TOLD)
def test_garment_exercise_regularity_and_a_way_by_hand_belong_to_it(
    words: str, advised: Callable[[str, str], dict[str, Any]]
) -> None:
    found = advised(words, "boots-6-hip")
    assert {"exercise is part", "do more together", "drained regularly"} == {
        said for said in ("exercise is part", "do more together", "drained regularly") if said in str(found["instead"])
    }
    assert "lymph_drainage" in [one["guide"] for one in found["by_hand"]]


def test_swelling_that_is_no_lymphedema_is_stroked_upward(advised: Callable[[str, str], dict[str, Any]]) -> None:
    assert advised("water in both ankles", "boots-6")["routines"][0]["routine"] == "edema_upward"
