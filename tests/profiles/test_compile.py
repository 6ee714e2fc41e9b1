"""The compiler on whole routines: every built-in one plays on every built-in device, inside its envelope."""

import pytest

from legato.profiles import load
from legato.profiles.air import BASELINE_MMHG
from legato.profiles.compiler import compile  # noqa: A004 - the field's own word
from legato.profiles.device import Device, Quantity
from legato.profiles.envelope import envelope
from legato.profiles.profile import Profile
from legato.profiles.refusal import CompileError
from tests.profiles.planned import peak, played, plays

HOLD = {"do": "hold", "from": "ankle", "to": "calf", "pressure_mmhg": 30, "seconds": 5}


def test_every_routine_plays_on_every_device_inside_the_envelope(routine: Profile, device: Device) -> None:
    limits = envelope(device, routine.use)
    schedule = compile(routine, device, limits)
    for channel, track in zip(device.channels, schedule.tracks, strict=True):
        if channel.quantity is Quantity.PRESSURE:
            assert max(track.values) <= limits.chambers[channel.index].cap_mmhg
        assert track.values[0] == track.values[-1] == 0.0
    assert schedule.setpoints


def test_the_same_routine_compiles_to_the_same_schedule(routine: Profile, device: Device) -> None:
    limits = envelope(device, routine.use)
    assert compile(routine, device, limits) == compile(routine, device, limits)


def test_a_first_touch_is_felt_within_ten_seconds() -> None:
    device = load.device("boots-6")
    goddard = compile(load.profile("goddard"), device, envelope(device))
    touched = [
        t for track in goddard.tracks for t, v in zip(track.times, track.values, strict=True) if v >= BASELINE_MMHG
    ]
    assert min(touched) < 10_000


def test_goddard_plays_on_boots_as_written_but_for_the_one_cuff_around_the_knee() -> None:
    device = load.device("boots-6")
    report = compile(load.profile("goddard"), device, envelope(device)).report
    assert [(note.asked, note.plays) for note in report.dropped] == [("circles", "a ripple"), ("behind", "all around")]
    assert (report.clipped, report.slowed) == ((), ())


def test_a_small_pump_slows_goddard_down_and_says_so() -> None:
    device = load.device("wrap-3")
    slowed = compile(load.profile("goddard"), device, envelope(device)).report.slowed
    first = slowed[0]
    assert (first.asked, first.why) == ("4.0 cm/s", "pump")
    assert float(first.plays.split()[0]) < 4.0


def test_only_zones_of_the_first_stroke_are_filled_before_it() -> None:
    schedule = plays(HOLD, {"do": "rest", "seconds": 60}, HOLD | {"from": "thigh", "to": "thigh"})
    thigh = next(c.index for c in schedule.device.channels if c.name == "left_thigh_high")
    first_thigh = next(s.when_ms for s in schedule.setpoints if s.channel == thigh)
    assert first_thigh >= schedule.report.prefill_ms > 0


def test_zones_needed_later_are_filled_while_the_pump_is_idle() -> None:
    later = HOLD | {"from": "thigh", "to": "thigh"}
    waits = plays(HOLD, later)
    does_not = plays(HOLD, {"do": "rest", "seconds": 60}, later)
    assert any("filling" in note.plays for note in waits.report.slowed)
    assert does_not.report.is_clean


def test_a_chamber_keeps_its_baseline_between_strokes() -> None:
    schedule = plays(HOLD, {"do": "rest", "seconds": 20}, HOLD)
    assert schedule.targets_at(schedule.marks[-2].session_ms + 10_000)[1] == BASELINE_MMHG


def test_a_rest_with_vent_lets_all_air_out() -> None:
    schedule = plays(HOLD, {"do": "rest", "seconds": 20, "vent": True}, HOLD)
    assert set(schedule.targets_at(schedule.marks[-2].session_ms + 10_000)) == {0.0}


def test_steps_are_marked_where_every_zone_is_at_its_baseline(routine: Profile, device: Device) -> None:
    schedule = played(routine, device)
    pressures = [c.index for c in device.channels if c.quantity is Quantity.PRESSURE]
    for mark in schedule.marks:
        targets = schedule.targets_at(mark.session_ms)
        assert all(targets[i] <= BASELINE_MMHG for i in pressures)


def test_marks_count_the_laps_of_a_repeat() -> None:
    schedule = plays({"do": "repeat", "times": 2, "steps": [HOLD, {"do": "rest", "seconds": 3}]})
    assert [mark.title for mark in schedule.marks] == [
        "Filling (16 s)",
        "Hold ankle to calf, 30 mmHg (1 of 2)",
        "Rest, 3 s (1 of 2)",
        "Hold ankle to calf, 30 mmHg (2 of 2)",
        "Rest, 3 s (2 of 2)",
    ]
    assert [mark.step for mark in schedule.marks] == [0, 0, 1, 2, 3]


def test_a_cue_takes_no_time_unless_it_asks_for_some() -> None:
    schedule = plays(
        HOLD, {"do": "cue", "say": "Stretch", "wait": True}, {"do": "cue", "say": "Sip", "seconds": 5}, HOLD
    )
    stretch, sip = schedule.cues
    assert (stretch.say, stretch.wait, stretch.timeout_s) == ("Stretch", True, 120.0)
    assert stretch.session_ms == sip.session_ms
    assert schedule.marks[-1].session_ms == sip.session_ms + 5000


def test_a_routine_longer_than_a_session_is_refused() -> None:
    endless = {"do": "repeat", "times": 500, "steps": [HOLD | {"seconds": 120}]}
    with pytest.raises(CompileError, match=r"step 1\.1 \(hold ankle to calf\): .* longer than the 60 min"):
        plays(endless)


def test_a_together_longer_than_a_session_is_refused() -> None:
    endless = {"do": "repeat", "times": 500, "steps": [HOLD | {"seconds": 120}]}
    with pytest.raises(CompileError, match="longer than a session"):
        plays({"do": "together", "steps": [endless, {"do": "rest", "seconds": 5}]})


def test_together_may_not_press_one_place_twice() -> None:
    with pytest.raises(CompileError, match=r"step 1 \(together\): two steps of a together use the same actuator"):
        plays({"do": "together", "steps": [HOLD, HOLD | {"to": "knee"}]})


def test_together_lasts_as_long_as_its_longest_part() -> None:
    thigh = HOLD | {"from": "thigh", "to": "thigh", "seconds": 30}
    both = plays({"do": "together", "steps": [HOLD, thigh]}, {"do": "rest", "seconds": 1})
    alone = plays(thigh, {"do": "rest", "seconds": 1})
    pressing = [s.marks[2].session_ms - s.marks[1].session_ms for s in (both, alone)]
    assert pressing[0] == pytest.approx(pressing[1], abs=6000)
    assert peak(both, "left_ankle") == peak(both, "left_thigh_low") == 30.0
