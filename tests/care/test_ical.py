"""A course can be put into any calendar."""

from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar, Component

from legato.care.courses import course
from legato.care.ical import calendar

WRITTEN = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAYS = (date(2026, 12, 1), date(2026, 12, 15))


@pytest.fixture
def events() -> list[Component]:
    return Calendar.from_ical(calendar(course("twice_monthly"), DAYS, "ada", WRITTEN)).walk("VEVENT")


def test_each_day_is_an_event_of_the_whole_day(events: list[Component]) -> None:
    assert tuple(event.decoded("dtstart") for event in events) == DAYS


def test_an_event_says_what_to_do(events: list[Component]) -> None:
    assert events[0]["description"] == "legato play goddard"


def test_a_new_file_replaces_the_events_of_the_old_one(events: list[Component]) -> None:
    again = Calendar.from_ical(calendar(course("twice_monthly"), DAYS[1:], "ada", WRITTEN)).walk("VEVENT")
    assert again[0]["uid"] == events[1]["uid"] != events[0]["uid"]


def test_a_professional_massage_is_by_human_hands() -> None:
    text = calendar(course("professional"), DAYS, "ada", WRITTEN)
    assert b"by a professional" in text


def test_the_same_course_is_the_same_file() -> None:
    assert calendar(course("rls"), DAYS, "ada", WRITTEN) == calendar(course("rls"), DAYS, "ada", WRITTEN)
