"""Strokes that play otherwise after what came before: where report and schedule once differed, with the right value."""

from tests.profiles.audit.agreeing import agreed, lines
from tests.profiles.audit.faults import step


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
