"""Screening asks in plain words, one question at a time, and errs on the careful side."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from legato.care.conditions import Condition, ScreeningLevel, conditions
from legato.care.screening import Answer, DatedAnswer, next_question, screen
from legato.profiles.anatomy import Zone
from legato.profiles.restrictions import Means

Answering = Callable[..., dict[str, DatedAnswer]]

STOPS = {
    "dvt", "pe", "phlebitis", "heart_failure", "arteries_blocked", "infection", "wound", "cancer",
    "kidney_failure", "fever", "fracture", "recent_surgery", "unexplained_pain",
}  # fmt: skip
CAUTIONS = {
    "arteries_narrowed", "sensory_loss", "anticoagulants", "pregnancy", "osteoporosis", "varicose_veins", "pacemaker",
    "epilepsy_migraine", "herniated_disc", "joint_replacement", "dulled", "high_blood_pressure", "dvt_history", "minor",
    "peroneal_palsy", "weight_loss", "diabetes", "cold_sensitivity",
}  # fmt: skip


def test_every_known_gate_is_asked_about_and_weighs_what_it_should() -> None:
    levels = {level: {c.id for c in conditions().values() if c.level is level} for level in ScreeningLevel}
    assert levels[ScreeningLevel.STOP] >= STOPS
    assert levels[ScreeningLevel.CAUTION] == CAUTIONS


def test_every_question_is_one_plain_question_with_a_reason_and_a_source(condition: Condition) -> None:
    assert condition.question.count("?") == 1
    assert condition.reason.endswith(".")
    assert condition.source


def test_every_caution_takes_something_away(condition: Condition) -> None:
    narrows = condition.narrows.model_dump(exclude_defaults=True)
    assert bool(narrows) == (condition.level is ScreeningLevel.CAUTION)


def test_stops_are_asked_before_cautions() -> None:
    levels = [c.level for c in conditions().values()]
    assert levels.index(ScreeningLevel.CAUTION) > max(
        i for i, level in enumerate(levels) if level is ScreeningLevel.STOP
    )


def test_no_to_everything_is_clear(answering: Answering, today: date) -> None:
    result = screen(answering(), today)
    assert result.level is ScreeningLevel.CLEAR
    assert result.is_complete
    assert result.restrictions.cap_mmhg is None


def test_one_reason_to_stop_ends_the_questions(answering: Answering, today: date) -> None:
    answers = answering(dvt="yes")
    assert set(answers) == {"dvt"}
    assert screen(answers, today).level is ScreeningLevel.STOP
    assert next_question(answers, today) is None


def test_a_new_swollen_painful_leg_stops_everything_and_sends_to_a_doctor(answering: Answering, today: date) -> None:
    result = screen(answering(dvt="unsure"), today)
    assert result.level is ScreeningLevel.STOP
    assert "see a doctor today" in result.reasons[0]


def test_a_follow_up_is_asked_only_if_it_applies(answering: Answering) -> None:
    assert "circulation_checked" not in answering()
    assert "circulation_checked" in answering(diabetes="yes")


def test_not_sure_narrows_like_a_yes_but_never_permits(answering: Answering, today: date) -> None:
    result = screen(answering(diabetes="unsure", circulation_checked="unsure"), today)
    assert result.level is ScreeningLevel.CAUTION
    assert "circulation_checked" not in result.yes


def test_no_heat_and_no_cold_with_sensory_loss(answering: Answering, today: date) -> None:
    restrictions = screen(answering(sensory_loss="yes"), today).restrictions
    assert {Means.HEAT, Means.COLD} <= set(restrictions.forbidden)


def test_no_heat_with_diabetes(answering: Answering, today: date) -> None:
    assert Means.HEAT in screen(answering(diabetes="yes"), today).restrictions.forbidden


def test_no_percussion_in_pregnancy(answering: Answering, today: date) -> None:
    assert Means.PERCUSSION in screen(answering(pregnancy="yes"), today).restrictions.forbidden


def test_blood_thinners_keep_it_at_30_mmhg_because_of_bruises(answering: Answering, today: date) -> None:
    cap = screen(answering(anticoagulants="yes"), today).restrictions.cap_mmhg
    assert cap is not None
    assert cap.value == 30
    assert "bruise" in cap.why


def test_varicose_veins_leave_out_the_back_of_the_knee(answering: Answering, today: date) -> None:
    assert Zone.POPLITEAL in screen(answering(varicose_veins="yes"), today).restrictions.left_out


def test_several_findings_narrow_to_the_tightest(answering: Answering, today: date) -> None:
    result = screen(answering(diabetes="yes", arteries_narrowed="yes", anticoagulants="yes"), today)
    cap = result.restrictions.cap_mmhg
    assert cap is not None
    assert cap.value == 20
    assert len(result.reasons) == 3


def test_an_answer_expires_and_is_asked_again(answering: Answering, today: date) -> None:
    answers = answering(diabetes="yes")
    result = screen(answers, today)
    assert result.expires == today + timedelta(days=30)
    assert next_question(answers, today + timedelta(days=29)) is None
    again = next_question(answers, today + timedelta(days=30))
    assert again is not None
    assert again.id == "dvt"


def test_an_expired_answer_narrows_until_it_is_asked_again(answering: Answering, today: date) -> None:
    later = screen(answering(diabetes="yes"), today + timedelta(days=400))
    assert later.level is ScreeningLevel.CAUTION
    assert not later.is_complete


def test_an_expired_stop_is_asked_again_but_holds(answering: Answering, today: date) -> None:
    answers, later = answering(fever="yes"), today + timedelta(days=31)
    assert screen(answers, later).level is ScreeningLevel.STOP
    asked = set()
    while (question := next_question(answers, later)) is not None:
        answers[question.id] = DatedAnswer(answer=Answer.NO, on=later)
        asked.add(question.id)
    assert "fever" in asked
    assert screen(answers, later).level is ScreeningLevel.CLEAR


def test_an_answer_dated_in_the_future_is_asked_again(answering: Answering, today: date) -> None:
    answers = answering(on=today + timedelta(days=3650))
    assert next_question(answers, today) is not None


@pytest.mark.parametrize("answer", list(Answer))
def test_the_first_day_counts(answer: Answer, today: date, condition: Condition) -> None:
    result = screen({condition.id: DatedAnswer(answer=answer, on=today)}, today)
    assert condition not in result.open
