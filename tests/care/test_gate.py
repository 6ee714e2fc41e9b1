"""A routine behind a stop gate plays nowhere and says why in one sentence; a caution is acknowledged first."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from legato.care.conditions import ScreeningLevel, conditions
from legato.care.gate import DEEP_MMHG, OUTDATED, UNSCREENED, Allowed, Caution, GateRefusal, gate
from legato.care.screening import DatedAnswer, ScreeningResult, screen
from legato.profiles.load import builtin_profiles
from legato.profiles.profile import Profile

Answering = Callable[..., dict[str, DatedAnswer]]
Routine = Callable[..., Profile]

PERCUSS = {"do": "percuss", "from": "thigh", "intensity_pct": 30, "seconds": 30}
BEHIND_THE_KNEE = {"do": "glide", "from": "popliteal", "pressure_mmhg": 15}

PERSONAS = {
    "diabetes and neuropathy": {"diabetes": "yes", "sensory_loss": "yes", "circulation_checked": "yes"},
    "blood thinners": {"anticoagulants": "yes"},
    "suspected clot": {"dvt": "unsure"},
    "pregnant": {"pregnancy": "yes"},
    "clear": {},
}


@pytest.fixture
def screened(answering: Answering, today: date) -> Callable[..., ScreeningResult]:
    """The result of a screening in which the named questions were answered as told."""
    return lambda **told: screen(answering(**told), today)


def test_a_clear_person_plays_without_a_word(routine: Routine, screened: Callable[..., ScreeningResult]) -> None:
    assert gate(routine(), screened()) == Allowed()


def test_a_stop_refuses_every_routine_in_one_sentence(
    routine: Routine, screened: Callable[..., ScreeningResult]
) -> None:
    verdict = gate(routine(), screened(dvt="yes"))
    assert isinstance(verdict, GateRefusal)
    assert verdict.reason.count(".") == 1
    assert not verdict.needs_screening


def test_a_caution_is_acknowledged_with_its_reason(routine: Routine, screened: Callable[..., ScreeningResult]) -> None:
    verdict = gate(routine(), screened(pregnancy="yes"))
    assert isinstance(verdict, Caution)
    assert verdict.reasons == (conditions()["pregnancy"].reason,)


def test_an_unscreened_person_plays_with_one_line_of_notice(routine: Routine) -> None:
    assert gate(routine(), None) == Allowed(UNSCREENED)


def test_a_clinician_directed_routine_needs_a_screening(routine: Routine) -> None:
    verdict = gate(routine(clinician_directed=True), None)
    assert isinstance(verdict, GateRefusal)
    assert verdict.needs_screening


def test_a_clinician_directed_routine_needs_fresh_answers(routine: Routine, answering: Answering, today: date) -> None:
    old = screen(answering(clinician_agreed="yes"), today + timedelta(days=31))
    verdict = gate(routine(clinician_directed=True), old)
    assert isinstance(verdict, GateRefusal)
    assert verdict.needs_screening


def test_what_is_against_swelling_needs_a_screening(routine: Routine, screened: Callable[..., ScreeningResult]) -> None:
    drainage = routine(use="lymph")
    verdict = gate(drainage, None)
    assert isinstance(verdict, GateRefusal)
    assert verdict.needs_screening
    assert gate(drainage, screened()) == Allowed()


@pytest.mark.parametrize(
    "deep",
    [
        {"do": "hold", "from": "calf", "pressure_mmhg": DEEP_MMHG + 1, "seconds": 5},
        {"do": "wave", "from": "ankle", "to": "thigh", "pressure_mmhg": 30, "end_pressure_mmhg": DEEP_MMHG + 1},
        {"do": "circle", "from": "thigh", "pressure_mmhg": DEEP_MMHG - 5, "ripple_mmhg": 6},
        {"do": "repeat", "times": 2, "steps": [{"do": "hold", "from": "calf", "pressure_mmhg": 60, "seconds": 5}]},
    ],
    ids=lambda step: step["do"],
)
def test_deep_work_on_somebody_unscreened_asks_for_a_doctors_word_first(
    routine: Routine,
    screened: Callable[..., ScreeningResult],
    answering: Answering,
    today: date,
    deep: dict[str, object],
) -> None:
    asked = (conditions()["clinician_agreed"].reason,)
    assert gate(routine(deep), None) == Caution(asked, UNSCREENED)
    assert gate(routine(deep), screened()) == Allowed()
    old = screen(answering(), today + timedelta(days=31))
    assert gate(routine(deep), old) == Caution(asked, OUTDATED)
    agreed = screen(answering(clinician_agreed="yes"), today + timedelta(days=31))
    assert gate(routine(deep), agreed) == Allowed(OUTDATED)


def test_what_is_not_deep_plays_unscreened(routine: Routine) -> None:
    hold = {"do": "hold", "from": "calf", "pressure_mmhg": DEEP_MMHG, "seconds": 5}
    assert gate(routine(hold), None) == Allowed(UNSCREENED)


def test_of_the_library_somebody_unscreened_is_refused_some_and_asked_before_others() -> None:
    verdicts = {name: gate(profile, None) for name, profile in builtin_profiles().items()}
    assert {name for name, verdict in verdicts.items() if isinstance(verdict, GateRefusal)} == {
        "diabetic_gentle", "edema_upward", "lymphedema_mld", "rls_evening", "sciatica_ease",
    }  # fmt: skip
    assert {name for name, verdict in verdicts.items() if isinstance(verdict, Caution)} == {
        "deep_tissue_widening", "doms_recovery", "flexibility", "foam_roll", "neuromuscular",
    }  # fmt: skip


def test_old_answers_play_with_a_notice(routine: Routine, answering: Answering, today: date) -> None:
    assert gate(routine(), screen(answering(), today + timedelta(days=31))) == Allowed(OUTDATED)


def test_without_a_clinicians_word_it_is_acknowledged(
    routine: Routine, screened: Callable[..., ScreeningResult]
) -> None:
    guided = routine(clinician_directed=True)
    assert isinstance(gate(guided, screened()), Caution)
    assert gate(guided, screened(clinician_agreed="yes")) == Allowed()


def test_diabetic_feet_play_only_once_their_blood_flow_was_checked(
    routine: Routine, screened: Callable[..., ScreeningResult]
) -> None:
    gentle = routine(needs=["circulation_checked"])
    refused = gate(gentle, screened(diabetes="yes", circulation_checked="no"))
    assert refused == GateRefusal(conditions()["circulation_checked"].reason)
    assert isinstance(gate(gentle, screened(diabetes="yes", circulation_checked="yes")), Caution)


def test_a_need_that_only_some_people_have_does_not_keep_others_out(
    routine: Routine, screened: Callable[..., ScreeningResult]
) -> None:
    assert gate(routine(needs=["circulation_checked"]), screened()) == Allowed()


def test_a_routine_may_exclude_a_condition(routine: Routine, screened: Callable[..., ScreeningResult]) -> None:
    deep = routine(not_with=["anticoagulants"])
    verdict = gate(deep, screened(anticoagulants="yes"))
    assert isinstance(verdict, GateRefusal)
    assert "bruise easily" in verdict.reason


def test_nothing_but_percussion_is_nothing_in_pregnancy(
    routine: Routine, screened: Callable[..., ScreeningResult]
) -> None:
    assert isinstance(gate(routine(PERCUSS), screened(pregnancy="yes")), GateRefusal)


def test_what_is_left_without_percussion_plays_in_pregnancy(
    routine: Routine, screened: Callable[..., ScreeningResult]
) -> None:
    glide = {"do": "glide", "from": "ankle", "to": "calf", "pressure_mmhg": 20}
    assert isinstance(gate(routine(PERCUSS, glide), screened(pregnancy="yes")), Caution)


def test_nothing_but_the_back_of_the_knee_is_nothing_with_varicose_veins(
    routine: Routine, screened: Callable[..., ScreeningResult]
) -> None:
    assert isinstance(gate(routine(BEHIND_THE_KNEE), screened(varicose_veins="yes")), GateRefusal)


@pytest.mark.parametrize("name", builtin_profiles())
@pytest.mark.parametrize("persona", PERSONAS)
def test_each_persona_meets_each_routine_as_the_screening_says(
    name: str, persona: str, screened: Callable[..., ScreeningResult]
) -> None:
    profile, result = builtin_profiles()[name], screened(**PERSONAS[persona])
    verdict = gate(profile, result)
    if result.level is ScreeningLevel.STOP:
        assert isinstance(verdict, GateRefusal)
    elif result.level is ScreeningLevel.CAUTION:
        assert isinstance(verdict, Caution | GateRefusal)
    else:
        assert isinstance(verdict, Caution if profile.clinician_directed else Allowed)


def test_of_all_personas_only_blood_thinners_and_a_clot_close_a_gate(screened: Callable[..., ScreeningResult]) -> None:
    verdicts = {
        persona: {name: gate(profile, screened(**told)) for name, profile in builtin_profiles().items()}
        for persona, told in PERSONAS.items()
    }
    refused = {p: {n for n, v in row.items() if isinstance(v, GateRefusal)} for p, row in verdicts.items()}
    assert refused == {
        "diabetes and neuropathy": set(),
        "blood thinners": {"neuromuscular"},
        "suspected clot": set(builtin_profiles()),
        "pregnant": set(),
        "clear": set(),
    }


@pytest.mark.parametrize(
    ("told", "closed"),
    [
        ({"varicose_veins": "yes"}, {"popliteal_sweep", "foam_roll"}),
        ({"anticoagulants": "unsure"}, {"neuromuscular"}),
        ({"diabetes": "yes"}, {"diabetic_gentle"}),
    ],
    ids=["varicose veins", "blood thinners, not sure", "diabetes, blood flow not checked"],
)
def test_some_routines_are_closed_to_some_people(
    told: dict[str, str], closed: set[str], screened: Callable[..., ScreeningResult]
) -> None:
    verdicts = {name: gate(profile, screened(**told)) for name, profile in builtin_profiles().items()}
    assert {name for name, verdict in verdicts.items() if isinstance(verdict, GateRefusal)} == closed
