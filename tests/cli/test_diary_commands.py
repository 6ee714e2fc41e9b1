"""Courses and the diary from the command line."""

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from legato.app import wall_clock
from tests.front_door import Cli


def test_a_course_is_started_kept_to_exported_and_stopped(cli: Cli, tmp_path: Path) -> None:
    cli("person", "set", "--person", "ada")
    assert cli("course", "start", "weekly")[0] == 0
    assert cli("course", "start", "weekly")[0] == 2
    assert json.loads(cli("course", "next", "--json")[1])["state"] == "due"
    _, out, err = cli("course", "done", "weekly")
    assert err == "weekly: recorded for ada\n"
    assert "too early, next " in out
    assert cli("course", "export", "weekly", "--out", str(tmp_path / "w.ics"))[0] == 0
    assert len(Calendar.from_ical((tmp_path / "w.ics").read_bytes()).walk("VEVENT")) == 12
    assert cli("course", "stop", "weekly")[0] == 0
    assert json.loads(cli("course", "status", "--json")[1]) == []


def test_a_course_that_is_started_at_night_is_due_today_and_never_yesterday(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wall_clock, "now", lambda: datetime(2026, 11, 21, 2, 7, tzinfo=UTC))
    cli("person", "set", "--person", "ada")
    assert cli("course", "start", "daily")[1] == "daily: due, next today, 0 done\n"
    assert json.loads(cli("course", "next", "--json")[1])["due"] == "2026-11-21"
    cli("course", "export", "daily", "--out", str(tmp_path / "d.ics"))
    assert b"20261120" not in (tmp_path / "d.ics").read_bytes()


def test_what_is_overdue_says_since_when(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    began = datetime(2026, 11, 18, 20, tzinfo=UTC)
    monkeypatch.setattr(wall_clock, "now", lambda: began)
    cli("person", "set", "--person", "ada")
    cli("course", "start", "daily")
    monkeypatch.setattr(wall_clock, "now", lambda: began + timedelta(days=3))
    assert cli("course", "next")[1].startswith("daily: overdue since 2026-11-18, 0 done")


def test_a_course_of_a_clinician_directed_routine_needs_a_screening(cli: Cli, screened: Callable[..., None]) -> None:
    cli("person", "set", "--person", "ada")
    assert cli("course", "start", "rls")[0] == 6
    screened("ada", clinician_agreed="yes")
    assert cli("course", "start", "rls")[0] == 0


def test_the_diary_tells_what_was_noted_around_each_session(cli: Cli, tmp_path: Path) -> None:
    cli("person", "set", "--person", "ada", "--medicine", "warfarin", "--condition", "sciatica")
    cli("course", "start", "professional")
    cli("note", "--before", "--pain", "6", "--swelling", "38.5")
    cli("course", "done", "professional")
    cli("note", "--after", "--pain", "2")
    (row,) = json.loads(cli("history", "--json")[1])
    assert (row["routine"], row["pain_before"], row["pain_after"], row["swelling_cm_before"]) == (
        "professional",
        6,
        2,
        38.5,
    )
    assert "pain 6 -> 2" in cli("history")[1]
    cli("history", "--csv", str(tmp_path / "h.csv"))
    with (tmp_path / "h.csv").open() as file:
        assert [r["pain_after"] for r in csv.DictReader(file)] == ["2"]
    page = cli("history", "--for-therapist")[1]
    assert "Medicines: warfarin" in page
    assert "Pain before a massage: 6.0 of 10" in page


def test_the_diary_can_be_drawn_and_the_same_diary_is_the_same_picture(cli: Cli, tmp_path: Path) -> None:
    cli("person", "set", "--person", "ada")
    cli("course", "start", "weekly")
    cli("note", "--before", "--pain", "6")
    cli("course", "done", "weekly")
    pictures = [tmp_path / name for name in ("one.png", "two.png")]
    for picture in pictures:
        assert cli("history", "--picture", str(picture))[0] == 0
    assert pictures[0].read_bytes() == pictures[1].read_bytes()


def test_a_note_without_a_massage_is_in_the_diary_too(cli: Cli) -> None:
    cli("person", "set", "--person", "ada")
    cli("note", "--before", "--pain", "6", "--text", "woke up with it")
    assert "pain 6, woke up with it" in cli("history")[1]
    assert "woke up with it" in cli("history", "--for-therapist")[1]
    cli("course", "start", "professional")
    cli("course", "done", "professional")
    assert json.loads(cli("history", "--json")[1])[0]["text_before"] == "woke up with it"


def test_nothing_is_drawn_of_an_empty_diary(cli: Cli, tmp_path: Path) -> None:
    cli("person", "set", "--person", "ada")
    code, _, err = cli("history", "--picture", str(tmp_path / "pain.png"))
    assert (code, err) == (0, "the diary has no entries for ada yet\n")
    assert not (tmp_path / "pain.png").exists()


@pytest.mark.parametrize("name", ["pain.bmp", "pain"])
def test_a_picture_of_an_unknown_kind_is_a_usage_error(cli: Cli, tmp_path: Path, name: str) -> None:
    cli("person", "set", "--person", "ada")
    cli("note", "--before", "--pain", "6")
    code, _, err = cli("history", "--picture", str(tmp_path / name))
    assert code == 2
    assert "use .png, .svg or .pdf" in err


def test_a_course_that_ends_is_exported_to_its_end(cli: Cli, screened: Callable[..., None], tmp_path: Path) -> None:
    screened("ada", clinician_agreed="yes")
    cli("course", "start", "rls")
    cli("course", "export", "rls", "--out", str(tmp_path / "rls.ics"))
    assert len(Calendar.from_ical((tmp_path / "rls.ics").read_bytes()).walk("VEVENT")) == 28


def test_a_diary_that_cannot_be_written_is_one_line(cli: Cli, home: Path) -> None:
    cli("person", "set", "--person", "ada")
    (home / "diary.sqlite3").mkdir()
    code, _, err = cli("note", "--before", "--pain", "1")
    assert code == 1
    assert err.startswith(f"{home / 'diary.sqlite3'}: the diary fails: ")
    assert err.count("\n") == 1
