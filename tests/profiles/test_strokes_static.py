"""Strokes that stay where they are: hold, sequence, pulse, drain, knead and circle."""

from itertools import pairwise

import pytest

from legato.profiles.air import BASELINE_MMHG
from legato.profiles.refusal import CompileError
from legato.profiles.schedule import Schedule
from tests.profiles.planned import peak, plays, track


def seconds_at(schedule: Schedule, name: str, mmhg: float) -> float:
    curve = track(schedule, name)
    pairs = pairwise(zip(curve.times, curve.values, strict=True))
    return sum(int(t1 - t0) for (t0, v0), (t1, v1) in pairs if v0 == v1 == mmhg) / 1000.0


def rises_to(schedule: Schedule, name: str, mmhg: float) -> list[float]:
    """When a chamber arrives at a pressure from below."""
    curve = track(schedule, name)
    pairs = pairwise(zip(curve.times, curve.values, strict=True))
    return [t1 for (_, v0), (t1, v1) in pairs if v0 < v1 == mmhg]


HOLD = {"do": "hold", "from": "calf", "pressure_mmhg": 40, "seconds": 20, "times": 2, "rest_s": 15}
SEQUENCE = {"do": "sequence", "from": "foot", "to": "thigh", "pressure_mmhg": 60, "hold_s": 5}
DRAIN = {"do": "drain", "from": "foot", "to": "calf", "pressure_mmhg": 20, "on_s": 4, "off_s": 4, "repeats": 3}
KNEAD = {
    "do": "knead",
    "from": "ankle",
    "to": "calf",
    "pressure_mmhg": 30,
    "low_mmhg": 15,
    "rate_hz": 0.2,
    "seconds": 20,
}
CIRCLE = {"do": "circle", "from": "knee", "pressure_mmhg": 20, "ripple_mmhg": 8, "period_s": 4, "times": 4}


def test_hold_is_at_pressure_for_as_long_as_asked() -> None:
    assert seconds_at(plays(HOLD), "left_calf", 40.0) == pytest.approx(2 * 20, abs=0.05)


def test_a_hold_longer_than_the_zone_may_be_pressed_is_shortened() -> None:
    schedule = plays({"do": "hold", "from": "knee", "pressure_mmhg": 30, "seconds": 60})
    (note,) = schedule.report.clipped
    assert (note.where, note.asked, note.why) == ("both knees", "60 s in one piece", "longest knee hold 30 s")
    assert float(note.plays.split()[0]) == pytest.approx(seconds_at(schedule, "left_knee", 30.0), abs=0.1)
    assert 25.0 < seconds_at(schedule, "left_knee", 30.0) < 30.0


def test_what_is_above_the_cap_is_clipped_and_said_once_for_both_legs() -> None:
    schedule = plays({"do": "repeat", "times": 2, "steps": [HOLD | {"pressure_mmhg": 100, "to": "knee", "seconds": 5}]})
    lines = [(n.where, n.asked, n.plays, n.why) for n in schedule.report.clipped]
    assert lines == [
        ("both calves", "100 mmHg", "70 mmHg", "default cap for comfort routines 70 mmHg"),
        ("both knees", "100 mmHg", "40 mmHg", "knee cap 40 mmHg"),
    ]


def test_a_sequence_is_graded_upward_zone_by_zone_and_the_knee_has_its_cap() -> None:
    schedule = plays(SEQUENCE)
    names = ["left_foot", "left_ankle", "left_calf", "left_knee", "left_thigh_low", "left_thigh_high"]
    assert [peak(schedule, name) for name in names] == [60.0, 55.0, 50.0, 40.0, 42.0, 38.5]


def test_a_sequence_fills_one_after_the_other_and_releases_together() -> None:
    schedule = plays(SEQUENCE)
    foot, thigh = track(schedule, "left_foot"), track(schedule, "left_thigh_high")
    assert rises_to(schedule, "left_foot", 60.0) < rises_to(schedule, "left_thigh_high", 38.5)
    releases = [max(t for t, v in zip(c.times, c.values, strict=True) if v == max(c.values)) for c in (foot, thigh)]
    assert releases[0] == releases[1]


def test_a_reverse_gradient_is_refused() -> None:
    steep = SEQUENCE | {"from": "thigh", "to": "foot", "step_mmhg": 8}
    with pytest.raises(CompileError, match=r"step 1 \(sequence thigh to foot\): the ankle at .* begin at the sole"):
        plays(steep)


def test_a_pulse_keeps_its_period() -> None:
    schedule = plays({"do": "pulse", "from": "calf", "pressure_mmhg": 29, "on_s": 5, "period_s": 60, "times": 4})
    beats = rises_to(schedule, "left_calf", 29.0)
    assert [b - a for a, b in pairwise(beats)] == [60_000.0] * 3


def test_a_pulse_faster_than_the_air_gets_a_longer_period() -> None:
    squeeze = {"do": "pulse", "from": "foot", "to": "thigh", "pressure_mmhg": 40, "on_s": 1, "period_s": 2, "times": 2}
    schedule = plays(squeeze)
    (note,) = schedule.report.slowed
    assert note.asked == "every 2 s"


def test_a_drain_presses_place_by_place_and_vents_between() -> None:
    schedule = plays(DRAIN, use="lymph")
    foot, calf = rises_to(schedule, "left_foot", 20.0), rises_to(schedule, "left_calf", 20.0)
    assert len(foot) == len(calf) == 3
    assert foot[-1] < calf[0]
    assert track(schedule, "left_foot").at(foot[1] - 2000) == 0.0


def test_a_preparation_runs_from_the_top_down() -> None:
    schedule = plays(DRAIN | {"from": "calf", "to": "foot"}, use="lymph")
    assert rises_to(schedule, "left_calf", 20.0)[-1] < rises_to(schedule, "left_foot", 20.0)[0]


def test_kneading_neighbours_alternate() -> None:
    schedule = plays(KNEAD)
    ankle, calf = rises_to(schedule, "left_ankle", 30.0), rises_to(schedule, "left_calf", 30.0)
    assert all(b - a == pytest.approx(5000, abs=20) for a, b in pairwise(ankle))
    assert calf[0] - ankle[0] == pytest.approx(2500, abs=20)


def test_long_kneading_rests_before_the_hold_limit() -> None:
    schedule = plays(KNEAD | {"to": "knee", "rate_hz": 0.1, "seconds": 120})
    (note,) = schedule.report.slowed
    assert (note.where, note.asked, note.why) == ("all", "no break", "longest knee hold 30 s")
    assert note.plays.startswith("rest of ")


def test_a_circle_on_one_chamber_ripples() -> None:
    schedule = plays(CIRCLE)
    knee = track(schedule, "left_knee")
    beats = rises_to(schedule, "left_knee", 28.0)
    assert len(beats) == 4
    assert all(b - a == pytest.approx(4000, abs=20) for a, b in pairwise(beats))
    assert min(knee.at(t) for t in range(int(beats[0]), int(beats[-1]), 50)) == 12.0


def test_a_wide_circle_goes_round_its_chambers() -> None:
    schedule = plays(CIRCLE | {"radius_cm": 20})
    beats = [rises_to(schedule, name, 28.0)[0] for name in ("left_calf", "left_knee", "left_thigh_low")]
    assert beats == sorted(beats)
    assert len(set(beats)) == 3


def test_a_widening_circle_takes_its_neighbours_in_later() -> None:
    schedule = plays(CIRCLE | {"radius_cm": 6, "end_radius_cm": 20, "times": 5})
    knee, calf = rises_to(schedule, "left_knee", 28.0), rises_to(schedule, "left_calf", 28.0)
    assert calf[0] > knee[0] + 4000
    assert track(schedule, "left_calf").at(knee[0]) == BASELINE_MMHG
