"""Moving strokes: crests that travel along the leg, and rollers that travel with them."""

from itertools import pairwise
from typing import Any

import pytest

from legato.profiles.air import BASELINE_MMHG
from legato.profiles.schedule import Schedule, Track
from tests.profiles.planned import plays, track

GLIDE = {"do": "glide", "from": "foot", "to": "thigh", "pressure_mmhg": 30, "speed_cm_s": 3}
UPWARD = ["left_foot", "left_ankle", "left_calf", "left_knee", "left_thigh_low", "left_thigh_high"]


def full_times(curve: Track) -> tuple[float, float]:
    """When a curve is first and last at its peak."""
    at_peak = [t for t, v in zip(curve.times, curve.values, strict=True) if v == max(curve.values)]
    return at_peak[0], at_peak[-1]


@pytest.mark.parametrize("do", ["glide", "wave"])
def test_a_crest_runs_upward_zone_by_zone(do: str) -> None:
    schedule = plays(GLIDE | {"do": do})
    arrivals = [full_times(track(schedule, name))[0] for name in UPWARD]
    assert arrivals == sorted(arrivals)
    assert len(set(arrivals)) == len(arrivals)


def test_from_above_to_below_runs_downward() -> None:
    schedule = plays(GLIDE | {"from": "thigh", "to": "foot"})
    arrivals = [full_times(track(schedule, name))[0] for name in UPWARD]
    assert arrivals == sorted(arrivals, reverse=True)


def test_the_crest_travels_at_the_speed_that_was_asked() -> None:
    schedule = plays(GLIDE)
    foot, thigh = (full_times(track(schedule, name))[0] for name in (UPWARD[0], UPWARD[-1]))
    assert schedule.report.is_clean
    assert (thigh - foot) / 1000.0 == pytest.approx(63.0 / 3.0, abs=0.05)


def test_the_next_zone_is_pressed_before_the_last_one_lets_go() -> None:
    schedule = plays(GLIDE)
    for here, above in pairwise(UPWARD):
        assert full_times(track(schedule, above))[0] <= full_times(track(schedule, here))[1] + 10


def test_a_crest_lets_go_behind_itself() -> None:
    schedule = plays(GLIDE)
    at_the_thigh = full_times(track(schedule, "left_thigh_high"))[0]
    assert track(schedule, "left_calf").at(at_the_thigh) == BASELINE_MMHG


def test_both_legs_feel_the_same() -> None:
    schedule = plays(GLIDE)
    times = range(schedule.report.prefill_ms, schedule.duration_ms, 500)
    for name in UPWARD:
        left, right = track(schedule, name), track(schedule, name.replace("left", "right"))
        assert [left.at(t) for t in times if left.at(t) > 6] == [right.at(t) for t in times if right.at(t) > 6]


def test_one_side_leaves_the_other_leg_alone() -> None:
    schedule = plays(GLIDE | {"side": "left"})
    assert max(track(schedule, "right_calf").values) == 0.0


def test_the_knee_is_eased_where_the_stroke_says_so() -> None:
    schedule = plays(GLIDE | {"knee_mmhg": 20})
    assert max(track(schedule, "left_knee").values) == 20.0
    assert max(track(schedule, "left_calf").values) == 30.0
    assert schedule.report.is_clean


def test_the_back_of_the_knee_is_only_stroked_in_passing() -> None:
    schedule = plays(GLIDE | {"from": "calf", "to": "popliteal", "pressure_mmhg": 15, "times": 3})
    assert max(track(schedule, "left_knee").values) == 15.0
    assert max(track(schedule, "left_thigh_low").values) == 0.0


def test_a_wave_sends_the_next_crest_when_the_last_is_half_way() -> None:
    schedule = plays(GLIDE | {"do": "wave", "times": 3, "knee_mmhg": 8})
    ankle = track(schedule, "left_ankle")
    rises = [t0 for (t0, v0), (_, v1) in pairwise(zip(ankle.times, ankle.values, strict=True)) if v1 > v0 >= 6.0]
    (crest,) = plays(GLIDE).spans
    assert len(rises) == 3
    assert rises[1] - rises[0] == pytest.approx((crest.end_ms - crest.start_ms) / 2.0, rel=0.05)


def test_a_wave_goes_evenly_from_its_first_pressure_to_its_last() -> None:
    schedule = plays(GLIDE | {"do": "wave", "times": 3, "pressure_mmhg": 35, "end_pressure_mmhg": 20})
    calf = track(schedule, "left_calf")
    peaks = [v for v in dict.fromkeys(calf.values) if v > BASELINE_MMHG]
    assert peaks == [35.0, 27.5, 20.0]


def test_with_vent_zones_are_empty_between_crests() -> None:
    schedule = plays(GLIDE | {"times": 2, "vent": True})
    calf = track(schedule, "left_calf")
    first, last = (t for t, v in zip(calf.times[:-1], calf.values[:-1], strict=True) if v == 30.0), calf.times[-1]
    assert calf.at(list(first)[1] + 8000) == 0.0
    assert calf.at(last) == 0.0


def test_a_roller_follows_the_crest_and_parks() -> None:
    schedule = plays({"do": "glide", "from": "lower_back", "to": "torso", "pressure_mmhg": 35}, on="chair-1")
    press, place = track(schedule, "back_roller"), track(schedule, "back_roller.position")
    rolling = [t for t in range(0, schedule.duration_ms, 100) if press.at(t) == 50.0]
    positions = [place.at(t) for t in rolling]
    assert positions == sorted(positions)
    assert min(positions) == pytest.approx(95, abs=7)
    assert max(positions) == pytest.approx(125, abs=7)
    assert place.at(schedule.duration_ms) == 0.0


def test_a_roller_that_is_met_first_sets_out_at_once_and_is_there_when_the_crest_is() -> None:
    glide = {"do": "glide", "from": "torso", "to": "calf", "pressure_mmhg": 40, "speed_cm_s": 3}
    schedule = plays(glide, on="chair-1", use="sport")
    press, place = track(schedule, "back_roller"), track(schedule, "back_roller.position")
    start = schedule.spans[0].start_ms
    assert place.at(start) == 95.0, "it leaves home as the step begins"
    rolls_from = next(t for t, v in zip(press.times[1:], press.values[1:], strict=True) if t > start)
    assert place.at(rolls_from) == 125.0
    assert place.at(rolls_from + 10_000) == 95.0
    crest_at_the_seat = full_times(track(schedule, "seat"))[0]
    assert (crest_at_the_seat - rolls_from) / 1000.0 == pytest.approx((125 - 85) / 3.0, abs=0.05)


@pytest.mark.parametrize(
    ("start", "end", "asked_s"),
    [
        pytest.param("lower_back", "torso", 0.5 + 15 / 3, id="upward"),
        pytest.param("torso", "lower_back", 0.5 + 30 / 12 + 15 / 3, id="downward, from 30 cm beyond home"),
    ],
)
def test_a_wave_of_a_roller_alone_counts_from_when_it_leaves_home(start: str, end: str, asked_s: float) -> None:
    wave = {"do": "wave", "from": start, "to": end, "pressure_mmhg": 40, "speed_cm_s": 3, "times": 3}
    schedule = plays(wave, {"do": "rest", "seconds": 5}, on="chair-1")
    (line,) = schedule.report.slowed
    trip_s = 0.5 + 30 / 3 + 0.5 + 30 / 12
    assert (line.asked, line.plays) == (f"every {asked_s:g} s", f"every {trip_s:g} s")
    assert line.why == "a roller serves one crest at a time"
    assert schedule.spans[0].end_ms == pytest.approx(3 * trip_s * 1000, abs=30)


def test_a_roller_that_is_too_slow_is_held_against_the_speed_of_the_step() -> None:
    wave = {"do": "wave", "from": "foot", "to": "torso", "pressure_mmhg": 25, "speed_cm_s": 15, "times": 2}
    report = plays(wave, on="chair-1").report
    assert report.slowed[0].asked == "15.0 cm/s", "the air is too slow as well"
    (roller,) = (note for note in report.clipped if "the roller moves at 6 cm/s" in note.why)
    assert (roller.asked, roller.plays) == ("15 cm/s", "6 cm/s")


def test_nothing_is_said_of_a_period_between_crests_that_nobody_feels() -> None:
    wave = {"do": "wave", "from": "foot", "pressure_mmhg": 1, "end_pressure_mmhg": 10, "speed_cm_s": 0.5, "times": 2}
    assert plays(wave).report.slowed == ()
    assert [note.asked for note in plays(wave | {"pressure_mmhg": 10}).report.slowed] == ["every 18 s"]


def slowed(schedule: Schedule) -> list[tuple[Any, ...]]:
    return [(note.asked, note.why) for note in schedule.report.slowed]


def test_a_crest_that_is_too_fast_for_the_pump_is_slowed() -> None:
    assert slowed(plays(GLIDE | {"speed_cm_s": 15})) == [("15.0 cm/s", "pump")]


def test_a_chamber_that_must_let_go_of_one_crest_takes_part_in_the_next() -> None:
    slow = {"do": "wave", "from": "foot", "to": "thigh", "pressure_mmhg": 65, "speed_cm_s": 0.5}
    schedule = plays(slow | {"end_pressure_mmhg": 20, "times": 3}, on="chair-1", use="sport")
    assert "60 s" in schedule.report.clipped[0].why, "its hold limit cuts the first crest short"
    calf = track(schedule, "left_calf")
    crests = calf.spans(BASELINE_MMHG + 1.0)
    peaks = [max(v for t, v in zip(calf.times, calf.values, strict=True) if a <= t <= b) for a, b in crests]
    assert peaks == [65.0, 42.5, 20.0]
