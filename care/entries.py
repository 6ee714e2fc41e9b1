"""What the diary holds: sessions, notes, and courses that were started. Moments carry their time zone."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from care.record import Record

Scale = Annotated[int, Field(ge=0, le=10)]
Name = Annotated[str, Field(min_length=1, max_length=64)]

BEFORE_WITHIN = timedelta(hours=3)
AFTER_WITHIN = timedelta(hours=12)
"""How far from a session a note may be to belong to it [E]: sleep is noted the next morning."""


class Moment(StrEnum):
    """When a note was made."""

    BEFORE = "before"
    AFTER = "after"


BEGUN = "begun"
"""The outcome of a session that plays, or that a power cut took the end from: `duration_s` is as planned."""


class Session(Record):
    """One massage, as it ended, or as it was planned where the outcome is BEGUN.

    `peak_mmhg` is the highest pressure measured, `cold_s` how long it cooled. Without a device it was done by hands.
    """

    person: Name
    routine: Name
    device: Name | None = None
    started: AwareDatetime
    duration_s: Annotated[float, Field(ge=0)] = 0.0
    outcome: Name = "completed"
    peak_mmhg: Annotated[float, Field(ge=0)] | None = None
    cold_s: Annotated[float, Field(ge=0)] = 0.0

    @property
    def ended(self) -> datetime:
        """When it ended, or was to end."""
        return self.started + timedelta(seconds=self.duration_s)


class Note(Record):
    """How it is, on scales from 0 (none, or very bad sleep) to 10; swelling is the girth of the leg in cm."""

    person: Name
    at: AwareDatetime
    moment: Moment
    pain: Scale | None = None
    tension: Scale | None = None
    sleep: Scale | None = None
    swelling_cm: Annotated[float, Field(ge=5, le=150)] | None = None
    text: Annotated[str, Field(max_length=500)] = ""


class Enrolment(Record):
    """A course that a person started, with the routine chosen for it, and when it was stopped."""

    person: Name
    course: Name
    routine: Name | None = None
    started: AwareDatetime
    stopped: AwareDatetime | None = None


def before(session: Session, notes: Iterable[Note]) -> Note | None:
    """The last note made before `session`, if it was shortly before."""
    near = [n for n in notes if n.moment is Moment.BEFORE and n.at <= session.started <= n.at + BEFORE_WITHIN]
    return max(near, key=lambda note: note.at, default=None)


def after(session: Session, notes: Iterable[Note]) -> Note | None:
    """The first note made after `session`, if it was not long after."""
    near = [n for n in notes if n.moment is Moment.AFTER and session.started <= n.at <= session.started + AFTER_WITHIN]
    return min(near, key=lambda note: note.at, default=None)
