"""From a need in free words to what fits a person, a device and the time there is."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from legato.care.danger import TriageLevel, otherwise
from legato.care.errors import UnknownName
from legato.care.needs import find_needs, needs
from legato.care.recommend import Candidate, Recommendation, recommend
from legato.care.screening import DatedAnswer, ScreeningResult, screen
from legato.profiles.anatomy import Zone
from legato.profiles.profile import Profile

Routine = Callable[..., Profile]


@pytest.fixture
def advice(routine: Routine) -> Callable[..., Recommendation]:
    """What is recommended for some words, where every routine takes ten minutes unless told otherwise.

    All of it is felt, but for what is `without`.
    """

    def advise(
        text: str,
        result: ScreeningResult | None = None,
        minutes: float | None = None,
        without: str = "",
        **lasting: float | None,
    ) -> Recommendation:
        def candidate(name: str) -> Candidate:
            felt = frozenset({*Zone, "percussion"} - {without})
            return Candidate(routine(name=name, title=name), lasting.get(name, 10.0), felt=felt)

        return recommend(text, candidate, result, minutes)

    return advise


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("cramps", "cramp"), ("Swelling", "swelling"), ("sleep", "sleep"), ("after a run", "after_run"),
        ("sciatica", "sciatica"), ("restless legs", "restless_legs"), ("RLS", "restless_legs"), ("stiff", "stiffness"),
        ("numb toes", "numbness"), ("weakness", "weakness"), ("burning", "burning"), ("throbbing", "throbbing"),
        ("posture", "posture"), ("circulation", "circulation"), ("water retention", "swelling"), ("DOMS", "doms"),
        ("crmaps", "cramp"), ("swoolen ankles", "swelling"), ("can't sleep", "sleep"), ("after_run", "after_run"),
    ],
)  # fmt: skip
def test_words_are_matched_generously(text: str, need: str) -> None:
    assert need in [found.need for found in find_needs(text)]


def test_words_that_mean_nothing_are_answered_with_those_that_do() -> None:
    with pytest.raises(UnknownName, match=r"known are injury, .*, diabetes, cramp"):
        find_needs("xyzzy")


def test_a_short_word_is_not_found_inside_another() -> None:
    with pytest.raises(UnknownName):
        find_needs("prunes")


def test_each_need_is_understood_by_its_own_name() -> None:
    assert all(need in find_needs(need.need) for need in needs())


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("thrombosis", TriageLevel.DOCTOR), ("one leg is swollen", TriageLevel.DOCTOR),
        ("painful swollen left leg", TriageLevel.DOCTOR), ("swollen after surgery", TriageLevel.DOCTOR),
        ("new numbness in my foot", TriageLevel.DOCTOR),
        ("weakness", TriageLevel.DOCTOR),
        ("cramps and a numb foot", TriageLevel.DOCTOR),
        ("I want to sleep, my leg is swollen and hot", TriageLevel.DOCTOR),
        ("sore calf and short of breath", TriageLevel.EMERGENCY), ("relax my cold, pale leg", TriageLevel.EMERGENCY),
    ],
)  # fmt: skip
def test_beside_a_danger_nothing_is_offered_whatever_else_is_said(
    advice: Callable[..., Recommendation], text: str, answer: TriageLevel
) -> None:
    found = advice(text)
    assert found == Recommendation(answer, found.signs, (), (), (), (), (), (), (), ())
    assert found.signs


@pytest.mark.parametrize(
    "text", ["stable lymphedema for years", "known neuropathy", "varicose veins", "tired legs, Krampfadern"]
)
def test_what_is_known_and_stable_is_screened_first(
    advice: Callable[..., Recommendation], answering: Callable[..., dict[str, DatedAnswer]], today: date, text: str
) -> None:
    unscreened = advice(text)
    assert (unscreened.answer, unscreened.routines) == (TriageLevel.SCREENING, ())
    old = screen(answering(), today + timedelta(days=31))
    assert advice(text, old).answer is TriageLevel.SCREENING


def test_whoever_was_screened_is_offered_what_fits(
    advice: Callable[..., Recommendation], answering: Callable[..., dict[str, DatedAnswer]], today: date
) -> None:
    found = advice("tired legs, varicose veins", screen(answering(varicose_veins="yes"), today))
    assert found.answer is TriageLevel.MASSAGE
    assert found.routines


def test_whoever_tells_no_sign_hears_what_the_signs_are(advice: Callable[..., Recommendation]) -> None:
    assert advice("sore calves").doctor[-1] == otherwise()


@pytest.mark.parametrize("text", ["an injury", "inflammation", "after surgery"])
def test_an_injury_or_inflammation_leads_to_a_doctor_first(advice: Callable[..., Recommendation], text: str) -> None:
    assert "doctor" in advice(text).doctor_first[0]


@pytest.mark.parametrize("text", ["I sprained my knee", "bruise on my shin", "sore calf since the accident"])
def test_beside_an_injury_nothing_is_offered_before_a_screening(
    advice: Callable[..., Recommendation], today: date, answering: Callable[..., dict[str, DatedAnswer]], text: str
) -> None:
    unscreened = advice(text)
    assert {s.routine for s in unscreened.routines} <= {"lymphedema_mld"}, "which asks for a screening by itself"
    assert unscreened.by_hand == ()
    assert {p.why for p in unscreened.passed} >= {"A screening that is complete and up to date comes first."}
    assert advice(text, screen(answering(), today)).routines


def test_diabetes_gets_the_gentle_routine_and_a_look_at_the_feet(advice: Callable[..., Recommendation]) -> None:
    found = advice("diabetes")
    assert [s.routine for s in found.routines] == ["diabetic_gentle"]
    assert "blood flow" in found.doctor[0]


def test_a_cramp_gets_light_strokes_and_heat_only_once_it_has_let_go(advice: Callable[..., Recommendation]) -> None:
    first = advice("cramp").routines[0]
    assert first.routine == "cramp_relief"
    assert "heat only once the cramp has eased" in first.why


def test_swelling_gets_upward_strokes_and_legs_up(advice: Callable[..., Recommendation]) -> None:
    found = advice("swelling")
    assert found.routines[0].routine == "edema_upward"
    assert "Put your legs up." in found.instead
    assert "today if one leg is newly swollen" in found.doctor[0]


def test_after_a_run_ice_is_for_ten_to_fifteen_minutes(advice: Callable[..., Recommendation]) -> None:
    assert any("10 to 15 minutes" in line for line in advice("after a run").instead)


def test_minutes_leave_out_what_takes_longer(advice: Callable[..., Recommendation]) -> None:
    found = advice("restless legs", minutes=30, rls_evening=60.0)
    assert [s.routine for s in found.routines] == ["sleep_winddown"]
    assert [(p.routine, p.why) for p in found.passed] == [("rls_evening", "It takes 60 minutes.")]


def test_what_the_device_cannot_do_is_left_out(advice: Callable[..., Recommendation]) -> None:
    assert advice("restless legs", rls_evening=None).passed[0].why == "This device cannot play any of it."


def test_a_routine_that_lacks_what_it_is_for_is_not_offered(advice: Callable[..., Recommendation]) -> None:
    found = advice("right after a race", without="percussion")
    assert "percussion_legs" not in [s.routine for s in found.routines]
    assert [(p.routine, p.why) for p in found.passed] == [
        ("percussion_legs", "Its main part would be missing here: percussion.")
    ]
    assert advice("knee pain", without="popliteal").passed[0].why.endswith("missing here: back of the knee.")


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("DOMS", "doms_recovery"), ("DOMS after a run", "doms_recovery"), ("right after a race", "post_competition"),
        ("sore calves, no swelling", "doms_recovery"), ("lower back pain", "posture"), ("hip pain", "posture"),
        ("Muskelkater, keine Schwellung", "doms_recovery"), ("knee pain", "knee_circles"),
        ("my leg hurts", "quick_relief"),
        ("pregnant, with cramps", "sleep_winddown"), ("I take blood thinners and want to relax", "sleep_winddown"),
    ],
)  # fmt: skip
def test_what_fits_best_comes_first(advice: Callable[..., Recommendation], text: str, best: str) -> None:
    assert advice(text).routines[0].routine == best


def test_two_needs_name_a_routine_once(advice: Callable[..., Recommendation]) -> None:
    names = [s.routine for s in advice("sleep and relaxation").routines]
    assert len(names) == len(set(names))


def test_what_two_needs_say_alike_is_said_once(advice: Callable[..., Recommendation]) -> None:
    found = advice("pregnant and swollen feet")
    assert found.instead.count("Put your legs up.") == 1


def test_a_stop_leaves_nothing_and_says_why(
    advice: Callable[..., Recommendation], answering: Callable[..., dict[str, DatedAnswer]], today: date
) -> None:
    found = advice("cramp", screen(answering(dvt="yes"), today))
    assert found.routines == ()
    assert all("clot" in passed.why for passed in found.passed)


def test_a_persons_caution_is_said_once_for_all_routines(
    advice: Callable[..., Recommendation], answering: Callable[..., dict[str, DatedAnswer]], today: date
) -> None:
    found = advice("cramp", screen(answering(anticoagulants="yes"), today))
    assert ["bruise easily" in caution for caution in found.cautions] == [True]
    assert all(suggestion.cautions == () for suggestion in found.routines)


def test_hands_are_offered_with_the_routines_but_not_to_whoever_must_not_be_massaged(
    advice: Callable[..., Recommendation], answering: Callable[..., dict[str, DatedAnswer]], today: date
) -> None:
    assert [one.guide for one in advice("knee pain").by_hand] == ["knee_circles"]
    assert advice("swelling").by_hand == ()
    assert [one.guide for one in advice("swelling", screen(answering(), today)).by_hand] == ["lymph_drainage", "upward"]
    stopped = advice("knee pain", screen(answering(dvt="yes"), today))
    assert (stopped.by_hand, stopped.instead) == ((), ())
    assert advice("tired legs, varicose veins").by_hand == ()


def test_beside_what_a_screening_would_narrow_nothing_else_is_offered_before_one(
    advice: Callable[..., Recommendation], answering: Callable[..., dict[str, DatedAnswer]], today: date
) -> None:
    for text, question in (("knots, I take blood thinners", "anticoagulants"), ("pregnant, DOMS", "pregnancy")):
        unscreened = advice(text)
        assert [s.routine for s in unscreened.routines] == ["sleep_winddown"]
        assert {p.why for p in unscreened.passed} == {"A screening that is complete and up to date comes first."}
        assert unscreened.by_hand == ()
        assert len(advice(text, screen(answering(**{question: "yes"}), today)).routines) > 1


def test_what_an_article_adds_is_said_with_its_name(advice: Callable[..., Recommendation]) -> None:
    assert any("potassium" in line and line.endswith("(Leg Massage)") for line in advice("cramp").instead)
    assert any("pharmacist" in line and "(Benefits of Leg Massage)" in line for line in advice("my leg hurts").instead)
    assert any("compression garment" in line and "Foot and Leg" in line for line in advice("swelling").instead)
    assert any(
        "See a doctor about cramps, swelling or inflammation that last." in line for line in advice("cramp").doctor
    )


@pytest.mark.parametrize("told", ["knots", "a trigger point in my calf", "verspannte Waden"])
def test_for_a_knot_it_is_thumbs_or_a_ball_and_air_is_said_to_be_broad(
    told: str, advice: Callable[..., Recommendation]
) -> None:
    found = advice(told)
    assert {"thumbs", "ball"} <= {technique.guide for technique in found.by_hand}
    assert any("air presses a whole muscle, broadly" in line for line in found.instead)
