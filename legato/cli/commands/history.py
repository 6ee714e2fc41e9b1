"""`legato history`: the diary as lines, JSON, a table, a picture or a page for a therapist."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from legato.app import people, wall_clock
from legato.app.history import Entries, entries
from legato.care.entries import Note, RecordedSession, after, before
from legato.care.report import for_therapist
from legato.errors import UsageError
from legato.extras import insist_on
from legato.files import written
from legato.profiles.words import clock
from legato.terminal import output


def history(person: str | None, json: bool, csv_file: Path | None, picture: Path | None, therapist: bool) -> None:
    """Shows the sessions and notes of a person, in every form that is asked for; as lines if none is.

    Raises:
        UsageError: two of the forms would be printed.
    """
    if json and therapist:
        raise UsageError("legato history: --json and --for-therapist both print; ask for one at a time")
    if picture is not None:
        insist_on("matplotlib")
    found = entries(person)
    if not found.sessions and not found.notes:
        output.say(f"the diary has no entries for {found.who} yet")
        picture = None
    if csv_file is not None:
        _write_csv(csv_file, found)
    if picture is not None:
        _draw(found, picture)
    if therapist:
        output.data(for_therapist(people.one(found.who), found.sessions, found.notes, wall_clock.today()).rstrip())
    elif json:
        output.as_json([row.model_dump(mode="json") for row in found.rows])
    elif csv_file is None and picture is None:
        _print(found)


def _write_csv(path: Path, found: Entries) -> None:
    with written(path) as file:
        file.write(found.table)
    output.say(f"{len(found.sessions)} sessions and {len(found.notes)} notes written to {path}")


def _draw(found: Entries, path: Path) -> None:
    # Imported here because matplotlib loads slowly.
    from legato.draw.diary_picture import draw

    kept = {f.course.name: tuple(f.adherence(wall_clock.now())) for f in found.courses}
    draw(found.who, found.sessions, found.notes, kept, path)
    output.say(f"drawn into {path}")


def _print(found: Entries) -> None:
    """Sessions, and the notes that belong to none of them, in order of time."""
    lines = [(s.started, (_when(s), *_cells(s, found.notes))) for s in found.sessions]
    lines += [(n.at, (_minute(n.at), "note", "", "", "", n.moment.value, _felt(n))) for n in found.alone]
    if lines:
        output.columns([cells for _, cells in sorted(lines)])


def _when(session: RecordedSession) -> str:
    """`2026-11-21 20:00-20:25`, in local time."""
    return _minute(session.started) + (f"-{session.ended:%H:%M}" if session.ended else "")


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _cells(session: RecordedSession, notes: Sequence[Note]) -> Iterator[str]:
    yield session.routine
    yield session.device or "by hand"
    yield _length(session)
    yield f"pressed {clock(session.pressed_s)}" if session.pressed_s is not None else ""
    yield _outcome(session)
    pains = [note and note.pain for note in (before(session, notes), after(session, notes))]
    yield "" if pains == [None, None] else "pain " + " -> ".join("?" if p is None else str(p) for p in pains)


def _length(session: RecordedSession) -> str:
    """`5:31`, or `0:14 of 5:31 (4 %)` if not all of it was played."""
    if session.is_untimed:
        return ""
    played = clock(session.duration_s)
    if session.played_pct in (None, 100) or session.planned_s is None:
        return played
    return f"{played} of {clock(session.planned_s)} ({session.played_pct} %)"


def _outcome(session: RecordedSession) -> str:
    outcome = "done" if session.device is None else session.outcome
    return f"{outcome} (simulated)" if session.simulated else outcome


def _felt(note: Note) -> str:
    """`pain 6, swelling 38.5 cm, woke up with it`"""
    scales = {"pain": note.pain, "tension": note.tension, "sleep": note.sleep}
    words = [f"{name} {level}" for name, level in scales.items() if level is not None]
    words += [f"swelling {note.swelling_cm:g} cm"] if note.swelling_cm is not None else []
    return ", ".join([*words, note.text] if note.text else words)
