"""The diary entries of a person: massages with the notes around them, as rows and as a table; and new notes."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any, Literal

from pydantic import AwareDatetime

from legato.app import people, wall_clock
from legato.app.diary import open_diary
from legato.app.model import Frozen, Input
from legato.care.entries import Girth, Moment, Note, RecordedSession, Scale, Words, after, before
from legato.care.followed_courses import FollowedCourse, followed_courses

NOTED = ("pain", "tension", "sleep", "swelling_cm", "text")


class HistoryRow(Frozen):
    """A session with the notes shortly before and after it, or a note without a session: `started` is then its time.

    `started` and `ended` are wall-clock times; `duration_s` were played of a routine that takes `planned_s`, and
    something pressed for `pressed_s`. Unknown values are null, as in diaries from before they were recorded. A
    `simulated` run is never counted.
    """

    kind: Literal["massage", "note"]
    started: AwareDatetime
    routine: str | None
    device: str | None
    duration_s: float | None
    outcome: str | None
    peak_mmhg: float | None
    ended: AwareDatetime | None
    planned_s: float | None
    played_pct: int | None
    pressed_s: float | None
    simulated: bool | None
    pain_before: int | None
    tension_before: int | None
    sleep_before: int | None
    swelling_cm_before: float | None
    text_before: str | None
    pain_after: int | None
    tension_after: int | None
    sleep_after: int | None
    swelling_cm_after: float | None
    text_after: str | None


class Jotted(Input):
    """How somebody feels before or after a massage, now or at the earlier time `at`; at least one value is given."""

    moment: Moment
    at: AwareDatetime | None = None
    pain: Scale | None = None
    tension: Scale | None = None
    sleep: Scale | None = None
    swelling_cm: Girth | None = None
    text: Words = ""

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing about how somebody feels."""
        return not self.model_dump(exclude={"moment", "at"}, exclude_defaults=True)


class NotedRow(Frozen):
    """A note in the diary."""

    at: AwareDatetime
    moment: Moment
    pain: int | None
    tension: int | None
    sleep: int | None
    swelling_cm: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Entries:
    """The diary entries of the person `who`, in the order in which they were written."""

    who: str
    sessions: Sequence[RecordedSession]
    notes: Sequence[Note]
    courses: Sequence[FollowedCourse]

    @property
    def alone(self) -> list[Note]:
        """The notes that belong to no session."""
        around = [note for s in self.sessions for note in (before(s, self.notes), after(s, self.notes))]
        return [note for note in self.notes if note not in around]

    @property
    def rows(self) -> list[HistoryRow]:
        """Sessions with the notes around them, and the notes without a session, in order of their start."""
        massages = [_row(s, before(s, self.notes), after(s, self.notes)) for s in self.sessions]
        return sorted((*massages, *map(_row_of_note, self.alone)), key=lambda row: row.started)

    @property
    def table(self) -> str:
        """The rows as CSV."""
        file = StringIO()
        table = csv.DictWriter(file, list(HistoryRow.model_fields), lineterminator="\n")
        table.writeheader()
        table.writerows(row.model_dump(mode="json") for row in self.rows)
        return file.getvalue()


def entries(name: str | None) -> Entries:
    """The diary entries of a person, or of the current one.

    Raises:
        UsageError, UnknownName, InvalidFile: see `people.one`.
        DiaryError: it cannot be read.
    """
    who = people.one(name).name
    with open_diary() as diary:
        sessions, notes, enrolments = diary.sessions(who), diary.notes(who), diary.enrolments(who)
    return Entries(who, sessions, notes, followed_courses(enrolments, sessions))


def sessions(name: str) -> list[HistoryRow]:
    """The sessions of a person with their notes, and the notes without one; raises what `entries` raises."""
    return entries(name).rows


def table(name: str) -> str:
    """The diary entries of a person as CSV; raises what `entries` raises."""
    return entries(name).table


def notes(name: str) -> list[NotedRow]:
    """The notes of a person; raises what `entries` raises."""
    return [NotedRow(**note.model_dump(exclude={"person"})) for note in entries(name).notes]


def note(name: str, jotted: Jotted) -> None:
    """Records how somebody feels or felt; a time in the future becomes now. Raises what `entries` raises."""
    who, now = people.one(name).name, wall_clock.now()
    entry = Note(**{**dict(jotted), "person": who, "at": min(jotted.at or now, now)})
    with open_diary() as diary:
        diary.add(entry)


def _row(session: RecordedSession, note_before: Note | None, note_after: Note | None) -> HistoryRow:
    known = {field: getattr(session, field) for field in HistoryRow.model_fields if hasattr(session, field)}
    if session.is_untimed:
        known["duration_s"] = None
    return _filled(kind="massage", **known, **_felt(note_before, "before"), **_felt(note_after, "after"))


def _row_of_note(note: Note) -> HistoryRow:
    return _filled(kind="note", started=note.at, **_felt(note, note.moment.value))


def _filled(**known: Any) -> HistoryRow:
    return HistoryRow(**{**dict.fromkeys(HistoryRow.model_fields), **known})


def _felt(note: Note | None, when: str) -> dict[str, Any]:
    return {f"{field}_{when}": getattr(note, field) for field in NOTED} if note else {}
