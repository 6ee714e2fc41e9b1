"""Before a diary of an older Legato is changed, there is a copy of it; one of a newer Legato is not touched."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from legato.care import backup
from legato.care.diary import Diary
from legato.care.entries import Moment, RecordedSession
from legato.care.errors import DiaryError
from legato.care.schema import MIGRATIONS
from tests.old_home import restore_diary

NOW = datetime(2026, 12, 24, 20, tzinfo=UTC)

RELEASED = {2: "diary-version-2", 3: "diary-version-3", 4: "diary"}
"""The dump of each version that a Legato has ever written."""

OLDER = sorted(version for version in RELEASED if version < len(MIGRATIONS))


@pytest.fixture
def old(tmp_path: Path) -> Callable[[int], Path]:
    """A diary of this version, in a folder of its own."""

    def made(version: int) -> Path:
        path = tmp_path / "home" / "diary.sqlite3"
        restore_diary(RELEASED[version], path)
        return path

    return made


def content(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return [f"version {db.execute('PRAGMA user_version').fetchone()[0]}", *db.iterdump()]


def beside(path: Path) -> set[str]:
    return {other.name for other in path.parent.iterdir()}


TABLES = ("session", "note", "enrolment")


@pytest.mark.parametrize("version", RELEASED)
def test_every_version_is_read_whole(old: Callable[[int], Path], version: int) -> None:
    path = old(version)
    with closing(sqlite3.connect(path)) as db:
        counts = {table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES}  # noqa: S608
    with Diary(path, NOW) as opened:
        found = {"session": opened.sessions, "note": opened.notes, "enrolment": opened.enrolments}
        assert {table: sum(len(entries(who)) for who in ("ada", "bob")) for table, entries in found.items()} == counts
    assert min(counts.values()) > 0


@pytest.mark.parametrize("version", sorted(set(RELEASED) - {4}))
def test_what_was_in_older_ones_is_there(old: Callable[[int], Path], version: int) -> None:
    with Diary(old(version), NOW) as opened:
        (session,), (note,), (enrolment,) = opened.sessions("ada"), opened.notes("ada"), opened.enrolments("ada")
    assert (session.routine, session.outcome, session.device, session.cold_s) == ("goddard", "completed", None, 0.0)
    assert (note.moment, note.pain) == (Moment.BEFORE, 5)
    assert (enrolment.course, enrolment.routine, enrolment.stopped) == ("weekly", "goddard", None)


@pytest.mark.parametrize("version", OLDER)
def test_a_copy_of_an_older_one_is_kept_before_it_is_changed(old: Callable[[int], Path], version: int) -> None:
    path = old(version)
    before = content(path)
    Diary(path, NOW).close()
    copy = path.with_name(f"diary-version-{version}.sqlite3")
    assert content(copy) == before != content(path)
    assert copy.stat().st_mode & 0o077 == 0
    assert beside(path) == {path.name, copy.name}


def test_a_copy_in_the_place_of_the_diary_is_the_way_back(old: Callable[[int], Path]) -> None:
    path = old(3)
    before = content(path)
    with Diary(path, NOW) as opened:
        opened.add(RecordedSession(person="ada", routine="goddard", started=NOW))
    path.with_name("diary-version-3.sqlite3").replace(path)
    assert content(path) == before


def test_nothing_is_copied_of_what_is_new_or_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "home" / "diary.sqlite3"
    for _ in range(2):
        Diary(path, NOW).close()
    assert beside(path) == {path.name}


def test_a_copy_is_never_written_over(old: Callable[[int], Path]) -> None:
    path = old(3)
    Diary(path, NOW).close()
    copy = path.with_name("diary-version-3.sqlite3")
    first = content(copy)
    path.unlink()
    with closing(sqlite3.connect(old(3))) as db:
        db.execute("INSERT INTO note (person, at, moment, text) VALUES ('ada', '2026-12-01T20:00:00Z', 'after', '')")
        db.commit()
    Diary(path, NOW).close()
    assert content(copy) == first
    assert len(content(path.with_name("diary-version-3-1.sqlite3"))) == len(first) + 1


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A next version that cannot be made."""
    monkeypatch.setattr("legato.care.diary.MIGRATIONS", (*MIGRATIONS, ("ALTER TABLE nothing ADD COLUMN x",)))


@pytest.mark.usefixtures("failing")
def test_however_often_it_fails_one_copy_is_enough(old: Callable[[int], Path]) -> None:
    path = old(4)
    before = content(path)
    for _ in range(3):
        with pytest.raises(DiaryError, match="the diary fails"):
            Diary(path, NOW)
    assert content(path) == before == content(path.with_name("diary-version-4.sqlite3"))
    assert beside(path) == {path.name, "diary-version-4.sqlite3"}


def test_without_a_whole_copy_nothing_is_changed(old: Callable[[int], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    path = old(2)
    before = content(path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "_keep", full)
    with pytest.raises(DiaryError, match="the diary fails: no space left on device"):
        Diary(path, NOW)
    assert content(path) == before
    assert beside(path) == {path.name}


def test_what_somebody_left_who_was_killed_does_no_harm(old: Callable[[int], Path]) -> None:
    path = old(2)
    path.with_name(f".{path.name}.partial").write_bytes(b"half of a copy")
    Diary(path, NOW).close()
    assert beside(path) == {path.name, "diary-version-2.sqlite3"}
    assert content(path.with_name("diary-version-2.sqlite3"))[0] == "version 2"


def test_of_many_who_come_at_once_each_waits_for_the_one_copy(old: Callable[[int], Path]) -> None:
    path = old(2)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: Diary(path, NOW).close(), range(8)))
    assert beside(path) == {path.name, "diary-version-2.sqlite3"}


def test_a_newer_diary_that_makes_no_sense_here_is_not_damaged(old: Callable[[int], Path]) -> None:
    path = old(4)
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA writable_schema = ON")
        db.execute("UPDATE sqlite_master SET sql = sql || ' FUTURE' WHERE name = 'note'")
        db.execute("PRAGMA user_version = 99")
        db.commit()
    data = path.read_bytes()
    with pytest.raises(DiaryError, match=r"diary\.sqlite3: the diary was written by a newer Legato \(version 99\)"):
        Diary(path, NOW)
    assert path.read_bytes() == data
    assert beside(path) == {path.name}
