"""What the report says is what plays: durations, rates, periods and caps, also inside `together` and `repeat`."""

import re
from collections.abc import Iterable
from itertools import pairwise
from statistics import median

import pytest

from legato.profiles.schedule import CompileNote, Schedule
from tests.profiles.planned import plays, track

KNEAD = {"do": "knead", "from": "calf", "pressure_mmhg": 40, "low_mmhg": 12, "rate_hz": 0.1, "seconds": 40}
PULSE = {"do": "pulse", "from": "thigh", "pressure_mmhg": 40, "on_s": 3, "period_s": 8, "times": 6}
WAVE = {"do": "wave", "from": "foot", "to": "thigh", "pressure_mmhg": 40, "times": 6}


def arrivals(schedule: Schedule, name: str) -> list[float]:
    """When a chamber reaches its peak from below, in seconds."""
    curve = track(schedule, name)
    pairs = pairwise(zip(curve.times, curve.values, strict=True))
    return [t1 / 1000.0 for (_, v0), (t1, v1) in pairs if v0 < v1 == max(curve.values)]


def beat_s(schedule: Schedule, name: str) -> float:
    """The usual time between two peaks."""
    times = arrivals(schedule, name)
    return median(b - a for a, b in pairwise(times))


def lasts_s(schedule: Schedule, step: str = "1") -> float:
    (span,) = (span for span in schedule.spans if span.step == step)
    return (span.end_ms - span.start_ms) / 1000.0


def figures(notes: Iterable[CompileNote], unit: str) -> list[float]:
    """What plays, of those notes that are about this unit alone."""
    found = (re.fullmatch(rf"(?:every )?([\d.]+) {unit}", note.plays) for note in notes)
    return [float(match[1]) for match in found if match]


@pytest.mark.parametrize("rate_hz", [0.04, 0.08, 0.3])
@pytest.mark.parametrize("to", ["calf", "thigh"])
def test_kneading_lasts_as_long_as_asked_breaks_included(rate_hz: float, to: str) -> None:
    schedule = plays(KNEAD | {"to": to, "rate_hz": rate_hz, "seconds": 600})
    assert lasts_s(schedule) == pytest.approx(600, abs=0.5)


@pytest.mark.parametrize(
    ("rate_hz", "to", "pressing"),
    [(0.04, "thigh", "left_calf"), (0.3, "thigh", "left_calf"), (0.1, "calf", "left_calf")],
)
def test_the_rate_of_kneading_that_is_reported_is_the_one_that_plays(rate_hz: float, to: str, pressing: str) -> None:
    schedule = plays(KNEAD | {"to": to, "rate_hz": rate_hz, "seconds": 600})
    (said,) = figures(schedule.report.slowed, "Hz") or [rate_hz]
    assert 1.0 / beat_s(schedule, pressing) == pytest.approx(said, rel=0.05)


def test_kneading_that_ends_between_two_turns_lets_go_there() -> None:
    schedule = plays(KNEAD | {"rate_hz": 0.1, "seconds": 24})
    assert lasts_s(schedule) == pytest.approx(24, abs=0.02)
    assert len(arrivals(schedule, "left_calf")) == 2


def test_kneading_too_short_for_one_turn_makes_it_and_is_reported() -> None:
    schedule = plays(KNEAD | {"rate_hz": 0.05, "seconds": 5})
    (said,) = figures(schedule.report.slowed, "s")
    assert lasts_s(schedule) == pytest.approx(said, abs=0.1)
    assert len(arrivals(schedule, "left_calf")) == 1


def test_pulses_in_a_together_keep_their_period_or_the_report_says_otherwise() -> None:
    fast = PULSE | {"from": "foot", "to": "thigh", "period_s": 4}
    warm = {"do": "heat", "from": "calf", "seconds": 60}
    for steps in ([PULSE, warm], [fast, warm], [{"do": "repeat", "times": 2, "steps": [fast]}, warm]):
        schedule = plays({"do": "together", "steps": steps})
        said, *_ = figures(schedule.report.slowed, "s") or [8.0]
        assert beat_s(schedule, "left_thigh_low") == pytest.approx(said, rel=0.05)


KNEE_PULSE = {"do": "pulse", "from": "thigh", "to": "knee", "pressure_mmhg": 67, "period_s": 15, "times": 3}


def periods(schedule: Schedule) -> list[tuple[str, str]]:
    return [(note.plays, note.why) for note in schedule.report.slowed if note.asked == "every 15 s"]


def test_pulses_that_all_wait_for_a_break_are_not_said_to_come_as_fast_as_the_pump_allows() -> None:
    alone, followed = (plays(KNEE_PULSE, *more, on="boot-6-left") for more in ([], [{"do": "rest", "seconds": 2}]))
    broken = ("every 25.8 s", "longest knee hold 30 s")
    assert periods(alone) == [broken]
    assert periods(followed) == [broken, ("every 18.1 s", "pump")], "after the last one there is no break"
    beats = arrivals(alone, "left_knee")
    assert [b - a for a, b in pairwise(beats)] == pytest.approx([25.8, 25.8], abs=0.1)


def test_the_longest_period_is_said_where_a_lap_begins_with_empty_chambers() -> None:
    emptied = {"do": "rest", "seconds": 15, "vent": True}
    schedule = plays({"do": "repeat", "times": 2, "steps": [KNEE_PULSE, emptied]}, on="boot-6-left")
    assert ("every 26.7 s", "longest knee hold 30 s") in periods(schedule)


def test_a_pulse_that_a_hold_limit_cuts_keeps_its_period() -> None:
    long = {"do": "pulse", "from": "knee", "pressure_mmhg": 30, "on_s": 60, "times": 2}
    schedule = plays(long | {"period_s": 80}, {"do": "rest", "seconds": 1})
    first, second = arrivals(schedule, "left_knee")
    assert second - first == pytest.approx(80.0, abs=0.02)
    assert not schedule.report.slowed
    (cut,) = schedule.report.clipped
    assert cut.asked == "60 s in one piece"


def test_pulses_that_last_longer_than_their_period_say_so() -> None:
    long = {"do": "pulse", "from": "foot", "pressure_mmhg": 30, "on_s": 30, "period_s": 10, "times": 2}
    (note,) = plays(long, {"do": "rest", "seconds": 1}).report.slowed
    assert (note.asked, note.why) == ("every 10 s", "a pulse lasts longer")


def test_a_stroke_in_a_together_is_named_by_itself() -> None:
    schedule = plays(
        {"do": "together", "steps": [PULSE | {"from": "foot", "to": "calf"}, KNEAD | {"from": "thigh", "rate_hz": 1}]}
    )
    assert {note.step for note in schedule.report.slowed} <= {"step 1 (pulse foot to calf)", "step 1 (knead thigh)"}
    (rate,) = figures(schedule.report.slowed, "Hz")
    assert 1.0 / beat_s(schedule, "left_thigh_low") == pytest.approx(rate, rel=0.05)


def test_a_circle_in_a_together_says_how_slow_it_is() -> None:
    circle = {"do": "circle", "from": "thigh", "pressure_mmhg": 40, "ripple_mmhg": 20, "period_s": 1, "times": 20}
    schedule = plays({"do": "together", "steps": [circle, KNEAD]})
    said = [n for n in schedule.report.slowed if "circle" in n.step]
    assert beat_s(schedule, "left_thigh_low") == pytest.approx(figures(said, "s")[0], rel=0.05)


def test_a_break_in_a_together_is_reported_as_outside_of_it() -> None:
    long = KNEAD | {"seconds": 150}
    alone = plays(long).report.slowed
    (inside,) = plays({"do": "together", "steps": [long, {"do": "rest", "seconds": 5}]}).report.slowed
    assert [(note.asked, note.plays, note.why) for note in alone] == [(inside.asked, inside.plays, inside.why)]
    assert inside.plays.startswith("rest of ")


def test_a_break_counts_the_rest_that_is_there_anyway() -> None:
    hold = {"do": "hold", "from": "calf", "pressure_mmhg": 40, "seconds": 40, "times": 3, "rest_s": 4}
    schedule = plays(hold)
    (note,) = schedule.report.slowed
    assert note.asked == "rest of 4 s"
    curve = track(schedule, "left_calf")
    pairs = list(pairwise(zip(curve.times, curve.values, strict=True)))
    pauses = [t1 - t0 for (t0, v0), (t1, v1) in pairs if v0 == v1 == 6.0 and t0 > schedule.spans[0].start_ms]
    assert float(note.plays.split()[2]) == pytest.approx(pauses[0] / 1000.0, abs=0.1)


@pytest.mark.parametrize(("mmhg", "times"), [(20, 3), (40, 2), (40, 6), (40, 20)])
def test_crests_of_a_wave_follow_each_other_evenly(mmhg: int, times: int) -> None:
    schedule = plays(WAVE | {"pressure_mmhg": mmhg, "times": times})
    starts = arrivals(schedule, "left_calf")
    gaps = [b - a for a, b in pairwise(starts)]
    assert len(starts) == times
    assert gaps == pytest.approx([gaps[0]] * len(gaps), abs=0.02)


def test_crests_of_a_wave_that_are_further_apart_than_half_way_are_reported() -> None:
    schedule = plays(WAVE)
    (note,) = schedule.report.slowed
    assert float(note.asked.split()[1]) == pytest.approx((78 / 2 + 4.5) / 3, abs=0.1)
    assert beat_s(schedule, "left_calf") == pytest.approx(float(note.plays.split()[1]), abs=0.1)
    assert note.why.startswith("longest ")


def test_crests_of_a_wave_overlap() -> None:
    schedule = plays(WAVE | {"times": 2})
    assert arrivals(schedule, "left_foot")[1] < arrivals(schedule, "left_thigh_high")[0]


def test_of_crests_that_are_clipped_the_highest_is_named() -> None:
    schedule = plays(WAVE | {"pressure_mmhg": 60, "end_pressure_mmhg": 90, "times": 20})
    calf = next(note for note in schedule.report.clipped if note.where == "both calves")
    assert (calf.asked, calf.plays) == ("90 mmHg", "70 mmHg")


def test_figures_have_at_most_one_decimal() -> None:
    schedule = plays(WAVE | {"pressure_mmhg": 70.5263, "times": 1})
    assert schedule.report.clipped[0].asked == "70.5 mmHg"


@pytest.mark.parametrize("seconds", [0.2, 0.3, 0.9, 30])
def test_tapping_and_humming_last_as_long_as_asked(seconds: float) -> None:
    percuss = {"do": "percuss", "from": "seat", "intensity_pct": 35, "rate_hz": 8, "seconds": seconds}
    schedule = plays(percuss, on="chair-1")
    curve = track(schedule, "seat_percussion")
    ((start, end),) = curve.spans(0.0)
    assert schedule.report.is_clean
    assert max(curve.values) == 35
    assert (end - start) / 1000.0 == pytest.approx(seconds, abs=0.01)


def test_a_roller_goes_to_and_fro_for_as_long_as_asked() -> None:
    friction = {
        "do": "friction",
        "from": "lower_back",
        "intensity_pct": 40,
        "width_cm": 4,
        "rate_hz": 0.1,
        "seconds": 7,
    }
    curve = track(plays(friction, on="chair-1"), "back_roller")
    on = [t for t, v in zip(curve.times, curve.values, strict=True) if v == 40]
    assert (on[-1] - on[0]) / 1000.0 == pytest.approx(7 - 0.5, abs=0.02)


def test_a_roller_that_is_slower_than_a_crest_says_so() -> None:
    schedule = plays(
        {"do": "glide", "from": "lower_back", "to": "torso", "pressure_mmhg": 35, "speed_cm_s": 15}, on="chair-1"
    )
    (note,) = schedule.report.clipped
    assert (note.asked, note.plays) == ("15 cm/s", "12 cm/s")
