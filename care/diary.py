"""The diary: sessions, notes and courses of all people in one SQLite file.

Each entry is one transaction, synced to disk before the call returns, so that a power cut loses at most the entry being
written. Several processes may write at once; each waits for its turn.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from pydantic import ValidationError

from legato.care.backup import back_up, beside
from legato.care.clock import Clock, dated
from legato.care.entries import DiaryEntry, Enrolment, Note, RecordedSession
from legato.care.errors import DiaryError
from legato.care.schema import MIGRATIONS

WAIT_S = 10.0
"""How long to wait for another process to finish writing."""

_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_IN_WORDS = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "it cannot be written: the file, its folder or the disk is read-only",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened: check its folder and the permissions",
    sqlite3.SQLITE_BUSY: "another program has locked it",
    sqlite3.SQLITE_IOERR: "the disk does not read or write reliably",
    sqlite3.SQLITE_CORRUPT: "it is damaged; the next start moves it aside",
    sqlite3.SQLITE_NOTADB: "it is damaged; the next start moves it aside",
}

E = TypeVar("E", bound=DiaryEntry)

Statement = tuple[str, Mapping[str, object]]
"""SQL, and the values for the names in it."""


class Diary:
    """An open diary; `moved_aside` is the new path of a damaged one, if there was one."""

    def __init__(self, path: Path, now: datetime) -> None:
        """Open the diary at `path`, or create one. If an older Legato wrote it, a copy is kept: see `care.backup`.

        Raises:
            DiaryError: it cannot be opened, or was written by a newer Legato; it is left unchanged.
        """
        self.path = path
        self.moved_aside: Path | None = None
        with _explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            if _is_damaged(path):
                self.moved_aside = _move_aside(path, now)
            # An empty file is a new database; like this one, nobody else can read it.
            if not path.exists():
                path.touch(mode=0o600)
            self._db = _opened(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def add(self, entry: DiaryEntry) -> None:
        """Write one entry; on return it is on the disk.

        Raises:
            DiaryError: it cannot be written. What was there before is unharmed.
        """
        self._write(_insertion(entry))

    def settle(self, begun: RecordedSession, entry: RecordedSession | None) -> None:
        """Replace the session that was `begun` by `entry`, or remove it if it never played.

        Raises:
            DiaryError: it cannot be written. What was there before is unharmed.
        """
        values = begun.model_dump(mode="json", include={"person", "started", "outcome"})
        where = "WHERE person = :person AND started = :started AND outcome = :outcome"
        removal = (f"DELETE FROM session {where}", values)  # noqa: S608 - a constant
        self._write(removal, *([_insertion(entry)] if entry else []))

    def date(self, person: str, clock: Clock) -> tuple[RecordedSession, ...]:
        """The sessions of `person`, with their ends by the clock as it is now; changed starts of rests are saved.

        Raises:
            DiaryError: it cannot be read or, if the clock was changed, not written.
        """
        before = self.sessions(person)
        after = dated(before, clock)
        moved = [_redating(new) for old, new in zip(before, after, strict=True) if new is not old]
        if moved:
            self._write(*moved)
        return after

    def stop(self, person: str, course: str, now: datetime) -> None:
        """Mark the running enrolment of `person` in `course` as stopped.

        Raises:
            DiaryError: it cannot be written.
        """
        where = "WHERE person = :person AND course = :course AND stopped IS NULL"
        values = {"person": person, "course": course, "stopped": now.isoformat()}
        self._write((f"UPDATE enrolment SET stopped = :stopped {where}", values))  # noqa: S608 - a constant

    def sessions(self, person: str) -> tuple[RecordedSession, ...]:
        """All sessions of `person`, in the order in which they were written."""
        return self._read(RecordedSession, person)

    def notes(self, person: str) -> tuple[Note, ...]:
        """All notes of `person`, in the order in which they were written."""
        return self._read(Note, person)

    def enrolments(self, person: str) -> tuple[Enrolment, ...]:
        """All courses that `person` ever started, in the order in which they were started."""
        return self._read(Enrolment, person)

    def _read(self, kind: type[E], person: str) -> tuple[E, ...]:
        names = ", ".join(kind.model_fields)
        query = f"SELECT id, {names} FROM {kind.table} WHERE person = ? ORDER BY id"  # noqa: S608 - our own names
        with _explained(self.path):
            rows = self._db.execute(query, (person,)).fetchall()
        return tuple(self._entry(kind, dict(row)) for row in rows)

    def _entry(self, kind: type[E], row: dict[str, object]) -> E:
        number = row.pop("id")
        try:
            return kind.model_validate_json(json.dumps(row))
        except ValidationError as e:
            what, field = f"{kind.table} {number}", e.errors()[0]["loc"][0]
            raise DiaryError(f"{self.path}: {what} makes no sense: {field} is {row[str(field)]!r}") from None

    def _write(self, *statements: Statement) -> None:
        with _explained(self.path), _transaction(self._db):
            for statement, values in statements:
                self._db.execute(statement, values)


def _insertion(entry: DiaryEntry) -> Statement:
    values = entry.model_dump(mode="json")
    names = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    return f"INSERT INTO {entry.table} ({names}) VALUES ({places})", values  # noqa: S608 - names of our own fields


def _redating(session: RecordedSession) -> Statement:
    values = session.model_dump(mode="json", include={"person", "started", "outcome", "rest_from", "boot", "booted"})
    where = "WHERE person = :person AND started = :started AND outcome = :outcome"
    return f"UPDATE session SET rest_from = :rest_from, boot = :boot, booted = :booted {where}", values  # noqa: S608


def _opened(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=WAIT_S, isolation_level=None)
    try:
        db.row_factory = sqlite3.Row
        # EXTRA also syncs the folder after the journal is gone: without it a power cut may bring the journal back.
        db.execute("PRAGMA synchronous = EXTRA")
        _migrate(db, path)
    except BaseException:
        db.close()
        raise
    return db


def _is_damaged(path: Path) -> bool:
    if not path.exists():
        return False
    db = sqlite3.connect(path, timeout=WAIT_S)
    try:
        # First: the contents of a newer one may make no sense here, which is not damage.
        _refuse_newer(_version(db), path)
        return bool(db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok")
    except sqlite3.DatabaseError as e:
        if _code(e) not in _DAMAGED:
            raise
        return True
    finally:
        db.close()


def _move_aside(path: Path, now: datetime) -> Path:
    """Rename a damaged diary to an unused name."""
    names = beside(path, f"damaged-{now:%Y%m%dT%H%M%S}")
    return path.rename(next(name for name in names if not name.exists()))


def _migrate(db: sqlite3.Connection, path: Path) -> None:
    if _version(db) == len(MIGRATIONS):
        return
    with _transaction(db):
        # Checked again: another process may have been faster.
        version = _version(db)
        _refuse_newer(version, path)
        if 0 < version < len(MIGRATIONS):
            back_up(path, version)
        for statement in (statement for migration in MIGRATIONS[version:] for statement in migration):
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def _refuse_newer(version: int, path: Path) -> None:
    if version > len(MIGRATIONS):
        raise DiaryError(f"{path}: the diary was written by a newer Legato (version {version}); use that one")


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


@contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[None]:
    """A transaction; waits until no other process is writing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        # A full disk has rolled back already.
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as e:
        raise DiaryError(f"{path}: the diary fails: {_IN_WORDS.get(_code(e), str(e))}") from e
    except OSError as e:
        raise DiaryError(f"{path}: the diary fails: {(e.strerror or str(e)).lower()}") from e


def _code(error: sqlite3.Error) -> int:
    """The primary error code; the upper bits only refine it. An error raised by Python's module itself has none."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
