"""Kneading, circling, holding: where report and schedule once differed, case by case with the right value."""

from itertools import pairwise

import pytest

from tests.profiles.audit.agreeing import agreed, highest, lines, presses
from tests.profiles.audit.planting import step


def test_a_turn_cut_just_after_its_peak_does_not_slow_the_others() -> None:
    """60 mmHg and, 20 ms on, 59.5: a vent that was thought to need ten times as long made 90 s of these 20."""
    kneading = step(
        "knead", "calf", "lower_back", side="right", pressure_mmhg=70, low_mmhg=13, rate_hz=0.15, seconds=20
    )
    schedule = agreed(kneading, on="boots-6-hip")
    assert lines(schedule, "20 s") == [("all", "27.7 s")]
    assert highest(schedule, "right_knee") == 40.0


@pytest.mark.parametrize("device", ["boots-6", "boots-6-hip"])
def test_a_hold_from_nothing_is_let_go_of_later_than_one_from_contact(device: str) -> None:
    hold = step("hold", "calf", "thigh", pressure_mmhg=73, seconds=90, times=2, rest_s=2, vent=True)
    schedule = agreed(hold, on=device, use="sport")
    knees = [float(plays.split()[0]) for where, plays in lines(schedule, "90 s in one piece") if where == "both knees"]
    assert len(knees) == 2
    assert 0.5 < knees[1] - knees[0] < 3.0


def test_widening_circles_pause_only_where_a_chamber_needs_a_break() -> None:
    """The calf takes part in all four and may be pressed for 60 s; the knee, with 30 s, comes in with the last."""
    wave = step("wave", "seat", "thigh", pressure_mmhg=45, end_pressure_mmhg=25, speed_cm_s=4.5, rest_s=40)
    circles = step("circle", "shin", "thigh", side="left", pressure_mmhg=75, times=4, end_radius_cm=14)
    schedule = agreed({"do": "together", "steps": [wave, circles]}, on="boot-6-left", use="lymph")
    assert presses(schedule, "left_calf") == 1


def test_a_roller_goes_at_the_pace_of_the_chambers_and_the_report_says_so() -> None:
    kneading = step("knead", "foot", "thigh", side="left", pressure_mmhg=70, low_mmhg=12, rate_hz=0.15, seconds=20)
    schedule = agreed(kneading, on="chair-1", use="sport")
    assert lines(schedule, "0.15 Hz") == [("all", "0.075 Hz")]


def test_a_roller_pauses_in_the_breaks_of_the_chambers() -> None:
    kneading = step("knead", "calf", "foot", pressure_mmhg=50, low_mmhg=11, rate_hz=0.15, seconds=90)
    schedule = agreed(kneading, on="chair-1", use="lymph")
    assert presses(schedule, "sole_roller") == 2
    assert lines(schedule, "no break") == [("all", "rest of 11.1 s every 58 s")]


def test_a_roller_that_goes_on_with_slow_air_and_chambers_that_are_let_go_of_before_are_in_the_report() -> None:
    kneading = step("knead", "ankle", "torso", pressure_mmhg=20, low_mmhg=8, rate_hz=0.05, seconds=20)
    schedule = agreed(kneading, on="chair-1")
    assert lines(schedule, "20 s") == [("lower back", "21.6 s"), ("all", "21.1 s")]


def test_a_rate_is_that_of_turns_which_follow_each_other() -> None:
    """Two turns between two breaks: the rate is that of the two, not a mean with the break."""
    kneading = step("knead", "foot", "lower_back", pressure_mmhg=31, low_mmhg=12, rate_hz=0.1, seconds=90)
    schedule = agreed(kneading, on="boot-6-left", use="lymph")
    assert lines(schedule, "0.1 Hz") == [("all", "0.084 Hz")]


def test_a_break_before_a_sequence_with_a_chamber_that_nobody_feels() -> None:
    filling = step("sequence", "knee", "foot", side="left", pressure_mmhg=20, step_mmhg=4, rest_s=0)
    schedule = agreed({"do": "repeat", "times": 4, "steps": [filling]}, on="boot-6-left", use="sport")
    assert lines(schedule, "no break") == [("all", "rest of 10.3 s before it")]


def test_a_break_before_a_together_that_begins_with_words() -> None:
    words = {"do": "cue", "say": "Breathe", "seconds": 2.5}
    circles = step("circle", "thigh", "shin", pressure_mmhg=22, times=2, end_radius_cm=14)
    branch = {"do": "repeat", "times": 4, "steps": [words, circles]}
    both = {"do": "together", "steps": [branch, {"do": "rest", "seconds": 2}]}
    schedule = agreed({"do": "repeat", "times": 4, "steps": [both]}, on="boot-6-left")
    assert [plays for _, plays in lines(schedule, "no break") if plays.endswith("before it")] == [
        "rest of 4.8 s before it"
    ]


def test_turns_that_a_limit_cuts_are_counted_as_they_are_cut() -> None:
    kneading = step("knead", "knee", side="right", pressure_mmhg=30, low_mmhg=14, rate_hz=0.05, seconds=90)
    pulse = step("pulse", "ankle", "foot", pressure_mmhg=41, period_s=30, times=4)
    schedule = agreed({"do": "together", "steps": [kneading, pulse]}, on="boot-6-right", use="sport")
    assert lines(schedule, "0.05 Hz") == [("all", "0.025 Hz")]
    assert lines(schedule, "90 s") == [("all", "69.4 s")]


def test_a_turn_too_slow_for_its_limit_says_how_far_it_gets() -> None:
    kneading = step("knead", "knee", side="right", pressure_mmhg=60, low_mmhg=14, rate_hz=0.02, seconds=90)
    pulse = step("pulse", "ankle", "foot", pressure_mmhg=41, period_s=30, times=4)
    schedule = agreed({"do": "together", "steps": [kneading, pulse]}, on="boot-6-right", use="sport")
    assert lines(schedule, "60 mmHg") == [("right knee", f"{highest(schedule, 'right_knee'):g} mmHg")]
    assert highest(schedule, "right_knee") < 38.0


def test_a_chamber_that_circles_reach_after_a_break_rises_from_where_it_stands() -> None:
    """The drain before has emptied the thigh, which only the second circle reaches."""
    drain = step("drain", "thigh", "knee", pressure_mmhg=24, end_pressure_mmhg=45, repeats=3)
    circles = step("circle", "knee", "foot", pressure_mmhg=54, times=3, end_radius_cm=14)
    branch = {"do": "repeat", "times": 1, "steps": [drain, circles]}
    schedule = agreed({"do": "together", "steps": [branch, {"do": "rest", "seconds": 2}]}, on="boot-6-left")
    thigh = schedule.tracks[next(c.index for c in schedule.device.channels if c.name == "left_thigh_low")]
    assert thigh.at(schedule.spans[0].end_ms) == thigh.at(schedule.spans[1].start_ms + 5000) == 0.0


def test_each_of_two_kneadings_that_last_differently_has_a_line() -> None:
    """The first begins with chambers that a hold has emptied, and takes 1 s longer to fill them."""
    empty = step("hold", "seat", "foot", pressure_mmhg=54, seconds=9, vent=True)
    back = step("wave", "torso", "lower_back", pressure_mmhg=36, end_pressure_mmhg=38, times=3, rest_s=2)
    calf = step("wave", "calf", "ankle", side="right", pressure_mmhg=36, end_pressure_mmhg=70, speed_cm_s=4.5, times=3)
    kneading = step("knead", "foot", "hip", side="left", pressure_mmhg=36, low_mmhg=8, rate_hz=0.05, seconds=40)
    branch = {"do": "repeat", "times": 2, "steps": [calf, kneading]}
    schedule = agreed(empty, {"do": "together", "steps": [back, branch]}, on="boots-6-hip")
    assert lines(schedule, "40 s") == [("all", "34.4 s"), ("all", "33.3 s")]


def test_a_last_lap_that_is_cut_short_waits_for_a_whole_break_as_well() -> None:
    kneading = step("knead", "foot", side="left", pressure_mmhg=20, low_mmhg=8, rate_hz=0.0436, seconds=90)
    schedule = agreed(kneading, on="boot-6-left", use="lymph")
    assert lines(schedule, "no break") == [("all", "rest of 8.2 s every 69 s")]


def test_a_rest_that_is_longer_by_a_hundredth_has_no_line() -> None:
    hold = step("hold", "thigh", "foot", pressure_mmhg=29, seconds=40, times=4, rest_s=7.5, vent=True)
    assert lines(agreed(hold, on="boot-6-left", use="lymph"), "rest of 7.5 s") == []


def test_a_break_in_a_swing_that_nobody_feels_much_of_is_seen() -> None:
    kneading = step("knead", "calf", "torso", pressure_mmhg=10, low_mmhg=6.5, seconds=40)
    assert lines(agreed(kneading, on="boot-6-left"), "no break") == [("all", "rest of 8.9 s every 29 s")]


@pytest.mark.parametrize("do", ["percuss", "friction"])
def test_what_has_no_strength_has_no_rate(do: str) -> None:
    tapping = step(do, "lower_back", "seat", intensity_pct=0, rate_hz=1, seconds=20)
    schedule = agreed(tapping, on="chair-1")
    assert schedule.report.clipped == ()
    assert schedule.spans[0].end_ms - schedule.spans[0].start_ms == 20000


def test_a_kneading_of_the_knee_goes_on_for_as_long_as_it_should_with_a_break_in_it() -> None:
    kneading = step("knead", "knee", pressure_mmhg=77, low_mmhg=9, rate_hz=0.1, seconds=40)
    both = {"do": "together", "steps": [kneading, step("cool", "hip", temp_c=25, seconds=5)]}
    assert lines(agreed(both, on="boots-6", use="sport"), "no break") == [("all", "rest of 10.7 s every 21 s")]


def test_a_knee_that_is_held_while_its_back_is_stroked_is_told_apart() -> None:
    stroke = step("glide", "calf", "popliteal", pressure_mmhg=18)
    hold = step("hold", "knee", "seat", side="right", pressure_mmhg=30, seconds=20)
    schedule = agreed({"do": "together", "steps": [stroke, hold]}, on="boots-6-knee")
    assert highest(schedule, "right_knee_back") == 18.0


def test_slow_air_keeps_in_front_of_and_behind_the_knee_together() -> None:
    wave = step("wave", "thigh", "calf", pressure_mmhg=53, end_pressure_mmhg=71, speed_cm_s=9, times=4, rest_s=7.5)
    schedule = agreed(wave, on="boots-6-knee")
    assert highest(schedule, "left_knee_back") == 20.0


def test_a_hold_that_is_let_go_of_before_it_is_up_says_how_far_it_gets() -> None:
    """Beside circles the air comes so slowly that the knee's 30 s are over first, from contact and from nothing."""
    circles = step("circle", "lower_back", "ankle", pressure_mmhg=41, times=1, end_radius_cm=14)
    hold = step("hold", "foot", "seat", pressure_mmhg=71, seconds=90, times=3, rest_s=7.5, vent=True)
    schedule = agreed({"do": "together", "steps": [circles, hold]}, on="boots-6-hip")
    knees = [plays for where, plays in lines(schedule, "71 mmHg") if where == "both knees"]
    assert knees == ["31 mmHg", "33 mmHg"]


def test_a_rate_that_reads_the_same_has_no_line() -> None:
    kneading = step("knead", "thigh", "seat", side="right", pressure_mmhg=67, rate_hz=0.15, seconds=90)
    assert lines(agreed(kneading, on="boots-6"), "0.15 Hz") == []


def test_a_place_that_waits_longer_for_the_others_has_a_line_of_its_own() -> None:
    """The thigh rises more slowly from nothing than from light contact: the knee is asked to wait 29.2 s, then."""
    glide = step("glide", "ankle", "calf", side="left", pressure_mmhg=70, speed_cm_s=2, rest_s=40, vent=True)
    filling = step("sequence", "knee", "hip", pressure_mmhg=69, step_mmhg=4, hold_s=10, times=3, rest_s=40, vent=True)
    schedule = agreed({"do": "together", "steps": [glide, filling]}, on="boots-6-hip", use="sport")
    assert lines(schedule, "27.7 s in one piece") == [("both knees", "25.8 s in one piece")]
    assert lines(schedule, "29.2 s in one piece") == [("both knees", "25.9 s in one piece")]


def test_a_cap_that_no_press_comes_up_to_has_no_line() -> None:
    """39 mmHg are not 40, however little that is."""
    pulse = step("pulse", "hip", "ankle", pressure_mmhg=72, on_s=3, period_s=30, times=4)
    circles = step("circle", "foot", "calf", pressure_mmhg=60, times=4)
    schedule = agreed({"do": "together", "steps": [pulse, circles]}, on="boots-6")
    assert [plays for where, plays in lines(schedule, "72 mmHg") if where == "both knees"] == ["39 mmHg"]
    assert highest(schedule, "left_knee") == 39.0


def test_a_cap_that_only_the_first_press_misses_keeps_its_line() -> None:
    glide = step("glide", "foot", pressure_mmhg=68, speed_cm_s=6, times=2, rest_s=0, vent=True)
    hold = step("hold", "hip", "ankle", pressure_mmhg=49, seconds=90, times=3, rest_s=2, vent=True)
    schedule = agreed({"do": "together", "steps": [glide, hold]}, on="boot-6-right")
    knee = [plays for where, plays in lines(schedule, "49 mmHg") if where == "right knee"]
    assert knee == ["40 mmHg", "39 mmHg"]


def test_a_pulse_that_comes_once_has_no_line_about_the_next_one() -> None:
    """From light contact it is up after 30.9 s; from there on nothing is said of pulses that do not come."""
    circles = step("circle", "foot", "calf", pressure_mmhg=60, times=4)
    words = {"do": "cue", "say": "Breathe", "seconds": 2.5}
    pulse = step("pulse", "hip", "ankle", pressure_mmhg=72, on_s=3, period_s=30, times=1)
    emptied = {"do": "rest", "seconds": 2, "vent": True}
    schedule = agreed(pulse, emptied, words, {"do": "together", "steps": [pulse, circles]}, on="boots-6")
    assert len([plays for where, plays in lines(schedule, "3 s in one piece") if where == "both knees"]) == 1


def test_a_roller_beside_single_turns_has_its_own_rate_rest_and_time() -> None:
    """The calf may be pressed for 60 s, in which chambers turn once; the roller is at home again after 33 s."""
    hold = step("hold", "knee", "seat", pressure_mmhg=35, seconds=40, times=4, rest_s=40)
    kneading = step("knead", "calf", "foot", side="left", pressure_mmhg=79, low_mmhg=14, rate_hz=0.05, seconds=90)
    schedule = agreed({"do": "together", "steps": [hold, kneading]}, on="chair-1", use="lymph")
    assert lines(schedule, "0.05 Hz") == [("all", "0.03 Hz"), ("all", "0.02 Hz")]
    assert lines(schedule, "no break") == [("all", "rest of 17.1 s every 51 s")]
    assert lines(schedule, "90 s") == [("both feet", "83.9 s")]


def test_single_turns_with_breaks_between_are_all_as_far_apart() -> None:
    kneading = step("knead", "calf", side="left", pressure_mmhg=30, low_mmhg=10, rate_hz=0.03, seconds=200)
    schedule = agreed(kneading, on="boots-6", use="sport")
    assert lines(schedule, "no break") == []
    assert lines(schedule, "0.03 Hz") == [("all", "0.023 Hz")]


def test_a_roller_that_is_slower_than_slow_air_is_held_against_what_was_asked() -> None:
    circles = step("circle", "foot", "calf", side="left", pressure_mmhg=68, ripple_mmhg=19, period_s=1, times=4)
    assert lines(agreed(circles, on="chair-1"), "1 Hz") == [("both feet", "0.33 Hz")]


def test_circles_that_begin_late_from_emptied_chambers_say_so() -> None:
    """They are slowed sevenfold, and so is their way from nothing to light contact, which nobody feels."""
    emptied = {"do": "rest", "seconds": 2, "vent": True}
    circles = step("circle", "thigh", pressure_mmhg=34, ripple_mmhg=34, period_s=1, times=3)
    schedule = agreed(step("hold", "thigh", pressure_mmhg=40, seconds=5), emptied, circles, on="boots-6")
    (wait,) = lines(schedule, "no break")
    assert wait[1].endswith("before it")


def test_a_kneading_is_over_when_the_last_chamber_is_at_contact() -> None:
    """Low is light contact, where the last turn ends with two seconds of which nothing is felt."""
    kneading = step("knead", "knee", pressure_mmhg=34, low_mmhg=0, rate_hz=0.061, seconds=68)
    assert lines(agreed(kneading, on="boots-6", use="lymph"), "68 s") == [("all", "63.4 s")]


def test_what_a_cap_below_its_low_keeps_from_swinging_has_rests_and_no_rate() -> None:
    kneading = step("knead", "thigh", "shin", side="left", pressure_mmhg=97.5, low_mmhg=81.5, rate_hz=0.1, seconds=120)
    schedule = agreed(kneading, on="boots-6-hip", use="lymph")
    assert lines(schedule, "no break") == [("all", "rest of 11.7 s every 71 s")]
    assert lines(schedule, "0.1 Hz") == []


def test_a_single_circle_has_no_period_beside_a_roller_that_is_slower_anyway() -> None:
    circle = step("circle", "foot", pressure_mmhg=10, ripple_mmhg=9, period_s=1, times=1)
    schedule = agreed(circle, on="chair-1", use="sport")
    assert lines(schedule, "1 Hz") == [("both feet", "0.33 Hz")]
    assert lines(schedule, "every 1 s") == []


def test_a_roller_that_has_no_time_for_its_width_is_not_narrow() -> None:
    assert agreed(step("friction", "foot", intensity_pct=100, rate_hz=1, seconds=0.3), on="chair-1").report.is_clean


def test_a_place_of_which_no_more_than_contact_is_asked_is_filled_when_the_stroke_comes_to_it() -> None:
    glide = step("glide", "calf", "popliteal", pressure_mmhg=4)
    circles = step("circle", "foot", "calf", pressure_mmhg=10, times=4, end_radius_cm=14)
    schedule = agreed({"do": "together", "steps": [glide, circles]}, on="boots-6")
    knees = [c.index for c in schedule.device.channels if c.name in ("left_knee", "right_knee")]
    (played,) = (span for span in schedule.spans if span.step == "1.1")
    assert [schedule.tracks[knee].at(played.end_ms) for knee in knees] == [6.0, 6.0]


def test_a_chamber_of_which_a_circle_covers_just_half_takes_part_in_every_circle() -> None:
    circles = step("circle", "thigh", "ankle", pressure_mmhg=33, ripple_mmhg=15, period_s=17.2, times=8)
    schedule = agreed(circles | {"radius_cm": 4, "end_radius_cm": 7}, on="boot-6-left", use="lymph")
    low = next(c.index for c in schedule.device.channels if c.name == "left_thigh_low")
    corners = list(pairwise(schedule.tracks[low].values))
    assert len([1 for a, b in corners if a < b == 48.0]) == 8


def test_circles_with_a_breath_between_them_say_how_low_they_fall() -> None:
    circles = step("circle", "knee", "torso", pressure_mmhg=67, ripple_mmhg=15, period_s=14.1, times=7)
    assert lines(agreed(circles, on="boot-6-right"), "10 mmHg") == [("right knee", "6 mmHg")]


def test_rates_that_read_the_same_and_are_not_have_a_third_digit() -> None:
    kneading = step("knead", "ankle", "foot", side="right", pressure_mmhg=76, low_mmhg=11, rate_hz=0.125, seconds=35.3)
    assert lines(agreed(kneading, on="wrap-3"), "0.125 Hz") == [("all", "0.117 Hz")]


def test_each_of_two_turns_that_are_let_go_of_on_the_way_up_has_a_line() -> None:
    """The first begins with an emptied knee, and gets less far."""
    emptied = step("sequence", "lower_back", "seat", pressure_mmhg=43, step_mmhg=0, hold_s=27.9, times=2, vent=True)
    kneading = step("knead", "knee", "lower_back", pressure_mmhg=34, low_mmhg=22, rate_hz=0.182, seconds=186.1)
    glide = step("glide", "shin", pressure_mmhg=77, speed_cm_s=8.9, times=2, rest_s=0)
    schedule = agreed(emptied, {"do": "together", "steps": [kneading, glide]}, on="boots-6-hip", use="sport")
    assert lines(schedule, "34 mmHg") == [("both knees", "25.5 mmHg"), ("both knees", "28.5 mmHg")]


def test_a_place_that_a_cap_keeps_from_swinging_has_no_turn() -> None:
    kneading = step("knead", "knee", "calf", side="right", pressure_mmhg=71, low_mmhg=40, rate_hz=0.244, seconds=58.1)
    assert ("right knee", "40 mmHg") in lines(agreed(kneading, on="boots-6-hip", use="sport"), "71 mmHg")


def test_a_place_that_is_hardly_felt_and_let_go_of_early_is_told_of_truly() -> None:
    filling = step("sequence", "ankle", "seat", side="left", pressure_mmhg=17, step_mmhg=4, hold_s=37.6, times=2)
    schedule = agreed(filling, on="boots-6-hip", use="lymph")
    assert lines(schedule, "38.5 s in one piece") == [("left knee", "29.1 s in one piece")]


def test_the_last_stroke_of_a_roller_that_is_cut_short_is_no_faster_circle() -> None:
    circles = step("circle", "torso", pressure_mmhg=64, ripple_mmhg=10, period_s=2.9, times=5)
    schedule = agreed(circles | {"radius_cm": 12, "end_radius_cm": 8}, on="chair-1")
    assert lines(schedule, "0.34 Hz") == [("lower back", "0.25 Hz")]


def test_a_rub_is_as_fast_as_whole_ticks_allow() -> None:
    rub = step("friction", "knee", "torso", side="right", intensity_pct=48, rate_hz=1.2, seconds=25.3, width_cm=5.2)
    agreed(rub, on="chair-1", use="lymph")


def test_a_faint_kneading_that_lasts_longer_is_told_of() -> None:
    kneading = step(
        "knead", "knee", "lower_back", side="left", pressure_mmhg=9, low_mmhg=4, rate_hz=0.051, seconds=13.1
    )
    assert lines(agreed(kneading, on="chair-1", use="sport"), "13.1 s")[-1] == ("all", "15 s")


def test_a_swing_of_just_4_mmhg_has_a_rate_and_a_smaller_one_has_none() -> None:
    kneading = step("knead", "ankle", "calf", pressure_mmhg=10, low_mmhg=6, rate_hz=1, seconds=30)
    assert lines(agreed(kneading, on="boots-6"), "1 Hz") == [("all", "0.93 Hz")]
    assert lines(agreed(kneading | {"pressure_mmhg": 9.5}, on="boots-6"), "1 Hz") == []
