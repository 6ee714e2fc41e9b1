"""From which side of the leg a step plays: where it names one and another plays, the report says so."""

from typing import Any

import pytest

from legato.profiles import load
from legato.profiles.anatomy import Face, Side
from legato.profiles.device import Device
from legato.profiles.playability import count_left_out
from legato.profiles.schedule import CompileNote, Schedule
from tests.profiles.planned import played, plays

Lines = list[tuple[str, str, str]]

WORDS = ("all around", "in front", "behind", "at the inner side", "at the outer side")
UP_BEHIND: dict[str, Any] = {"do": "glide", "from": "calf", "to": "popliteal", "pressure_mmhg": 20, "speed_cm_s": 5}
LONG: dict[str, Any] = {"do": "glide", "from": "ankle", "to": "thigh", "pressure_mmhg": 20, "speed_cm_s": 5}
HOLD: dict[str, Any] = {"do": "hold", "from": "thigh", "pressure_mmhg": 30, "seconds": 10}


def told(schedule: Schedule) -> Lines:
    return [(n.where, n.asked, n.plays) for n in schedule.report.dropped if n.asked in WORDS]


def test_a_cuff_around_the_knee_presses_the_kneecap_and_the_report_says_so() -> None:
    (note,) = plays(UP_BEHIND).report.dropped
    words = "step 1 (glide calf to back of the knee)"
    assert note == CompileNote(words, "both knees", "behind", "all around", "what boots-6 has there lies all around")


def test_a_bladder_behind_the_knee_needs_no_word() -> None:
    assert plays(UP_BEHIND, on="boots-6-knee").report.dropped == ()


@pytest.mark.parametrize(
    ("step", "device", "lines"),
    [
        (LONG | {"to": "calf", "face": "back"}, "wrap-3", [("both ankles, both calves", "behind", "all around")]),
        (LONG | {"to": "calf", "face": "front", "side": "left"}, "boots-6",
         [("left ankle, left calf", "in front", "all around")]),
        (HOLD | {"face": "back"}, "chair-1", []),
        (HOLD | {"face": "around"}, "chair-1", [("seat", "all around", "behind")]),
        (HOLD | {"face": "around"}, "boots-6", []),
        (HOLD | {"from": "seat"}, "boots-6-hip", [("both hips", "behind", "all around")]),
        (HOLD | {"from": "seat"}, "chair-1", []),
        (HOLD | {"from": "shin"}, "boots-6", [("both calves", "in front", "all around")]),
        ({"do": "heat", "from": "calf", "face": "around", "seconds": 60}, "wrap-3",
         [("both calves", "all around", "behind")]),
        ({"do": "heat", "from": "foot", "face": "back", "seconds": 60, "by_hand": "a pad"}, "wrap-3",
         [("both feet", "behind", "all around")]),
    ],
)  # fmt: skip
def test_a_side_that_is_named_and_does_not_play_is_told(step: dict[str, Any], device: str, lines: Lines) -> None:
    assert told(plays(step, on=device)) == lines


@pytest.mark.parametrize("device", ["boots-6", "boots-6-knee", "boots-6-hip", "wrap-3", "chair-1"])
def test_a_step_that_names_no_side_is_told_none(device: str) -> None:
    steps = [HOLD | {"from": zone} for zone in ("foot", "ankle", "calf", "knee", "thigh", "hip", "torso")]
    assert told(plays(LONG, *steps, on=device)) == []


def test_what_is_pressed_in_front_and_behind_is_held_all_around() -> None:
    assert told(plays(LONG | {"face": "around"}, on="boots-6-knee")) == []


def test_what_is_spared_behind_the_knee_is_told_as_spared_alone() -> None:
    schedule = plays(HOLD | {"from": "knee", "face": "around"}, on="boots-6-knee")
    assert [(n.where, n.asked, n.plays) for n in schedule.report.dropped] == [
        ("backs of both knees", "hold", "nothing")
    ]


def test_each_leg_is_held_by_its_own() -> None:
    boots = load.device("boots-6-knee")
    one_sided = tuple(a for a in boots.actuators if a.id != "right_knee_back")
    device = Device(**{name: getattr(boots, name) for name in Device.model_fields} | {"actuators": one_sided})
    step = LONG | {"from": "knee", "to": "knee", "face": "around"}
    schedule = plays(step, on=device)
    assert told(schedule) == [("right knee", "all around", "in front")]


@pytest.mark.parametrize(
    ("one", "other"), [(Face.INNER, Face.OUTER), (Face.FRONT, Face.BACK), (Face.OUTER, Face.AROUND)]
)
def test_two_hands_one_on_each_side_hold_it_all_around(one: Face, other: Face) -> None:
    boots = load.device("boots-6")
    thighs = [a for a in boots.chambers if a.id == "left_thigh_low"]
    pair = tuple(a.model_copy(update={"id": f"{face}_thigh", "face": face}) for a in thighs for face in (one, other))
    for actuators, lines in ((pair, []), (pair[:1], [one])):
        device = Device(**{name: getattr(boots, name) for name in Device.model_fields} | {"actuators": actuators})
        assert len(told(plays(HOLD | {"face": "around", "side": Side.LEFT}, on=device))) == len(lines)


def test_it_is_no_part_that_is_left_out() -> None:
    report = plays(UP_BEHIND, HOLD | {"from": "shin"}).report
    assert len(report.dropped) == 2
    assert count_left_out(report) == 0


def test_a_press_by_a_percussion_head_tells_the_side_and_not_the_step() -> None:
    schedule = plays({"do": "press", "from": "thigh", "face": "around", "pressure_mmhg": 40}, on="chair-1")
    assert told(schedule) == [("seat", "all around", "behind")]
    assert [n.plays for n in schedule.report.dropped if n.asked == "one spot"] == ["a percussion head"]


@pytest.mark.parametrize(
    ("routine", "device", "lines"),
    [
        ("goddard", "boots-6", [("both knees", "behind", "all around")]),
        ("goddard", "boots-6-hip", [("both knees", "behind", "all around")]),
        ("goddard", "boots-6-knee", []),
        ("goddard", "wrap-3", []),
        ("goddard", "chair-1", [("seat", "all around", "behind")]),
        ("posture", "boots-6-knee", []),
        ("posture", "chair-1", [("seat", "all around", "behind")]),
        ("shin_splints", "boots-6-knee", [("both ankles, both calves", "behind", "all around")]),
        ("chair_full", "chair-1", []),
    ],
)
def test_what_the_articles_ask_of_a_side_is_told_where_a_device_has_another(
    routine: str, device: str, lines: Lines
) -> None:
    target, profile = load.device(device), load.profile(routine)
    assert told(played(profile, target)) == lines
