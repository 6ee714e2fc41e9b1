"""Strokes that play otherwise after what came before: where report and schedule once differed, with the right value."""

from tests.profiles.audit.agreeing import agreed, lines, presses
from tests.profiles.audit.planting import step


def test_a_roller_pauses_in_a_break_that_chambers_hardly_miss() -> None:
    """The glide empties the calf, so that the first turn is 0.17 s slower than the second: nobody misses that."""
    glide = step("glide", "hip", "ankle", pressure_mmhg=64, speed_cm_s=2, times=2, rest_s=0, vent=True)
    kneading = step("knead", "foot", "calf", pressure_mmhg=67, low_mmhg=9, rate_hz=0.03, seconds=120)
    schedule = agreed(glide, kneading, on="chair-1", use="lymph")
    assert lines(schedule, "no break") == [("all", "rest of 17.2 s every 51 s")]


def test_pulses_that_a_break_keeps_apart_have_no_line_of_a_shorter_period() -> None:
    """Alone they would come every 15.4 s; after a kneading the calf needs its break before the second one."""
    kneading = step("knead", "thigh", "shin", side="right", pressure_mmhg=40, low_mmhg=9, rate_hz=0.05, seconds=90)
    pulse = step("pulse", "shin", "lower_back", pressure_mmhg=65, on_s=6, period_s=15, times=2)
    assert lines(agreed(kneading, pulse, on="wrap-3"), "every 15 s") == [("all", "every 25.6 s")]
    assert lines(agreed(pulse, on="wrap-3"), "every 15 s") == [("all", "every 15.4 s")]


def test_a_break_in_a_drain_that_begins_faintly_is_measured_while_other_places_lie_at_contact() -> None:
    """The knee needs a break; the calf, which comes next, still lies at light contact meanwhile."""
    drain = step("drain", "thigh", "calf", pressure_mmhg=4, end_pressure_mmhg=56, repeats=4)
    schedule = agreed(drain, on="boots-6")
    assert lines(schedule, "rest of 4 s") == [("all", "rest of 9.8 s every 113 s")]


def test_a_rest_before_a_kneading_goes_on_until_emptied_chambers_are_back_at_contact() -> None:
    """A break of 5.1 s, and then 1.6 s from nothing to light contact."""
    drain = step("drain", "calf", "shin", pressure_mmhg=55, end_pressure_mmhg=39, repeats=1, on_s=6, off_s=3.4)
    kneading = step("knead", "calf", side="right", pressure_mmhg=65, low_mmhg=0, rate_hz=0.298, seconds=120.3)
    rests = [plays for _, plays in lines(agreed(drain, kneading, on="wrap-3"), "no break")]
    assert rests == ["rest of 6.7 s before it", "rest of 9.2 s every 59 s"]


def test_what_hardly_swings_rests_for_as_long_as_it_lies_at_contact() -> None:
    drain = step("drain", "ankle", "calf", pressure_mmhg=53, end_pressure_mmhg=35, repeats=1, on_s=2.5, off_s=8.4)
    kneading = step("knead", "shin", pressure_mmhg=15, low_mmhg=13, rate_hz=0.133, seconds=116.8)
    rests = [plays for _, plays in lines(agreed(drain, kneading, on="boots-6-hip", use="sport"), "no break")]
    assert rests == ["rest of 1.2 s before it", "rest of 10.3 s every 55 s"]


def test_a_circle_that_is_half_a_second_late_has_no_line() -> None:
    kneading = step("knead", "shin", "knee", side="left", pressure_mmhg=79, low_mmhg=12, rate_hz=0.071, seconds=23.7)
    circles = step("circle", "knee", side="left", pressure_mmhg=32, ripple_mmhg=12, period_s=15.2, times=5)
    widening = circles | {"radius_cm": 9, "end_radius_cm": 16}
    schedule = agreed(kneading, widening, on="boots-6-hip")
    assert lines(schedule, "no break") == [("all", "rest of 8.4 s before it")]


def test_a_rest_in_which_the_air_needs_longer_to_go_says_so() -> None:
    hold = step("hold", "thigh", pressure_mmhg=40, seconds=5)
    schedule = agreed(hold, {"do": "rest", "seconds": 1, "vent": True}, on="boots-6-hip")
    assert lines(schedule, "1 s") == [("all", "1.8 s")]


def test_of_what_light_contact_lifts_the_lowest_has_a_line() -> None:
    kneading = step("knead", "calf", pressure_mmhg=3, low_mmhg=0, rate_hz=0.1, seconds=20)
    schedule = agreed(kneading, step("hold", "calf", pressure_mmhg=40, seconds=5), on="boots-6")
    assert lines(schedule, "0 mmHg") == [("both calves", "6 mmHg")]


def test_a_stroke_that_gets_only_contact_finds_it_also_before_a_firmer_one_inside_a_together() -> None:
    glide = step("glide", "calf", "popliteal", pressure_mmhg=3)
    drain = step("drain", "thigh", "foot", pressure_mmhg=11, end_pressure_mmhg=18, repeats=2)
    warm = step("heat", "seat", side="right", temp_c=36, seconds=1200)
    both = {"do": "together", "steps": [warm, {"do": "repeat", "times": 1, "steps": [glide, drain]}]}
    assert lines(agreed(both, on="boot-6-left", use="sport"), "3 mmHg") == [
        ("left calf", "6 mmHg"),
        ("left knee", "6 mmHg"),
    ]


def test_a_drain_says_nothing_of_a_lap_that_it_does_not_have() -> None:
    """From nothing its last place would be late; in its only lap it stands at light contact."""
    drain = step("drain", "foot", "calf", pressure_mmhg=41, end_pressure_mmhg=28, repeats=2, times=1)
    assert lines(agreed(drain, on="wrap-3", use="lymph"), "4 s a place") == []


def test_two_places_of_one_zone_are_drained_as_gently_as_two_zones() -> None:
    drain = step("drain", "thigh", pressure_mmhg=9, end_pressure_mmhg=14, repeats=1)
    schedule = agreed({"do": "repeat", "times": 2, "steps": [drain]}, on="boots-6-knee", use="lymph")
    assert lines(schedule, "every 14 s") == []


def test_nobody_can_tell_when_a_lap_begins_that_begins_faintly() -> None:
    drain = step("drain", "seat", "lower_back", pressure_mmhg=0, end_pressure_mmhg=47, repeats=1)
    assert lines(agreed(drain, drain, on="boots-6-hip", use="sport"), "every 14 s") == []


def test_a_slow_kneading_that_is_let_go_of_early_is_no_faster_for_it() -> None:
    kneading = step("knead", "knee", side="right", pressure_mmhg=38, low_mmhg=10, rate_hz=0.02, seconds=150)
    schedule = agreed(kneading, on="boots-6")
    assert lines(schedule, "0.02 Hz") == []
    assert presses(schedule, "right_knee") == 3


def test_a_kneading_lasts_as_long_whatever_pressed_before() -> None:
    before = step("knead", "knee", "calf", pressure_mmhg=11, low_mmhg=10, rate_hz=0.15, seconds=7.3)
    kneading = step("knead", "knee", side="right", pressure_mmhg=57, low_mmhg=13, rate_hz=0.1, seconds=40)
    for steps in ([kneading], [before, kneading]):
        schedule = agreed(*steps, on="boots-6-knee", use="sport")
        assert lines(schedule, "40 s") == []
        assert lines(schedule, "no break") == [("all", "rest of 10.9 s every 21 s")]


def test_a_faint_kneading_lasts_from_when_the_first_chamber_stirs() -> None:
    before = step("knead", "knee", pressure_mmhg=16, low_mmhg=10, rate_hz=0.02, seconds=20)
    agreed(before, step("knead", "knee", pressure_mmhg=9, low_mmhg=7, rate_hz=0.1, seconds=7.3), on="boots-6")


def test_a_press_that_a_limit_cuts_still_goes_as_slowly_as_it_came() -> None:
    press = step("press", "knee", side="left", pressure_mmhg=20, ease_s=10, seconds=20, rest_s=0)
    schedule = agreed(press, on="boot-6-left", use="lymph")
    assert lines(schedule, "20 s in one piece") == [("left knee", "12.7 s in one piece")]


def test_a_roller_tells_the_speed_of_a_crest_of_which_one_place_is_let_go_of_early() -> None:
    slow = step("glide", "lower_back", "knee", pressure_mmhg=17, knee_mmhg=10, speed_cm_s=0.5, rest_s=2)
    quick = step("glide", "knee", "shin", side="left", face="back", pressure_mmhg=58, speed_cm_s=7.5, vent=True)
    schedule = agreed({"do": "together", "steps": [slow, quick]}, on="chair-1", use="lymph")
    assert lines(schedule, "0.5 cm/s") == [("all", "0.41 cm/s")]
