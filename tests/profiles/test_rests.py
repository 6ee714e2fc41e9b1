"""Rests come after each time, the last one included where something follows."""

from itertools import pairwise
from typing import Any

import pytest

from legato.profiles.schedule import Schedule, Span
from tests.profiles.planned import plays

STEPS: list[tuple[dict[str, Any], float]] = [
    ({"do": "glide", "from": "foot", "to": "thigh", "pressure_mmhg": 30, "times": 2}, 20.0),
    ({"do": "wave", "from": "foot", "to": "thigh", "pressure_mmhg": 30, "times": 2}, 20.0),
    ({"do": "hold", "from": "calf", "pressure_mmhg": 30, "seconds": 5, "times": 2}, 20.0),
    ({"do": "sequence", "from": "foot", "to": "calf", "pressure_mmhg": 40, "hold_s": 4, "times": 2}, 20.0),
]
REST = {"do": "rest", "seconds": 1}


def lasts_s(span: Span) -> float:
    return (span.end_ms - span.start_ms) / 1000.0


def quiet_s(schedule: Schedule, span: Span) -> float:
    """How long before the end of a turn the last set-point of it has ended."""
    ends = [s.when_ms + s.ramp_ms for s in schedule.setpoints if span.start_ms <= s.when_ms < span.end_ms]
    return (span.end_ms - max(ends)) / 1000.0


@pytest.mark.parametrize(("step", "rest_s"), STEPS, ids=lambda value: str(value)[8:14])
def test_a_rest_comes_after_the_last_time_too(step: dict[str, Any], rest_s: float) -> None:
    schedule = plays(step | {"rest_s": rest_s}, REST)
    assert quiet_s(schedule, schedule.spans[0]) == pytest.approx(rest_s, abs=0.02)


@pytest.mark.parametrize(("step", "rest_s"), STEPS, ids=lambda value: str(value)[8:14])
def test_nothing_is_waited_for_where_nothing_follows(step: dict[str, Any], rest_s: float) -> None:
    schedule = plays(step | {"rest_s": rest_s})
    assert quiet_s(schedule, schedule.spans[0]) == pytest.approx(0.0, abs=0.02)


def test_the_rest_of_a_sequence_in_a_repeat_is_played_in_every_lap() -> None:
    cycle = {"do": "sequence", "from": "foot", "to": "thigh", "pressure_mmhg": 45, "hold_s": 5, "rest_s": 40}
    schedule = plays({"do": "repeat", "times": 8, "steps": [cycle]}, REST)
    laps = [span for span in schedule.spans if span.step == "1.1"]
    assert len(laps) == 8
    assert all(quiet_s(schedule, lap) == pytest.approx(40, abs=0.02) for lap in laps)


def test_the_last_pulse_has_a_whole_period_where_something_follows() -> None:
    pulse = {"do": "pulse", "from": "calf", "pressure_mmhg": 30, "on_s": 3, "period_s": 20, "times": 3}
    followed, last = plays(pulse, REST), plays(pulse)
    assert lasts_s(followed.spans[0]) == pytest.approx(60, abs=0.02)
    assert lasts_s(last.spans[0]) < 50


def test_the_last_zero_phase_of_a_drain_is_kept() -> None:
    drain = {"do": "drain", "from": "calf", "pressure_mmhg": 20, "on_s": 4, "off_s": 12, "repeats": 2}
    schedule = plays(drain, REST, use="lymph")
    assert quiet_s(schedule, schedule.spans[0]) == pytest.approx(12, abs=0.02)


def test_rests_in_a_together_are_kept_as_outside() -> None:
    hold = {"do": "hold", "from": "calf", "pressure_mmhg": 30, "seconds": 5, "rest_s": 15}
    laps = {"do": "repeat", "times": 3, "steps": [hold]}
    schedule = plays({"do": "together", "steps": [laps, REST]}, REST)
    inner = [span for span in schedule.spans if span.step == "1.1.1"]
    (whole,) = (span for span in schedule.spans if span.step == "1")
    assert [b.start_ms for a, b in pairwise(inner)] == [a.end_ms for a, b in pairwise(inner)]
    assert all(quiet_s(schedule, span) == pytest.approx(15, abs=0.02) for span in inner)
    assert whole.end_ms == inner[-1].end_ms


def test_every_part_of_a_together_has_a_span_of_its_own() -> None:
    inner = {"do": "together", "steps": [REST, {"do": "rest", "seconds": 2}]}
    schedule = plays(REST, {"do": "together", "steps": [{"do": "repeat", "times": 2, "steps": [inner]}, REST]})
    spans = [(span.step, span.start_ms, span.end_ms) for span in schedule.spans]
    assert spans == [
        ("1", 0, 1000),
        ("2.1.1.1", 1000, 2000),
        ("2.1.1.2", 1000, 3000),
        ("2.1.1", 1000, 3000),
        ("2.1.1.1", 3000, 4000),
        ("2.1.1.2", 3000, 5000),
        ("2.1.1", 3000, 5000),
        ("2.2", 1000, 2000),
        ("2", 1000, 5000),
    ]
