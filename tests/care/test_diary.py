"""The diary survives power cuts, damage, full disks and company."""

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from legato.care.diary import Diary
from legato.care.entries import BEGUN, Enrolment, Moment, Note, RecordedSession, after, before
from legato.care.errors import DiaryError
from legato.care.schema import MIGRATIONS

NOW = datetime(2026, 11, 21, 20, tzinfo=UTC)
SESSION = RecordedSession(
    person="ada", routine="goddard", device="boots-6", started=NOW, duration_s=420.5, peak_mmhg=35.0
)
NOTE = Note(person="ada", at=NOW, moment=Moment.BEFORE, pain=4, swelling_cm=38.5, text="calf")

WRITER = """
import sys
from datetime import datetime
from pathlib import Path
from legato.care.diary import Diary
from legato.care.entries import RecordedSession
now = datetime.fromisoformat("2026-11-21T20:00:00+00:00")
with Diary(Path(sys.argv[1]), now) as diary:
    for n in range(int(sys.argv[2])):
        diary.add(RecordedSession(person="ada", routine=f"{sys.argv[3]}-{n}", started=now))
        print(n, flush=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "diary.sqlite3"


@pytest.fixture
def diary(path: Path) -> Iterator[Diary]:
    with Diary(path, NOW) as opened:
        yield opened


def writer(path: Path, entries: int, name: str) -> subprocess.Popen[str]:
    """Another process that writes `entries` sessions and says the number of each once it is on disk."""
    command = [sys.executable, "-c", WRITER, str(path), str(entries), name]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own program


def test_what_was_written_is_read_in_order(diary: Diary) -> None:
    earlier = SESSION.model_copy(update={"routine": "foot_relax"})
    for entry in (SESSION, earlier, NOTE):
        diary.add(entry)
    assert diary.sessions("ada") == (SESSION, earlier)
    assert diary.notes("ada") == (NOTE,)


def test_all_that_is_known_of_a_session_comes_back(diary: Diary) -> None:
    whole = SESSION.model_copy(
        update={"ended": NOW, "planned_s": 500.0, "pressed_s": 300.5, "simulated": True, "boot": "one", "booted": NOW}
    )
    diary.add(whole)
    assert diary.sessions("ada") == (whole,)


def test_what_has_begun_is_settled_by_what_became_of_it(diary: Diary) -> None:
    begun = SESSION.model_copy(update={"outcome": BEGUN, "duration_s": 1800.0})
    for entry in (begun, begun.model_copy(update={"person": "bob"})):
        diary.add(entry)
    assert diary.sessions("ada") == (begun,)
    diary.settle(begun, SESSION)
    assert (diary.sessions("ada"), len(diary.sessions("bob"))) == ((SESSION,), 1)
    diary.add(begun)
    diary.settle(begun, None)
    assert diary.sessions("ada") == (SESSION,)


def test_a_person_sees_only_their_own(diary: Diary) -> None:
    diary.add(SESSION)
    assert diary.sessions("bob") == ()


def test_a_course_runs_until_it_is_stopped(diary: Diary) -> None:
    diary.add(Enrolment(person="ada", course="rls", routine="rls_evening", started=NOW))
    diary.stop("ada", "rls", NOW)
    diary.add(Enrolment(person="ada", course="rls", routine="rls_evening", started=NOW))
    assert [e.stopped for e in diary.enrolments("ada")] == [NOW, None]


def test_a_course_cannot_run_twice(diary: Diary) -> None:
    rls = Enrolment(person="ada", course="rls", started=NOW)
    diary.add(rls)
    with pytest.raises(DiaryError):
        diary.add(rls)
    assert diary.enrolments("ada") == (rls,)


def test_every_entry_is_synced_before_it_counts_as_written(diary: Diary) -> None:
    extra = 3
    assert diary._db.execute("PRAGMA synchronous").fetchone()[0] == extra
    assert diary._db.execute("PRAGMA journal_mode").fetchone()[0] == "delete"


def test_a_process_killed_while_writing_loses_at_most_the_entry_being_written(path: Path) -> None:
    process = writer(path, 100_000, "killed")
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(20)]
    process.send_signal(signal.SIGKILL)
    said += process.stdout.readlines()
    process.wait()
    process.stdout.close()
    with Diary(path, NOW) as diary:
        assert diary.moved_aside is None
        assert len(diary.sessions("ada")) - len([line for line in said if line.endswith("\n")]) in (0, 1)


def test_two_processes_write_at_once_and_nothing_is_lost(path: Path) -> None:
    processes = [writer(path, 15, name) for name in ("one", "two")]
    assert [process.communicate()[0].count("\n") for process in processes] == [15, 15]
    with Diary(path, NOW) as diary:
        assert {s.routine for s in diary.sessions("ada")} == {f"{a}-{n}" for a in ("one", "two") for n in range(15)}


@pytest.mark.parametrize(
    "damage", [b"this is not a database, it never was one", b"SQLite format 3\x00" + b"\x07" * 5000]
)
def test_a_damaged_diary_is_moved_aside_and_never_lost(path: Path, damage: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(damage)
    with Diary(path, NOW) as diary:
        assert diary.moved_aside == path.with_name("diary-damaged-20261121T200000.sqlite3")
        assert diary.moved_aside.read_bytes() == damage
        diary.add(SESSION)
        assert diary.sessions("ada") == (SESSION,)


def test_a_page_damaged_in_the_middle_is_noticed(path: Path) -> None:
    with Diary(path, NOW) as diary:
        for _ in range(200):
            diary._db.execute(
                "INSERT INTO note (person, at, moment, text) VALUES ('ada', 'x', 'before', ?)", ("x" * 200,)
            )
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 4096] = b"\xa5" * 4096
    path.write_bytes(data)
    with Diary(path, NOW) as diary:
        assert diary.moved_aside is not None


def test_a_second_damaged_diary_does_not_replace_the_first(path: Path) -> None:
    path.parent.mkdir()
    for damage in (b"first", b"second"):
        path.write_bytes(damage)
        Diary(path, NOW).close()
    assert sorted(p.read_bytes() for p in path.parent.glob("diary-damaged-*")) == [b"first", b"second"]


def test_a_whole_diary_is_left_where_it_is(diary: Diary, path: Path) -> None:
    diary.add(SESSION)
    with Diary(path, NOW) as again:
        assert again.moved_aside is None
        assert again.sessions("ada") == (SESSION,)


def test_a_full_disk_is_one_clear_error_and_harms_nothing(diary: Diary) -> None:
    diary.add(SESSION)
    pages = diary._db.execute("PRAGMA page_count").fetchone()[0]
    diary._db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiaryError, match="the disk is full"):
        diary.add(NOTE.model_copy(update={"text": "x" * 20_000}))
    assert diary.sessions("ada") == (SESSION,)
    diary._db.execute(f"PRAGMA max_page_count = {pages + 10}")
    diary.add(SESSION)
    assert len(diary.sessions("ada")) == 2


def test_a_read_only_diary_can_be_read_and_says_why_it_cannot_be_written(diary: Diary) -> None:
    diary.add(SESSION)
    diary._db.execute("PRAGMA query_only = ON")
    assert diary.sessions("ada") == (SESSION,)
    with pytest.raises(DiaryError, match="read-only"):
        diary.add(SESSION)


def test_others_on_this_computer_cannot_read_it(diary: Diary, path: Path) -> None:
    diary.add(SESSION)
    assert path.stat().st_mode & 0o077 == 0


def test_an_entry_edited_into_nonsense_is_one_clear_error(diary: Diary) -> None:
    diary.add(SESSION)
    diary._db.execute("UPDATE session SET started = 'yesterday'")
    with pytest.raises(DiaryError, match=r"diary\.sqlite3: session 1 makes no sense: started is "):
        diary.sessions("ada")


def test_a_folder_that_cannot_be_made_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DiaryError, match=r"diary\.sqlite3: the diary fails: "):
        Diary(tmp_path / "file" / "diary.sqlite3", NOW)


@pytest.mark.parametrize("version", range(len(MIGRATIONS)))
def test_a_diary_of_any_older_version_is_brought_up_to_date(path: Path, version: int) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as db:
        for statement in (statement for migration in MIGRATIONS[:version] for statement in migration):
            db.execute(statement)
        if version:
            columns = {row[1] for row in db.execute("PRAGMA table_info(session)")}
            values = SESSION.model_dump(mode="json", include=columns)
            db.execute(f"INSERT INTO session ({', '.join(values)}) VALUES (:{', :'.join(values)})", values)  # noqa: S608
        db.execute(f"PRAGMA user_version = {version}")
    db.close()
    with Diary(path, NOW) as diary:
        assert diary.moved_aside is None
        assert diary.sessions("ada") == ((SESSION,) if version else ())
        assert [s.end for s in diary.sessions("ada")] == [NOW + timedelta(seconds=420.5)] * bool(version)
        diary.add(Enrolment(person="ada", course="rls", started=NOW))


def test_a_diary_of_a_newer_legato_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
        db.execute("CREATE TABLE future (x)")
    db.close()
    data = path.read_bytes()
    with pytest.raises(DiaryError, match="newer Legato"):
        Diary(path, NOW)
    assert path.read_bytes() == data


def note(moment: Moment, hour: int, pain: int) -> Note:
    return Note(person="ada", at=NOW.replace(hour=hour), moment=moment, pain=pain)


def test_notes_belong_to_the_session_they_stand_around() -> None:
    notes = [note(Moment.BEFORE, h, h) for h in (2, 8, 9)] + [note(Moment.AFTER, h, h) for h in (9, 10)]
    session = SESSION.model_copy(update={"started": NOW.replace(hour=10)})
    assert before(session, notes) == notes[2]
    assert after(session, notes) == notes[4]


def test_a_note_from_another_day_belongs_to_no_session() -> None:
    assert before(SESSION, [note(Moment.BEFORE, 2, 5)]) is None
    assert after(SESSION, [note(Moment.AFTER, 2, 5)]) is None


def test_an_entry_goes_to_json_and_back() -> None:
    assert RecordedSession.model_validate_json(json.dumps(SESSION.model_dump(mode="json"))) == SESSION
