"""What is kept over weeks: the days of a course, and how the pain went."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from legato.care.courses import course as course_named
from legato.care.entries import Moment, Note, RecordedSession
from legato.care.ical import calendar as written
from legato.care.person import Person
from legato.care.planner import plan, upcoming
from legato.care.report import for_therapist
from tests.articles.found import Found, judged
from tests.articles.somebody import NOON, TODAY

SHOWN = 4
"""Days of a course that the page shows."""


def course(name: str, days: Sequence[int], routine: str | None = None, sessions: int | None = None) -> Found:
    """Its sessions lie so many days apart if they are done as they fall due."""
    own, due = course_named(name), _days(name)
    gaps = {(b - a).days for a, b in pairwise(due)}
    holds = bool(gaps) and gaps <= set(days) and own.routine == routine and own.sessions == sessions
    end = f"{own.sessions} sessions within {own.within_days} days" if own.sessions else "no end"
    plays = f"plays {own.routine}" if own.routine else "a professional does it"
    shown = ", ".join(day.isoformat() for day in due[:SHOWN])
    measured = f"`legato course start {name}`: {shown} ...; {end}, at least {own.min_gap_h} h between two; {plays}"
    return judged(holds, measured)


def spans_weeks(name: str, least: int, most: int) -> Found:
    """From the first session to the last it is between so many days."""
    due = _days(name)
    days = (due[-1] - due[0]).days
    return judged(least <= days <= most, f"{len(due)} sessions, the last one {days} days after the first")


def calendar(name: str) -> Found:
    """The days of a course are events of an iCalendar file, each on its own day."""
    due = _days(name)[:SHOWN]
    text = written(course_named(name), due, "ada", NOON).decode()
    begins = [line for line in text.splitlines() if line.startswith("DTSTART")]
    holds = begins == [f"DTSTART;VALUE=DATE:{day:%Y%m%d}" for day in due]
    return judged(holds, f"`legato course export {name}`: {'; '.join(begins)}")


def _days(name: str) -> tuple[date, ...]:
    """The days of a course that begins today, at most half a year of them."""
    own = course_named(name)
    return upcoming(own, plan(own, TODAY, [], NOON), TODAY, most=26)


def kept_pain() -> Found:
    """Pain before and after a massage is on the page for a therapist, with conditions and medicines."""
    started = NOON - timedelta(hours=1)
    notes = [
        Note(person="ada", at=started - timedelta(minutes=5), moment=Moment.BEFORE, pain=6),
        Note(person="ada", at=NOON, moment=Moment.AFTER, pain=2),
    ]
    massage = RecordedSession(
        person="ada", routine="neuromuscular", device="chair-1", started=started, duration_s=1320.0
    )
    ada = Person(format=1, name="ada", conditions=("crooked pelvis",), medicines=("warfarin",))
    page = [line.strip() for line in for_therapist(ada, [massage], notes, TODAY).splitlines()]
    wanted = ("6.0 of 10", "Days with pain", "crooked pelvis", "warfarin", "pain 6 -> 2")
    shown = [line for line in page if any(part in line for part in wanted)]
    return judged(len(shown) == len(wanted), "; ".join(f"“{line}”" for line in shown))
