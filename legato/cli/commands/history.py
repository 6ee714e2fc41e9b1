"""`legato history`: what the diary tells, as lines, JSON, a table, a picture or a page for a therapist."""

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from legato.app import people
from legato.care.entries import Note, Session, after, before
from legato.care.following import Following, followed
from legato.care.report import for_therapist
from legato.errors import UsageError
from legato.extras import insist_on
from legato.files import written
from legato.profiles.words import clock
from legato.terminal import output

FIELDS = (
    "started", "routine", "device", "duration_s", "outcome", "peak_mmhg",
    "ended", "planned_s", "played_pct", "pressed_s", "simulated",
)  # fmt: skip
NOTED = ("pain", "tension", "sleep", "swelling_cm", "text")
COLUMNS = ("kind", *FIELDS, *(f"{field}_{when}" for when in ("before", "after") for field in NOTED))


def history(person: str | None, json: bool, csv_file: Path | None, picture: Path | None, therapist: bool) -> None:
    """Shows the sessions and notes of a person, in every way that is asked for; as lines where none is.

    Raises:
        UsageError: two of them want to be printed.
    """
    if json and therapist:
        raise UsageError("legato history: --json and --for-therapist both print; ask for one at a time")
    if picture is not None:
        insist_on("matplotlib")
    who = people.one(person)
    with people.diary() as diary:
        sessions, notes = diary.sessions(who.name), diary.notes(who.name)
        courses = followed(diary.enrolments(who.name), sessions)
    if not sessions and not notes:
        output.say(f"the diary has nothing of {who.name} yet")
        picture = None
    if csv_file is not None:
        _write_csv(csv_file, sessions, notes)
    if picture is not None:
        _draw(who.name, sessions, notes, courses, picture)
    if therapist:
        output.data(for_therapist(who, sessions, notes, people.today()).rstrip())
    elif json:
        output.as_json(rows(sessions, notes))
    elif csv_file is None and picture is None:
        _print(sessions, notes)


def rows(sessions: Sequence[Session], notes: Sequence[Note]) -> list[dict[str, Any]]:
    """Sessions with the notes around them, and the notes around none, flat and in the order of their beginning."""
    found = [(s.started, _row(s, before(s, notes), after(s, notes))) for s in sessions]
    found += [(n.at, _row_of_note(n)) for n in _alone(sessions, notes)]
    return [row for _, row in sorted(found, key=lambda pair: pair[0])]


def write_table(file: TextIO, sessions: Sequence[Session], notes: Sequence[Note]) -> None:
    """The same as CSV."""
    table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    table.writeheader()
    table.writerows(rows(sessions, notes))


def _row(session: Session, note_before: Note | None, note_after: Note | None) -> dict[str, Any]:
    told = session.model_dump(mode="json") | {"played_pct": session.played_pct}
    if session.is_untimed:
        told["duration_s"] = None
    felt = {f"{field}_before": note_before and getattr(note_before, field) for field in NOTED}
    felt |= {f"{field}_after": note_after and getattr(note_after, field) for field in NOTED}
    return {"kind": "massage"} | {field: told[field] for field in FIELDS} | felt


def _row_of_note(note: Note) -> dict[str, Any]:
    felt = {f"{field}_{note.moment.value}": getattr(note, field) for field in NOTED}
    return dict.fromkeys(COLUMNS) | {"kind": "note", "started": note.model_dump(mode="json")["at"]} | felt


def _alone(sessions: Sequence[Session], notes: Sequence[Note]) -> list[Note]:
    """The notes that stand around no session."""
    around = [note for s in sessions for note in (before(s, notes), after(s, notes))]
    return [note for note in notes if note not in around]


def _write_csv(path: Path, sessions: Sequence[Session], notes: Sequence[Note]) -> None:
    with written(path) as file:
        write_table(file, sessions, notes)
    output.say(f"{len(sessions)} sessions and {len(notes)} notes written to {path}")


def _draw(
    who: str, sessions: Sequence[Session], notes: Sequence[Note], courses: Sequence[Following], path: Path
) -> None:
    # Imported here: matplotlib takes its time.
    from legato.draw.diary_picture import draw

    draw(who, sessions, notes, {f.course.name: tuple(f.adherence(people.now())) for f in courses}, path)
    output.say(f"drawn into {path}")


def _print(sessions: Sequence[Session], notes: Sequence[Note]) -> None:
    """Sessions, and the notes that stand around none of them, in the order in which they came."""
    lines = [(s.started, (_when(s), *_cells(s, notes))) for s in sessions]
    lines += [(n.at, (_minute(n.at), "note", "", "", "", n.moment.value, _felt(n))) for n in _alone(sessions, notes)]
    if lines:
        output.columns([cells for _, cells in sorted(lines)])


def _when(session: Session) -> str:
    """`2026-11-21 20:00-20:25`, by the clock on the wall."""
    return _minute(session.started) + (f"-{session.ended:%H:%M}" if session.ended else "")


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _cells(session: Session, notes: Sequence[Note]) -> Iterator[str]:
    yield session.routine
    yield session.device or "by hand"
    yield _length(session)
    yield f"pressed {clock(session.pressed_s)}" if session.pressed_s is not None else ""
    yield _outcome(session)
    pains = [note and note.pain for note in (before(session, notes), after(session, notes))]
    yield "" if pains == [None, None] else "pain " + " -> ".join("?" if p is None else str(p) for p in pains)


def _length(session: Session) -> str:
    """`5:31`, or `0:14 of 5:31 (4 %)` where not all was played."""
    if session.is_untimed:
        return ""
    played = clock(session.duration_s)
    if session.played_pct in (None, 100) or session.planned_s is None:
        return played
    return f"{played} of {clock(session.planned_s)} ({session.played_pct} %)"


def _outcome(session: Session) -> str:
    outcome = "done" if session.device is None else session.outcome
    return f"{outcome} (simulated)" if session.simulated else outcome


def _felt(note: Note) -> str:
    """`pain 6, swelling 38.5 cm, woke up with it`"""
    scales = {"pain": note.pain, "tension": note.tension, "sleep": note.sleep}
    words = [f"{name} {level}" for name, level in scales.items() if level is not None]
    words += [f"swelling {note.swelling_cm:g} cm"] if note.swelling_cm is not None else []
    return ", ".join([*words, note.text] if note.text else words)
