"""What is recommended on each built-in device: only what it does in its core, and never nothing at all."""

from functools import cache

import pytest

from legato.app.recommendation import candidate
from legato.care.needs import needs
from legato.care.recommend import Candidate, Recommendation, recommend
from legato.profiles import load

DEVICES = list(load.builtin_devices())


@cache
def _candidate(routine: str, device: str, minutes: float | None = None) -> Candidate:
    return candidate(routine, load.device(device), None, minutes)


def advised(text: str, device: str, minutes: float | None = None) -> Recommendation:
    return recommend(text, lambda routine: _candidate(routine, device, minutes), None, minutes)


@pytest.mark.parametrize("device", DEVICES)
def test_what_is_offered_is_felt_in_its_core(device: str) -> None:
    for need in needs():
        offered = {s.routine for s in advised(need.need, device).routines}
        for fit in need.routines:
            assert fit.routine not in offered or _candidate(fit.routine, device).felt.issuperset(fit.core)


@pytest.mark.parametrize("device", DEVICES)
def test_no_need_is_a_dead_end(device: str) -> None:
    for need in needs():
        found = advised(need.need, device)
        if not found.answer.forbids:
            assert found.routines or found.by_hand or found.instead or found.doctor_first, need.need
            assert found.doctor, need.need


@pytest.mark.parametrize("device", [d for d in DEVICES if d.startswith("boot")])
def test_boots_offer_no_percussion(device: str) -> None:
    found = advised("after a run", device, minutes=10)
    assert found.routines
    assert "percussion_legs" not in {s.routine for s in found.routines}
    assert "percussion" in {p.routine: p.why for p in found.passed}["percussion_legs"]


def test_a_chair_that_reaches_no_knee_offers_nothing_for_one() -> None:
    found = advised("knee pain", "chair-1")
    assert found.routines == ()
    assert {p.routine for p in found.passed} == {"knee_circles", "popliteal_sweep"}


def test_a_back_is_reached_by_what_has_something_there() -> None:
    assert [s.routine for s in advised("lower back pain", "chair-1").routines][:2] == ["posture", "neuromuscular"]
    assert [s.routine for s in advised("lower back pain", "boots-6").routines] == ["goddard"]
