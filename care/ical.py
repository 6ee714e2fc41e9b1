"""The days of a course as an iCalendar file (RFC 5545), for a person's own calendar."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

from legato.care.courses import Course


def calendar(course: Course, days: Sequence[date], person: str, written: datetime) -> bytes:
    """One all-day event for each of `days`; a day always has the same id, so that importing again replaces it."""
    calendar = Calendar()
    calendar.add("prodid", "-//Legato//courses//EN")
    calendar.add("version", "2.0")
    for day in days:
        calendar.add_component(_event(course, day, person, written))
    return bytes(calendar.to_ical())


def _event(course: Course, day: date, person: str, written: datetime) -> Event:
    event = Event()
    event.add("uid", f"{person}-{course.name}-{day.isoformat()}@legato")
    event.add("dtstamp", written)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", course.title)
    event.add("description", f"legato play {course.routine}" if course.routine else "by a professional")
    event.add("transp", "TRANSPARENT")
    return event
