"""The back of the knee, which is only passed: strokes and circles of it on which report and schedule once differed."""

from tests.profiles.audit.agreeing import agreed, lines, presses
from tests.profiles.audit.faults import step

KNEE = "boots-6-knee"
BEHIND = {"face": "back", "side": "right"}


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
