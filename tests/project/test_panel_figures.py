"""What the panel knows as well as the service, in a language of its own, is the same in both."""

import json
import re
from pathlib import Path

import pytest

from legato.app import report_text
from legato.care.courses import courses
from legato.care.needs import find_needs
from legato.profiles import length
from legato.profiles.envelope import USE_CAP_MMHG
from legato.profiles.profile import Use
from legato.service.devices import device_state, state

JS = Path(__file__).parents[2] / "legato/panel/js"


def of_panel(file: str, name: str) -> object:
    """The value of a constant of the panel: JSON, or a product of two numbers."""
    (text,) = re.findall(rf"^(?:export )?const {name} = (.*);$", (JS / file).read_text("utf-8"), re.MULTILINE)
    one, times, other = text.replace("_", "").partition(" * ")
    return float(one) * float(other) if times else json.loads(text)


def test_for_half_an_hour_the_last_massage_matters() -> None:
    assert of_panel("outcome_card.js", "FRESH_MS") == device_state.FRESH.total_seconds() * 1000


def test_the_brightest_colour_is_where_comfort_ends() -> None:
    assert of_panel("figure.js", "TOP_MMHG") == USE_CAP_MMHG[Use.COMFORT]


def test_a_length_is_missed_by_as_much_as_the_service_allows() -> None:
    assert of_panel("length.js", "NEAR") == length.NEAR


def test_what_plays_nothing_is_left_out_and_all_else_replaced() -> None:
    assert of_panel("compile_report.js", "GONE") == list(report_text._GONE)


def test_a_device_that_holds_a_fault_is_the_same_to_both() -> None:
    assert of_panel("notices.js", "HELD") == sorted(state.HELD, reverse=True)


def test_every_course_can_be_started_from_the_panel() -> None:
    offered = of_panel("history.js", "COURSES")
    assert isinstance(offered, list)
    assert sorted(offered) == sorted(courses())


def test_every_need_that_the_panel_offers_is_understood() -> None:
    offered = of_panel("picker.js", "NEEDS")
    assert isinstance(offered, list)
    assert [word for word in offered if not find_needs(word)] == []


@pytest.mark.parametrize("unknown", ["NOTHING", "FRESH"])
def test_what_is_not_there_is_not_passed_over(unknown: str) -> None:
    with pytest.raises(ValueError, match="not enough values"):
        of_panel("outcome_card.js", unknown)
