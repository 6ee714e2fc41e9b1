"""`legato history`: what the diary tells, as lines, JSON, a table, a picture or a page for a therapist."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from care.entries import Note, Session, after, before
from care.following import followed
from care.report import for_therapist
from legato import output, people
from legato.files import written

FIELDS = ("started", "routine", "device", "duration_s", "outcome", "peak_mmhg")
NOTED = ("pain", "tension", "sleep", "swelling_cm", "text")


def history(person: str | None, json: bool, csv_file: Path | None, picture: Path | None, therapist: bool) -> None:
    """Shows the sessions of a person, each with what was noted before and after it."""
    who = people.one(person)
    with people.diary() as diary:
        sessions, notes = diary.sessions(who.name), diary.notes(who.name)
        courses = followed(diary.enrolments(who.name), sessions)
    if not sessions and not notes:
        output.say(f"the diary has nothing of {who.name} yet")
        picture = None
    if therapist:
        output.data(for_therapist(who, sessions, notes, people.today()).rstrip())
    elif csv_file is not None:
        _write_csv(csv_file, sessions, notes)
    elif picture is not None:
        from legato.diary_picture import draw

        adherence = {f.course.name: tuple(f.adherence(people.now())) for f in courses}
        draw(who.name, sessions, notes, adherence, picture)
        output.say(f"drawn into {picture}")
    elif json:
        output.as_json([row(session, notes) for session in sessions])
    else:
        _print(sessions, notes)


def row(session: Session, notes: Sequence[Note]) -> dict[str, Any]:
    """A session and the notes around it, flat."""
    told = {field: session.model_dump(mode="json")[field] for field in FIELDS}
    for name, note in (("before", before(session, notes)), ("after", after(session, notes))):
        told |= {f"{field}_{name}": note and getattr(note, field) for field in NOTED}
    return told


def _write_csv(path: Path, sessions: Sequence[Session], notes: Sequence[Note]) -> None:
    with written(path) as file:
        write_table(file, sessions, notes)
    output.say(f"{len(sessions)} sessions written to {path}")


def write_table(file: TextIO, sessions: Sequence[Session], notes: Sequence[Note]) -> None:
    """The sessions as CSV."""
    columns = [*FIELDS, *(f"{field}_{when}" for when in ("before", "after") for field in NOTED)]
    table = csv.DictWriter(file, columns, lineterminator="\n")
    table.writeheader()
    table.writerows(row(session, notes) for session in sessions)


def _print(sessions: Sequence[Session], notes: Sequence[Note]) -> None:
    """Sessions, and the notes that stand around none of them, in the order in which they came."""
    around = [note for s in sessions for note in (before(s, notes), after(s, notes))]
    rows = [(s.started, tuple(_cells(s, notes))) for s in sessions]
    rows += [(n.at, ("note", "", "", n.moment.value, _felt(n))) for n in notes if n not in around]
    if rows:
        output.columns([(f"{at:%Y-%m-%d %H:%M}", *cells) for at, cells in sorted(rows)])


def _cells(session: Session, notes: Sequence[Note]) -> Iterator[str]:
    yield session.routine
    yield session.device or "by hand"
    yield output.clock(session.duration_s)
    yield session.outcome
    pains = [note and note.pain for note in (before(session, notes), after(session, notes))]
    yield "" if pains == [None, None] else "pain " + " -> ".join("?" if p is None else str(p) for p in pains)


def _felt(note: Note) -> str:
    """`pain 6, swelling 38.5 cm, woke up with it`"""
    scales = {"pain": note.pain, "tension": note.tension, "sleep": note.sleep}
    words = [f"{name} {level}" for name, level in scales.items() if level is not None]
    words += [f"swelling {note.swelling_cm:g} cm"] if note.swelling_cm is not None else []
    return ", ".join([*words, note.text] if note.text else words)
