"""Diary entries: sessions, notes and enrolments in courses. All times are timezone-aware."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import AwareDatetime, BeforeValidator, Field

from legato.care.record import Record

Scale = Annotated[int, Field(ge=0, le=10)]
Girth = Annotated[float, Field(ge=5, le=150)]
Words = Annotated[str, Field(max_length=500)]
Name = Annotated[str, Field(min_length=1, max_length=64)]
Seconds = Annotated[float, Field(ge=0)]
Flag = Annotated[bool, BeforeValidator(lambda value: bool(value) if value in (0, 1) else value)]
"""SQLite has no booleans, only 0 and 1."""

BEFORE_WITHIN = timedelta(hours=3)
AFTER_WITHIN = timedelta(hours=12)
"""How far from a session a note may be and still belong to it [E]: sleep is noted the next morning."""


class Moment(StrEnum):
    """When a note was made."""

    BEFORE = "before"
    AFTER = "after"


BEGUN = "begun"
"""The outcome of a session still playing, or cut off by a power failure: `duration_s` is as planned."""

COMPLETED = "completed"
"""The outcome of a session whose whole routine was played."""

PARTIAL = "partial"
"""The outcome of a session that reached the end of its routine, with parts skipped."""


class DiaryEntry(Record):
    """Base of all diary entries; `table` is the database table."""

    table: ClassVar[str]


class RecordedSession(DiaryEntry):
    """One massage, as it ended, or as it was planned if the outcome is BEGUN.

    `started` and `ended` are clock times; `duration_s` is how much was played of a routine that takes `planned_s`,
    `pressed_s` how long anything pressed, `cold_s` how long it cooled, `peak_mmhg` the highest pressure measured.
    Without a device it was given by hand; if `simulated`, it was not a massage. Entries of older versions have no
    `ended`, `planned_s` and `pressed_s`.

    `boot`, `booted` and `rest_from` keep rests right when the clock is changed, see `care.clock`.
    """

    table = "session"

    person: Name
    routine: Name
    device: Name | None = None
    started: AwareDatetime
    duration_s: Seconds = 0.0
    outcome: Name = COMPLETED
    peak_mmhg: Annotated[float, Field(ge=0)] | None = None
    cold_s: Seconds = 0.0
    ended: AwareDatetime | None = None
    planned_s: Seconds | None = None
    pressed_s: Seconds | None = None
    simulated: Flag = False
    boot: Name | None = None
    booted: AwareDatetime | None = None
    rest_from: AwareDatetime | None = None

    @property
    def end(self) -> datetime:
        """When it ended, or should have ended; rests count from here."""
        return self.rest_from or self.ended or self.started + timedelta(seconds=self.duration_s)

    @property
    def is_untimed(self) -> bool:
        """Whether it was given by hand, for an unknown time."""
        return self.device is None and not self.duration_s

    @property
    def massage_s(self) -> float:
        """How long the massage was: the time played or, if parts were played twice, the time under pressure."""
        return max(self.duration_s, self.pressed_s or 0.0)

    @property
    def played_pct(self) -> int | None:
        """How much of the routine was played; 100 only if nothing is missing, None if not known."""
        if self.planned_s is None or self.outcome == BEGUN:
            return None
        if self.outcome == COMPLETED:
            return 100
        return min(99, int(100 * self.duration_s / self.planned_s)) if self.planned_s else 0


class Note(DiaryEntry):
    """How a person feels, on scales from 0 (none, or very bad sleep) to 10; swelling is the girth of the leg in cm."""

    table = "note"

    person: Name
    at: AwareDatetime
    moment: Moment
    pain: Scale | None = None
    tension: Scale | None = None
    sleep: Scale | None = None
    swelling_cm: Girth | None = None
    text: Words = ""


class Enrolment(DiaryEntry):
    """A course that a person started, with its chosen routine, and when it was stopped."""

    table = "enrolment"

    person: Name
    course: Name
    routine: Name | None = None
    started: AwareDatetime
    stopped: AwareDatetime | None = None


def massages(sessions: Iterable[RecordedSession]) -> tuple[RecordedSession, ...]:
    """The sessions that somebody felt: simulated ones never count."""
    return tuple(session for session in sessions if not session.simulated)


def before(session: RecordedSession, notes: Iterable[Note]) -> Note | None:
    """The last note made before `session`, if it was shortly before."""
    near = [n for n in notes if n.moment is Moment.BEFORE and n.at <= session.started <= n.at + BEFORE_WITHIN]
    return max(near, key=lambda note: note.at, default=None)


def after(session: RecordedSession, notes: Iterable[Note]) -> Note | None:
    """The first note made after `session`, if it was not long after."""
    near = [n for n in notes if n.moment is Moment.AFTER and session.started <= n.at <= session.started + AFTER_WITHIN]
    return min(near, key=lambda note: note.at, default=None)
