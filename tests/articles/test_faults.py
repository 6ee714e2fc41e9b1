"""Every check can fail: what works without a fault does not with one, and nothing excuses it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from legato.app.recommendation import candidate
from legato.care.recommend import NotOffered, Recommendation, recommend
from legato.profiles import load
from tests.articles import kept
from tests.articles.advised import weighed
from tests.articles.demands import CHECKS
from tests.articles.found import Verdict
from tests.articles.planted import (
    Fault,
    always,
    as_firm,
    gone,
    growing,
    in_unison,
    last_first,
    later,
    nothing_until,
    swapped,
    unset,
    upside_down,
    wordless,
)
from tests.articles.played import Source, play

LONG = "Long strokes, ankle to thigh"
CIRCLES = "Circles round the kneecap"
BEHIND = "Upward over the back of the knee"
LENGTHENING = ["Short strokes at the ankle", "Ankle to calf", "Ankle to knee", "Ankle to thigh"]
WIDENING = ["Slow circles on the kneecap", "The circles widen", "Wide circles, reaching behind the knee"]
UP = ["ankle", "calf", "knee", "thigh"]
UNANSWERED = Source("cramp_relief", keep=("Has the cramp eased?", "Warm the calves"), felt=True, answers=(None,))


@dataclass(frozen=True, slots=True)
class Planted:
    """A check, the fault that it notices, and on which routine of which device."""

    check: str
    fault: Fault
    of: str | Source = "goddard"
    on: str = "boots-6-knee"
    given: Mapping[str, Any] | None = None


PLANTED = [
    Planted("again", later(-15, "ankle"), given={"step": LONG}),
    Planted("begins", gone("ankle"), given={"step": LONG, "zone": "ankle"}),
    Planted("begins", upside_down, given={"step": LONG, "zone": "ankle"}),
    Planted("both_sides", gone("knee_back"), given={"step": LONG}),
    Planted("both_sides", later(3, "right"), given={"step": LONG}),
    Planted("brief", always(20, "knee_back"), given={"step": BEHIND, "zone": "popliteal", "most_s": 6}),
    Planted("circles", in_unison, given={"step": CIRCLES, "times": 5}),
    Planted("cools", always(25, "calf"), "quick_relief", given={"what": "a cold pack", "least_s": 600, "most_s": 900}),
    Planted("cools", wordless, "quick_relief", given={"what": "a cold pack", "least_s": 600, "most_s": 900}),
    Planted("covers", unset("calf"), "rls_evening", given={"zones": ["foot", "calf", "thigh"]}),
    Planted(
        "descends",
        swapped("hip", "torso"),
        "lymphedema_mld",
        "boots-6-hip",
        {"steps": ["Clear the torso", "Clear the hips"], "zones": ["torso", "hip"]},
    ),
    Planted("faces", gone("thigh"), "posture", given={"step": "Press the thighs to open the hips", "face": "front"}),
    Planted("fades", growing(), "sleep_winddown", given={"step": "Fading waves"}),
    Planted("firm", as_firm(1.5), given={"most": 42}),
    Planted("firm", as_firm(0.4), given={"least": 20}),
    Planted("grows", gone("thigh"), "deep_tissue_widening", given={"steps": LENGTHENING, "zones": UP}),
    Planted("in_order", last_first, given={"steps": [LONG, CIRCLES, BEHIND]}),
    Planted("kneads", always(30, "foot"), "foot_relax", given={"step": "Knead the soles", "least": 14}),
    Planted("motors", gone("back_"), "chair_full", "chair-1", {"zones": ["seat", "lower_back"]}),
    Planted("never_warm", always(40, "heat"), "diabetic_gentle", "wrap-3"),
    Planted("pulses", nothing_until(100), "rls_evening", "boots-6",
            {"step": "A squeeze a minute", "on_s": 5, "period_s": 60, "times": 57}),
    Planted("reaches", gone("thigh"), given={"step": LONG, "zones": UP}),
    Planted("reaches", upside_down, given={"step": LONG, "zones": UP}),
    Planted("slow", gone("knee"), "deep_tissue_widening", given={"step": WIDENING[0], "least_s": 5}),
    Planted("spares", always(20, "knee_front"), given={"step": BEHIND, "zone": "knee", "but": "popliteal"}),
    Planted("strokes_wait", later(-700), "shin_splints", given={"what": "stones"}),
    Planted("takes_over", later(12, "thigh_low"), "edema_upward", "boots-6", {"step": "Drain upward"}),
    Planted("tells", wordless, "lymphedema_mld", given={"say": "Put your compression garment on"}),
    Planted("times", gone("right"), given={"step": LONG, "times": 5}),
    Planted("times", nothing_until(75), given={"step": LONG, "times": 5}),
    Planted("unanswered", always(40, "heat"), UNANSWERED, "wrap-3"),
    Planted("upward", upside_down, given={"steps": [LONG]}),
    Planted("warms", gone("heat"), "sciatica_ease", "chair-1", {"zone": "lower_back", "minutes": 6}),
    Planted("warms_after", later(-300, "heat"), "cramp_relief", "wrap-3", {"asked": "Has the cramp", "minutes": 15}),
    Planted("widens", gone("knee_back"), "deep_tissue_widening", given={"steps": WIDENING, "reach": "popliteal"}),
]  # fmt: skip

WRONG: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("all_stop", {"least": 10}, {"least": 99}),
    ("shown", {"routine": "goddard", "says": "ankle"}, {"routine": "goddard", "says": "elbow"}),
    ("asks_doctor", {"routine": "deep_tissue_widening"}, {"routine": "goddard"}),
    ("cautioned", {"guide": "upward", "says": "Only upward"}, {"guide": "upward", "says": "Only downward"}),
    ("chosen", {"budget": "nothing", "fits": ["own_hands"]}, {"budget": "nothing", "fits": ["chair"]}),
    (
        "chosen",
        {"minutes": 5, "fits": [], "others": {"chair": "It takes"}},
        {"fits": [], "others": {"chair": "It takes"}},
    ),
    (
        "course",
        {"name": "weekly", "days": [7], "routine": "goddard"},
        {"name": "weekly", "days": [14], "routine": "goddard"},
    ),
    (
        "guided",
        {"guide": "cramp", "says": ["let go", "heating pad"]},
        {"guide": "cramp", "says": ["heating pad", "let go"]},
    ),
    ("needs_screening", {"routine": "edema_upward"}, {"routine": "goddard"}),
    (
        "refused",
        {"routine": "neuromuscular", "condition": "anticoagulants"},
        {"routine": "goddard", "condition": "diabetes"},
    ),
    (
        "refuses_file",
        {"steps": [{"do": "cool", "from": "calf", "seconds": 901}], "says": "900"},
        {"steps": [{"do": "cool", "from": "calf", "seconds": 900}], "says": "900"},
    ),
    (
        "spans_weeks",
        {"name": "neuromuscular", "least": 28, "most": 35},
        {"name": "neuromuscular", "least": 29, "most": 35},
    ),
    ("stops", {"condition": "dvt"}, {"condition": "diabetes"}),
    (
        "gentler",
        {"device": "boots-6", "routine": "goddard", "condition": "sensory_loss", "most": 30},
        {"device": "boots-6", "routine": "goddard", "condition": "pacemaker", "most": 30},
    ),
    (
        "warmth_is_dropped",
        {"device": "wrap-3", "condition": "diabetes"},
        {"device": "wrap-3", "condition": "pacemaker"},
    ),
]


@pytest.mark.parametrize("one", PLANTED, ids=lambda one: f"{one.check} {one.of}"[:40])
def test_a_fault_in_what_plays_is_not_yet(one: Planted) -> None:
    played = play(one.of if isinstance(one.of, Source) else Source(one.of), one.on)
    check, given = CHECKS[one.check], one.given or {}
    assert check(played, **given).verdict is Verdict.WORKS
    assert check(one.fault(played), **given).verdict is Verdict.NOT_YET


@pytest.mark.parametrize(("check", "right", "wrong"), WRONG, ids=lambda one: one if isinstance(one, str) else "")
def test_what_the_product_does_not_do_is_not_yet(check: str, right: dict[str, Any], wrong: dict[str, Any]) -> None:
    assert CHECKS[check](**right).verdict is Verdict.WORKS
    assert CHECKS[check](**wrong).verdict is Verdict.NOT_YET


@pytest.fixture
def told() -> Recommendation:
    """What boots without anything at the back are told to do about leg pain."""
    return recommend("leg pain", lambda name: candidate(name, load.device("boots-6"), None, None), None, None)


WANTED: dict[str, Any] = {"offers": ["quick_relief"], "says": ["pharmacist"], "guides": ["quick_relief"]}


@pytest.mark.parametrize("missing", ["routines", "by_hand", "instead"])
def test_an_answer_that_lacks_something_is_not_yet(missing: str, told: Recommendation) -> None:
    lacking: dict[str, Any] = {missing: ()}
    assert weighed(told, "leg pain", **WANTED).verdict is Verdict.WORKS
    assert weighed(replace(told, **lacking), "leg pain", **WANTED).verdict is Verdict.NOT_YET


def test_an_answer_with_another_routine_first_is_not_yet(told: Recommendation) -> None:
    other = replace(told, routines=told.routines[::-1])
    assert weighed(other, "leg pain", **WANTED).verdict is Verdict.NOT_YET


def test_a_routine_that_is_passed_over_with_a_reason_is_said_instead(told: Recommendation) -> None:
    other = replace(told, routines=(), passed=(NotOffered("quick_relief", "It takes 24 minutes."),))
    found = weighed(other, "leg pain", **WANTED)
    assert (found.verdict, found.evidence) == (Verdict.SAID, "“not quick_relief: It takes 24 minutes.”")


def test_words_that_nobody_understands_are_not_yet() -> None:
    assert CHECKS["recommended"]("boots-6", "qwertz", offers=["goddard"]).verdict is Verdict.NOT_YET


@pytest.mark.parametrize(("check", "made_by", "given"), [("calendar", "written", {"name": "weekly"}),
                                                         ("kept_pain", "for_therapist", {})])  # fmt: skip
def test_a_page_or_a_calendar_that_is_empty_is_not_yet(
    check: str, made_by: str, given: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert CHECKS[check](**given).verdict is Verdict.WORKS
    empty: Any = b"" if made_by == "written" else ""
    monkeypatch.setattr(kept, made_by, lambda *_: empty)
    assert CHECKS[check](**given).verdict is Verdict.NOT_YET


def test_no_check_is_without_its_fault() -> None:
    shown = {one.check for one in PLANTED} | {check for check, _, _ in WRONG}
    assert CHECKS.keys() - shown == {"recommended", "calendar", "kept_pain"}
