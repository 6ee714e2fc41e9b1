"""One spot, pressed until it gives: as locally as a device can, and never called more than that."""

import json
from itertools import pairwise
from typing import Any

import pytest

from legato.profiles import load
from legato.profiles.device import Quantity
from legato.profiles.errors import InvalidFile
from legato.profiles.restrictions import Means, Restrictions
from legato.profiles.schedule import Schedule
from legato.profiles.steps import Press
from tests.profiles.planned import played, plays

Spans = list[tuple[str, float, float]]

CALF: dict[str, Any] = {"do": "press", "from": "calf", "pressure_mmhg": 60, "ease_s": 5, "seconds": 45, "rest_s": 5}
THIGH = CALF | {"from": "thigh"}
BACK = CALF | {"from": "lower_back", "pressure_mmhg": 30}


def felt(schedule: Schedule) -> Spans:
    """What is felt, and from when to when, in seconds: chambers above light contact, rollers and motors that work."""
    levels = {Quantity.PRESSURE: 6.5, Quantity.INTENSITY: 0.0}
    found = [
        (c.name.removesuffix(".intensity"), start / 1000.0, end / 1000.0)
        for c, track in zip(schedule.device.channels, schedule.tracks, strict=True)
        if c.quantity in levels
        for start, end in track.spans(levels[c.quantity])
    ]
    return sorted(found, key=lambda span: span[1:])


def names(schedule: Schedule) -> list[str]:
    return [name for name, _, _ in felt(schedule)]


def spots(schedule: Schedule) -> list[tuple[str, str, str]]:
    return [(n.where, n.plays, n.why) for n in schedule.report.dropped if n.asked == "one spot"]


def test_air_presses_one_chamber_at_a_time_up_the_leg_and_left_before_right() -> None:
    assert names(plays(CALF)) == ["left_calf", "right_calf"]
    assert names(plays(THIGH)) == ["left_thigh_low", "right_thigh_low", "left_thigh_high", "right_thigh_high"]
    for step in (CALF, THIGH):
        assert all(before[2] < after[1] for before, after in pairwise(felt(plays(step))))


def test_air_comes_slowly_stays_and_goes_slowly() -> None:
    schedule = plays(CALF)
    track = schedule.tracks[next(c.index for c in schedule.device.channels if c.name == "left_calf")]
    (rise, full), (free, gone) = [
        (t0 / 1000.0, t1 / 1000.0)
        for (t0, v0), (t1, v1) in pairwise(zip(track.times, track.values, strict=True))
        if 60.0 in (v0, v1) and v0 != v1
    ]
    assert (full - rise, free - full, gone - free) == pytest.approx((5.0, 45.0, 5.0), abs=0.05)


@pytest.mark.parametrize(
    ("device", "step", "works"),
    [
        ("boots-6", CALF, ["left_calf", "right_calf"]),
        ("wrap-3", CALF, ["left_calf", "right_calf"]),
        ("chair-1", CALF, ["left_calf", "right_calf"]),
        ("chair-1", THIGH, ["seat_percussion"]),
        ("chair-1", BACK, ["back_roller"]),
        ("chair-1", CALF | {"from": "foot"}, ["sole_roller"]),
        ("boots-6-hip", BACK, ["torso"]),
        ("boot-6-left", THIGH, ["left_thigh_low", "left_thigh_high"]),
    ],
)
def test_the_most_local_that_there_is_works(device: str, step: dict[str, Any], works: list[str]) -> None:
    assert names(plays(step, on=device)) == works


def test_what_has_nothing_there_is_told_of_all_that_it_lacks() -> None:
    (note,) = plays(BACK, CALF).report.dropped[:1]
    assert note.why == "boots-6 has no roller, percussion motor or air chamber there"


def test_where_nothing_may_strike_air_presses() -> None:
    gentle = Restrictions(forbidden={Means.PERCUSSION: "no percussion in pregnancy"})
    schedule = plays(THIGH, on="chair-1", person=gentle)
    assert names(schedule) == ["seat"]
    assert [plays for _, plays, _ in spots(schedule)] == ["a broad hold"]


@pytest.mark.parametrize("zone", ["ankle", "shin", "knee"])
def test_bone_is_never_struck(zone: str) -> None:
    step = Press.model_validate_json(json.dumps(CALF | {"from": zone}))
    assert [other.do for other in step.others] == ["friction"]


def test_the_report_says_how_broad_it_is() -> None:
    broad = "air presses all that its chamber covers: {} cm long, {}"
    assert spots(plays(CALF)) == [("both calves", "a broad hold", broad.format(14, "all around"))]
    assert spots(plays(THIGH)) == [("both thighs", "a broad hold", broad.format(15, "all around"))]
    local = "that is the most local that chair-1 has there"
    assert spots(plays(THIGH, on="chair-1")) == [("seat", "a percussion head", local)]
    assert spots(plays(BACK, on="chair-1")) == [("lower back", "a roller", local)]


def test_title_and_words_say_what_presses() -> None:
    step = {"title": "The thighs", "cue": "Breathe out."} | THIGH
    for device, means in (("boots-6", "a broad hold"), ("chair-1", "a percussion head")):
        schedule = plays(step, on=device)
        assert schedule.marks[-1].title == f"The thighs: {means}"
        assert [cue.say for cue in schedule.cues] == [f"{means.capitalize()}. Breathe out."]


def test_it_is_at_one_place() -> None:
    head = {"format": 1, "name": "test", "title": "Test", "steps": [CALF | {"to": "thigh"}]}
    with pytest.raises(InvalidFile, match="a press is at one place"):
        load.parse_profile(json.dumps(head).encode(), "test.yaml")


@pytest.mark.parametrize(
    ("device", "means"),
    [
        ("boots-6", {"calf": "a broad hold", "thigh": "a broad hold"}),
        ("boots-6-knee", {"calf": "a broad hold", "thigh": "a broad hold"}),
        ("boots-6-hip", {"calf": "a broad hold", "thigh": "a broad hold", "lower back": "a broad hold"}),
        ("wrap-3", {"calf": "a broad hold"}),
        ("chair-1", {"calf": "a broad hold", "thigh": "a percussion head", "lower back": "a roller"}),
    ],
)
def test_the_neuromuscular_session_names_what_each_device_does(device: str, means: dict[str, str]) -> None:
    target, routine = load.device(device), load.profile("neuromuscular")
    report = played(routine, target).report
    said = {n.step.rpartition("press ")[2].rstrip(")"): n.plays for n in report.dropped if n.asked == "one spot"}
    assert said == means


@pytest.mark.parametrize("device", ["boots-6", "boots-6-knee", "boots-6-hip", "wrap-3"])
def test_in_the_neuromuscular_session_nothing_firm_is_pressed_with_anything_else(device: str) -> None:
    target, routine = load.device(device), load.profile("neuromuscular")
    schedule = played(routine, target)
    levels = [[track.at(t) for track in schedule.tracks] for t in range(0, schedule.duration_ms, 500)]
    air = [c.index for c in target.channels if c.quantity is Quantity.PRESSURE]
    firm = [sorted(now[i] for i in air) for now in levels if max(now[i] for i in air) > 41.0]
    assert firm
    assert all(others[-1] <= 6.5 for *others, _ in firm)


def test_in_a_together_that_lost_a_part_it_is_named_as_well() -> None:
    step = {"do": "together", "steps": [CALF | {"title": "The calves"}, {"do": "heat", "from": "calf", "seconds": 60}]}
    assert plays(step).marks[-1].title == "The calves: a broad hold"
