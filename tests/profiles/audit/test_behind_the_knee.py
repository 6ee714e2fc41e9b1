"""The back of the knee, which is only passed: strokes and circles of it on which report and schedule once differed."""

from tests.profiles.audit.agreeing import agreed, lines, presses
from tests.profiles.audit.planting import step

KNEE = "boots-6-knee"
BEHIND = {"face": "back", "side": "right"}


def test_in_front_and_behind_each_are_held_against_the_speed_of_the_crest() -> None:
    wave = step("wave", "knee", side="left", pressure_mmhg=10, speed_cm_s=1, times=2, rest_s=40)
    assert lines(agreed(wave, on=KNEE), "12 s in one piece") == [("back of the left knee", "1.8 s in one piece")]


def test_a_crest_that_air_slows_is_as_slow_as_it_comes_where_everything_is_let_go_of_early() -> None:
    glide = step("glide", "knee", pressure_mmhg=48, knee_mmhg=12, speed_cm_s=1, times=2, rest_s=40)
    shin = step("press", "shin", side="right", face="front", pressure_mmhg=10, ease_s=0, seconds=7)
    thigh = step("press", "thigh", face="front", pressure_mmhg=38, ease_s=0, seconds=20, rest_s=15)
    schedule = agreed({"do": "together", "steps": [shin, thigh, glide]}, on=KNEE, use="sport")
    assert lines(schedule, "1.0 cm/s") == [("all", "0.5 cm/s")]
    assert lines(schedule, "24.2 s in one piece") == [
        ("backs of both knees", "1.3 s in one piece"),
        ("both knees", "22.1 s in one piece"),
    ]


def test_behind_the_knee_alone_slow_air_slows_no_stroke_that_is_let_go_of_early() -> None:
    glide = step("glide", "knee", pressure_mmhg=35, speed_cm_s=7.5, rest_s=7.5, vent=True, **BEHIND)
    hold = step("hold", "shin", "foot", side="left", pressure_mmhg=36, seconds=7, vent=True)
    schedule = agreed({"do": "together", "steps": [glide, hold]}, on=KNEE, use="lymph")
    assert lines(schedule, "7.5 cm/s") == []
    assert lines(schedule, "35 mmHg") == [("back of the right knee", "20 mmHg")]


def test_a_fall_that_has_hardly_begun_is_let_go_of_at_once() -> None:
    """Rounded to half a mmHg it would hold the knee for 24.7 s, and the report say that this is less than 24 s."""
    wave = step("wave", "knee", pressure_mmhg=10, speed_cm_s=0.5, times=3)
    assert lines(agreed(wave, on="boot-6-left"), "24 s in one piece") == []


def test_circles_of_which_the_back_alone_feels_the_narrow_ones_have_no_beat_of_its_own() -> None:
    circles = step("circle", "knee", pressure_mmhg=38, times=7, period_s=4, radius_cm=6, end_radius_cm=14, **BEHIND)
    schedule = agreed(circles, on=KNEE)
    assert lines(schedule, "every 4 s") == []
    assert lines(schedule, "7 times") == [("back of the right knee", "3 times")]


def test_the_back_alone_pauses_where_two_quick_circles_are_all_that_it_may_get() -> None:
    circles = step("circle", "knee", pressure_mmhg=8, ripple_mmhg=12, period_s=1, times=3, **BEHIND)
    schedule = agreed(circles, on=KNEE)
    assert lines(schedule, "no break") == [("all", "rest of 10.3 s every 2 s")]


def test_slow_circles_that_are_let_go_of_early_follow_each_other_no_faster_for_it() -> None:
    circles = step("circle", "knee", pressure_mmhg=18, period_s=30, times=3, **BEHIND)
    schedule = agreed(circles, on=KNEE)
    assert presses(schedule, "right_knee_back") == 3
    assert schedule.duration_ms > 60_000


def test_a_ripple_that_is_let_go_of_early_is_about_what_it_reaches() -> None:
    """It gets to 18 mmHg, 9 below which are 9 mmHg, and 9 below those nothing."""
    circles = step("circle", "knee", "lower_back", pressure_mmhg=75, ripple_mmhg=9, period_s=8, times=3, **BEHIND)
    schedule = agreed(circles, on=KNEE, use="lymph")
    assert lines(schedule, "84 mmHg") == [("back of the right knee", "18 mmHg")]
    assert lines(schedule, "0 mmHg") == [("back of the right knee", "6 mmHg")]
