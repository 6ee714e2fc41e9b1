"""Courses: routines repeated over days and weeks, with a rhythm (`courses.yaml`)."""

from datetime import date, timedelta
from functools import cache
from typing import Annotated, Final, Literal

from pydantic import Field, TypeAdapter

from legato.care.errors import named
from legato.care.record import Record
from legato.care.yaml_files import load_builtin

COURSE_NAME: Final = "^[a-z][a-z0-9_]{0,31}$"
"""What the name of a course looks like."""

Days = Annotated[int, Field(ge=1, le=366)]
Tolerance = Annotated[int, Field(ge=0, le=14)]
DayOfMonth = Annotated[int, Field(ge=1, le=28)]


class Every(Record):
    """Every so many days, counted from the previous session: "biweekly" is ambiguous, a number is not."""

    kind: Literal["every"]
    days: Days
    tolerance_days: Tolerance

    def first(self, started: date) -> date:
        """The day of the first session of a course started on `started`."""
        return started

    def after(self, last: date) -> date:
        """The day of the session after one on the day `last`."""
        return last + timedelta(days=self.days)


class Monthly(Record):
    """On fixed days of the month, in ascending order: twice a month is not the same as every fourteen days."""

    kind: Literal["monthly"]
    days: Annotated[tuple[DayOfMonth, ...], Field(min_length=1, max_length=4)]
    tolerance_days: Tolerance

    def first(self, started: date) -> date:
        """The day of the first session of a course started on `started`."""
        return self._anchor_from(started)

    def after(self, last: date) -> date:
        """The day of the session after one on the day `last`; a slightly early session counts for the coming day."""
        return self._anchor_from(last + timedelta(days=self.tolerance_days + 1))

    def _anchor_from(self, day: date) -> date:
        """The first of the fixed days on or after `day`."""
        for anchor in self.days:
            if anchor >= day.day:
                return day.replace(day=anchor)
        return (day.replace(day=28) + timedelta(days=4)).replace(day=self.days[0])


Rhythm = Annotated[Every | Monthly, Field(discriminator="kind")]


class Course(Record):
    """A course: `sessions` and `within_days` only if it ends; without a `routine` the massages are given by hand."""

    name: Annotated[str, Field(pattern=COURSE_NAME)]
    title: Annotated[str, Field(min_length=1, max_length=80)]
    origin: Annotated[str, Field(min_length=1, max_length=200)]
    routine: str | None = None
    rhythm: Rhythm
    min_gap_h: Annotated[int, Field(ge=1, le=336)]
    sessions: Annotated[int, Field(ge=1, le=100)] | None = None
    within_days: Days | None = None


@cache
def courses() -> dict[str, Course]:
    """All courses by name."""
    return {course.name: course for course in load_builtin("courses.yaml", TypeAdapter(tuple[Course, ...]))}


def course(name: str) -> Course:
    """The course of this name.

    Raises:
        UnknownName: there is none.
    """
    return named("course", name, courses())
