"""What a course asks for today: next due, overdue, too early, and the adherence.

Nothing is remembered between calls, so a clock that jumps and is corrected leaves no trace. All times are
timezone-aware; a day is that of the person's time zone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import islice

from legato.care.courses import Course

DAY_BEGINS = timedelta(hours=4)
"""A session after midnight still belongs to the evening before."""


class CourseState(StrEnum):
    """The state of a course: `too_early` must rest first, `waiting` is allowed, not due, `lapsed` ran out of days."""

    TOO_EARLY = "too_early"
    WAITING = "waiting"
    DUE = "due"
    OVERDUE = "overdue"
    FINISHED = "finished"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class CoursePlan:
    """A course on one day. `not_before` is when the minimum gap ends; `adherence_pct` is None until a session was due.

    `last` is the day by which it must be done, None if it is open-ended.
    `misdated` sessions lie in the future (the clock has jumped): they count as done, but their dates are ignored.
    """

    state: CourseState
    due: date | None
    not_before: datetime | None
    last: date | None
    done: int
    adherence_pct: int | None
    misdated: int


def plan(course: Course, started: date, sessions: Sequence[datetime], now: datetime) -> CoursePlan:
    """The state of `course` `now`, `started` on a day, with these `sessions` (aware, in any order).

    A course started at night starts on the new day, although a session at that time counts for the day before.
    """
    today = max(day_of(now), started)
    past = _counted(course, [t for t in sessions if t <= now])
    misdated = sum(t > now for t in sessions)
    done = len(past) + misdated
    not_before = gap_ends(course, past)
    due = course.rhythm.after(day_of(past[-1])) if past else course.rhythm.first(started)
    last = started + timedelta(days=course.within_days) if course.within_days is not None else None
    ended = _ended(course, last, done, today)
    return CoursePlan(
        state=ended or _state(course, due, today, not_before, now),
        due=None if ended else due,
        not_before=None if ended else not_before,
        last=last,
        done=done,
        adherence_pct=_adherence_pct(course, started, done, today),
        misdated=misdated,
    )


def gap_ends(course: Course, sessions: Sequence[datetime]) -> datetime | None:
    """When the minimum gap after the last of the `sessions` ends; None without sessions."""
    counted = _counted(course, sessions)
    return counted[-1] + timedelta(hours=course.min_gap_h) if counted else None


def upcoming(course: Course, plan: CoursePlan, today: date, most: int) -> tuple[date, ...]:
    """The days still to come, at most `most` for an open-ended course; an overdue session is due today."""
    if plan.due is None:
        return ()
    left = most if course.sessions is None else course.sessions - plan.done
    days = islice(_from(course, max(plan.due, today)), left)
    return tuple(day for day in days if plan.last is None or day <= plan.last)


def day_of(moment: datetime) -> date:
    """The day that a moment belongs to."""
    return (moment - DAY_BEGINS).date()


def _from(course: Course, day: date) -> Iterator[date]:
    while True:
        yield day
        day = course.rhythm.after(day)


def _counted(course: Course, sessions: Sequence[datetime]) -> list[datetime]:
    """The sessions in order, without those before the minimum gap was over."""
    counted: list[datetime] = []
    for moment in sorted(sessions):
        if not counted or moment - counted[-1] >= timedelta(hours=course.min_gap_h):
            counted.append(moment)
    return counted


def _ended(course: Course, last: date | None, done: int, today: date) -> CourseState | None:
    if course.sessions is not None and done >= course.sessions:
        return CourseState.FINISHED
    if last is not None and today > last:
        return CourseState.LAPSED
    return None


def _state(course: Course, due: date, today: date, not_before: datetime | None, now: datetime) -> CourseState:
    tolerance = timedelta(days=course.rhythm.tolerance_days)
    if not_before is not None and now < not_before:
        return CourseState.TOO_EARLY
    if today < due - tolerance:
        return CourseState.WAITING
    return CourseState.DUE if today <= due + tolerance else CourseState.OVERDUE


def _adherence_pct(course: Course, started: date, done: int, today: date) -> int | None:
    """The share of past due sessions that were done, in %."""
    latest = today - timedelta(days=course.rhythm.tolerance_days + 1)
    passed = 0
    for day in _from(course, course.rhythm.first(started)):
        if day > latest or passed == course.sessions:
            break
        passed += 1
    return round(100 * done / max(done, passed)) if done or passed else None
