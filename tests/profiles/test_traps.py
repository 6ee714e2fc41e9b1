"""What is easily got wrong about leg massage, a sentence each.

Numb skin and pregnancy are in tests/care/test_library.py, intervals of days in tests/care/test_planner.py.
"""

import json
from itertools import groupby
from typing import Any

import pytest
from pydantic import ValidationError

from legato.profiles import load
from legato.profiles.anatomy import STRETCH_CM, Zone
from legato.profiles.device import Chamber, Device, Heater
from legato.profiles.profile import placed
from legato.profiles.schedule import Schedule
from legato.profiles.steps import Cool, Heat
from tests.profiles.planned import played, routine

UP = ["foot", "ankle", "calf", "knee", "thigh_low", "thigh_high", "hip"]
DOWN = ["torso", *reversed(UP)]

GLIDE = {"do": "glide", "from": "ankle", "to": "thigh", "pressure_mmhg": 20}
HEAT = {"do": "heat", "from": "calf", "seconds": 60}
COOL = {"do": "cool", "from": "calf", "seconds": 600}
ASK = {"do": "cue", "say": "Has the cramp let go?", "wait": True}


def pressed(schedule: Schedule) -> list[str]:
    """The places of the left side in the order in which they are pressed, repeats of one place in one."""
    near = {c.index: c.name.removeprefix("left_") for c in schedule.device.channels if not c.name.startswith("right_")}
    presses = [near[s.channel] for s in schedule.setpoints if s.channel in near and s.target > 10]
    return [place for place, _ in groupby(presses)]


# Lymphedema: torso first, then down the legs in preparation, and only then up.


def test_lymph_drainage_begins_at_the_torso_and_goes_down_to_the_feet() -> None:
    order = pressed(played(load.profile("lymphedema_mld"), load.device("boots-6-hip")))
    assert order[: len(DOWN)] == DOWN


def test_lymph_drainage_then_goes_up_again_and_again() -> None:
    order = pressed(played(load.profile("lymphedema_mld"), load.device("boots-6-hip")))
    first_up = order.index("ankle", len(DOWN) + len(UP) - 2) - 1
    upward = order[first_up:]
    assert len(upward) >= 8 * len(UP)
    assert all(upward[i : i + len(UP)] == UP for i in range(0, len(upward), len(UP)))


def test_lymph_drainage_is_light_never_warm_and_lets_go_completely() -> None:
    schedule = played(load.profile("lymphedema_mld"), load.device("boots-6-hip"))
    assert max(s.target for s in schedule.setpoints) <= 40
    assert {s.target for s in schedule.setpoints if s.target < 5} == {0}
    assert not any(isinstance(step, Heat) for step in placed(load.profile("lymphedema_mld").steps))


# Edema: upward only.


def test_edema_strokes_run_upward_only() -> None:
    edema = load.profile("edema_upward")
    assert edema.upward_only
    assert all(STRETCH_CM[step.from_] < STRETCH_CM[step.last] for step in placed(edema.steps))


def test_an_edema_routine_with_a_downward_stroke_is_refused() -> None:
    down = {"do": "wave", "from": "thigh", "to": "foot", "pressure_mmhg": 25}
    edema = json.loads(load.profile("edema_upward").model_dump_json(by_alias=True, exclude_none=True))
    with pytest.raises(ValidationError, match="a stroke runs down from thigh to foot"):
        routine(*edema["steps"], down, upward_only=True)


# Heat after a cramp waits for "it has subsided".


def test_a_cramp_is_warmed_only_after_the_answer_that_it_has_let_go() -> None:
    schedule = played(load.profile("cramp_relief"), load.device("wrap-3"))
    (question,) = [cue for cue in schedule.cues if cue.wait]
    warmed = [s.when_ms for s in schedule.setpoints if isinstance(schedule.device.channels[s.channel].actuator, Heater)]
    assert "cramp eased" in question.say
    assert min(warmed) >= question.session_ms


def test_a_cramp_routine_that_warms_without_asking_is_refused() -> None:
    assert load.profile("cramp_relief").heat_after_cue
    with pytest.raises(ValidationError, match="no cue with wait: true comes right before the calf is warmed"):
        routine(GLIDE, HEAT, heat_after_cue=True)


@pytest.mark.parametrize(
    "steps",
    [
        ({"do": "cue", "say": "Warmth is next."}, HEAT),
        (ASK, GLIDE, HEAT),
        (ASK, {"do": "repeat", "times": 2, "steps": [HEAT, GLIDE]}),
        (GLIDE, {"do": "together", "steps": [HEAT, GLIDE]}),
    ],
    ids=["not waiting", "asked too early", "asked once for two", "hidden in a together"],
)
def test_the_question_comes_right_before_the_warmth(steps: tuple[dict[str, Any], ...]) -> None:
    with pytest.raises(ValidationError, match="heat_after_cue"):
        routine(*steps, heat_after_cue=True)


def test_warmth_that_was_asked_for_is_welcome() -> None:
    assert routine(GLIDE, ASK, {"do": "together", "steps": [HEAT, GLIDE]}, HEAT, heat_after_cue=True).heat_after_cue


# Cold stops at 15 minutes, and rests before the next.


def test_cold_for_more_than_fifteen_minutes_is_refused() -> None:
    with pytest.raises(ValidationError, match="900"):
        routine({**COOL, "seconds": 901})


@pytest.mark.parametrize(
    "steps",
    [
        (COOL, GLIDE, COOL),
        ({"do": "repeat", "times": 2, "steps": [COOL, GLIDE]},),
        (COOL, {**COOL, "from": "ankle", "to": "knee", "side": "left"}),
        ({"do": "together", "steps": [GLIDE, {"do": "repeat", "times": 2, "steps": [COOL]}]},),
    ],
    ids=["again", "repeated", "overlapping", "hidden in a together"],
)
def test_a_place_is_not_cooled_again_before_it_has_rested(steps: tuple[dict[str, Any], ...]) -> None:
    with pytest.raises(ValidationError, match="cooled twice; cold skin needs 45 min of rest"):
        routine(*steps)


WARM = {"do": "heat", "from": "calf", "seconds": 700, "by_hand": "a warm pad"}


@pytest.mark.parametrize(
    "steps",
    [
        (WARM, WARM),
        ({"do": "repeat", "times": 2, "steps": [WARM]},),
        (WARM, {"do": "rest", "seconds": 600}, {**WARM, "from": "ankle", "to": "calf"}),
        (WARM, {**WARM, "side": "left"}),
    ],
    ids=["again", "repeated", "overlapping", "one leg again"],
)
def test_a_place_is_not_warmed_by_hand_for_longer_than_once(steps: tuple[dict[str, Any], ...]) -> None:
    with pytest.raises(
        ValidationError, match=r"by hand for 23.3 min in all; what nobody measures warms a place for 20 min"
    ):
        routine(*steps)


@pytest.mark.parametrize(
    "steps",
    [
        (WARM, {**WARM, "seconds": 500}),
        (WARM, {**WARM, "from": "foot"}),
        ({**WARM, "side": "right"}, {**WARM, "side": "left"}),
        ({**WARM, "by_hand": ""}, {"do": "rest", "seconds": 300}, {**WARM, "by_hand": ""}),
    ],
    ids=["20 min in all", "another place", "the other leg", "by a heater, which is measured"],
)
def test_warmth_within_that_is_right(steps: tuple[dict[str, Any], ...]) -> None:
    assert routine(*steps)


def test_another_place_may_be_cooled_meanwhile() -> None:
    shin = {**COOL, "from": "shin"}
    assert routine(shin, {**shin, "from": "thigh"}, {**shin, "face": "back"}, {**COOL, "from": "foot", "side": "left"})


@pytest.mark.parametrize("name", load.builtin_profiles())
def test_routines_cool_for_ten_to_fifteen_minutes(name: str) -> None:
    times = [step.seconds for step in placed(load.profile(name).steps) if isinstance(step, Cool)]
    assert all(600 <= seconds <= 900 for seconds in times)


def test_what_is_under_a_cold_pack_is_left_alone() -> None:
    schedule = played(load.profile("quick_relief"), load.device("boots-6"))
    (cold,) = [mark.session_ms for mark in schedule.marks if mark.title == "Cool the calves"]
    calf = [c.index for c in schedule.device.channels if c.actuator.zone is Zone.CALF]
    assert all(schedule.tracks[i].at(cold + s * 1000) == 0 for i in calf for s in range(10, 840))


# The back of the knee: lightly, upward, never held.


@pytest.mark.parametrize(
    "step",
    [
        {"do": "hold", "pressure_mmhg": 10, "seconds": 5},
        {"do": "knead", "pressure_mmhg": 10, "seconds": 5},
        {"do": "circle", "pressure_mmhg": 10},
        {"do": "pulse", "pressure_mmhg": 10},
        {"do": "sequence", "pressure_mmhg": 10},
        {"do": "drain", "pressure_mmhg": 10},
        {"do": "friction", "intensity_pct": 10, "seconds": 5},
        {"do": "vibrate", "intensity_pct": 10, "seconds": 5},
        {"do": "percuss", "intensity_pct": 10, "seconds": 5},
    ],
    ids=lambda step: step["do"],
)
def test_the_back_of_the_knee_is_never_held_nor_worked_on(step: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="the back of the knee is only ever stroked"):
        routine({**step, "from": "popliteal"})
    with pytest.raises(ValidationError, match="the back of the knee is only ever stroked"):
        routine({**step, "from": "calf", "to": "popliteal"})


@pytest.mark.parametrize("stroke", ["glide", "wave"])
def test_the_back_of_the_knee_is_stroked_upward(stroke: str) -> None:
    assert routine({"do": stroke, "from": "calf", "to": "popliteal", "pressure_mmhg": 20})
    with pytest.raises(ValidationError, match="stroked upward only"):
        routine({"do": stroke, "from": "popliteal", "to": "calf", "pressure_mmhg": 20})


@pytest.mark.parametrize(
    "step",
    [
        {"do": "glide", "pressure_mmhg": 21},
        {"do": "wave", "pressure_mmhg": 10, "end_pressure_mmhg": 21},
    ],
    ids=["glide", "a wave that grows"],
)
def test_the_back_of_the_knee_is_stroked_lightly(step: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="at most 20 mmHg"):
        routine({**step, "from": "calf", "to": "popliteal"})
    assert routine({**step, "from": "calf", "to": "popliteal", "knee_mmhg": 15})


# No percussion over bone.


@pytest.mark.parametrize("zone", ["ankle", "shin", "knee"])
def test_nothing_taps_on_bone(zone: str) -> None:
    with pytest.raises(ValidationError, match=f"no percussion over bone, as at the {zone}"):
        routine({"do": "percuss", "from": zone, "intensity_pct": 20, "seconds": 5})


def test_percussion_along_the_leg_leaves_the_knee_out_and_says_so() -> None:
    tap: dict[str, Any] = {"kind": "motor", "action": "percussion", "side": "both", "min_hz": 3, "max_hz": 30}
    thigh = {**tap, "id": "thigh", "zone": "thigh", "from_cm": 48, "to_cm": 78}
    knee = {**tap, "id": "knee", "zone": "knee", "from_cm": 36, "to_cm": 48}
    head = {"format": 1, "name": "tapper", "title": "Tapper"}
    device = Device.model_validate_json(json.dumps({**head, "actuators": [thigh, knee]}))
    step = {"do": "percuss", "from": "calf", "to": "thigh", "intensity_pct": 20, "seconds": 5}
    schedule = played(routine(step), device)
    assert {device.channels[s.channel].actuator.id for s in schedule.setpoints} == {"thigh"}
    assert [n.where for n in schedule.report.dropped if n.why == "no percussion over bone"] == ["knee"]


@pytest.mark.parametrize("name", load.builtin_profiles())
def test_the_knee_never_gets_more_than_40_mmhg(name: str, device: Device) -> None:
    schedule = played(load.profile(name), device)
    knees = [c.index for c in device.channels if isinstance(c.actuator, Chamber) and c.actuator.zone is Zone.KNEE]
    assert all(max(schedule.tracks[i].values) <= 40 for i in knees)
