"""Warmth in a `together` lasts as long as asked, and as long as its company if it was asked to."""

from typing import Any

import pytest

from legato.profiles.schedule import Schedule
from tests.profiles.planned import plays

QUICK = {"do": "glide", "from": "foot", "to": "calf", "pressure_mmhg": 40, "speed_cm_s": 6, "times": 10, "rest_s": 4}
ASKED_S = 10 * (36 / 6 + 4)
HEAT = {"do": "heat", "from": "calf", "temp_c": 39}


def warm_s(schedule: Schedule, name: str = "left_calf_heat") -> float:
    index = next(c.index for c in schedule.device.channels if c.name == name)
    ((start, end),) = schedule.tracks[index].spans(0.0)
    return (end - start) / 1000.0


def together(seconds: float, company: dict[str, Any] = QUICK) -> Schedule:
    return plays({"do": "together", "steps": [HEAT | {"seconds": seconds}, company]}, on="wrap-3")


def test_warmth_goes_on_as_long_as_what_it_was_asked_to_accompany() -> None:
    schedule = together(ASKED_S)
    (company,) = (span for span in schedule.spans if span.step == "1.2")
    (note,) = (note for note in schedule.report.slowed if "heat" in note.step)
    assert warm_s(schedule) == pytest.approx((company.end_ms - company.start_ms) / 1000.0, abs=0.02)
    assert (note.asked, note.why) == ("100 s", "it goes on as long as what it accompanies")
    assert float(note.plays.split()[0]) == pytest.approx(warm_s(schedule), abs=0.06)


@pytest.mark.parametrize("seconds", [30, 900])
def test_warmth_that_was_asked_for_otherwise_lasts_as_long_as_asked(seconds: float) -> None:
    schedule = together(seconds)
    assert warm_s(schedule) == pytest.approx(seconds, abs=0.02)
    assert not [note for note in schedule.report.slowed if "heat" in note.step]


def test_warmth_never_goes_on_for_longer_than_its_heater_may_be_on() -> None:
    schedule = together(1000, QUICK | {"times": 80})
    assert warm_s(schedule) == pytest.approx(1200, abs=0.02)
