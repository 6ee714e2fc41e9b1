"""Motors, rollers, warmth and cold; and what happens on devices that have none."""

import pytest

from tests.profiles.planned import plays, track

PERCUSS = {"do": "percuss", "from": "seat", "intensity_pct": 60, "rate_hz": 6, "seconds": 30}


def test_percussion_runs_at_its_rate_and_stops() -> None:
    schedule = plays(PERCUSS, on="chair-1")
    assert (track(schedule, "seat_percussion").at(15_000), track(schedule, "seat_percussion.rate").at(15_000)) == (
        60,
        6,
    )
    assert max(track(schedule, "back_percussion").values) == 0.0


def test_a_rate_beyond_the_motor_is_clipped() -> None:
    (note,) = plays(PERCUSS | {"rate_hz": 40}, on="chair-1").report.clipped
    assert (note.asked, note.plays, note.why) == ("40 Hz", "25 Hz", "the motor runs at 3 to 25 Hz")


def test_percussion_rests_when_it_comes_again_and_again() -> None:
    schedule = plays({"do": "repeat", "times": 2, "steps": [PERCUSS | {"seconds": 100}]}, on="chair-1")
    assert [note.why for note in schedule.report.slowed] == ["longest percussion 120 s"]


def test_air_cannot_tap() -> None:
    schedule = plays(PERCUSS, {"do": "rest", "seconds": 1, "vent": True}, on="boots-6")
    (note,) = schedule.report.dropped
    assert (note.where, note.asked, note.plays) == ("seat", "percuss", "nothing")
    assert note.why == "boots-6 has no percussion motor there"
    assert schedule.setpoints == ()


def test_warmth_is_on_for_its_time() -> None:
    schedule = plays({"do": "heat", "from": "foot", "temp_c": 39, "seconds": 60}, on="wrap-3")
    warm = track(schedule, "left_foot_heat")
    assert [warm.at(t) for t in (0, 59_000, 60_500)] == [39.0, 39.0, 0.0]


def test_more_warmth_than_twenty_minutes_waits_for_a_break() -> None:
    heat = {"do": "heat", "from": "foot", "temp_c": 39, "seconds": 700}
    schedule = plays(heat, heat, on="wrap-3")
    assert [note.why for note in schedule.report.slowed] == ["longest heat 1200 s"]


def test_cold_without_a_cooler_is_a_cue_and_a_timer() -> None:
    hold = {"do": "hold", "from": "ankle", "to": "calf", "pressure_mmhg": 20, "seconds": 5}
    schedule = plays(hold, {"do": "cool", "from": "shin", "seconds": 600})
    (on, off), (note,) = schedule.cues, schedule.report.dropped
    assert (note.where, note.plays) == ("shin", "a cue and a timer")
    assert off.session_ms == on.session_ms + 600_000


def test_friction_moves_a_roller_over_a_narrow_width() -> None:
    step = {"do": "friction", "from": "lower_back", "intensity_pct": 40, "width_cm": 4, "rate_hz": 0.5, "seconds": 20}
    schedule = plays(step, on="chair-1")
    press, place = track(schedule, "back_roller"), track(schedule, "back_roller.position")
    rubbing = [place.at(t) for t in range(0, schedule.duration_ms, 50) if press.at(t) == 40.0]
    assert max(rubbing) - min(rubbing) == pytest.approx(4.0, abs=0.2)
