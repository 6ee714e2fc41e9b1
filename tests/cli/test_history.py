"""What `legato history` tells of massages, rehearsals and notes, in each of its forms."""

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from legato.app import wall_clock
from legato.app.diary import open_diary
from legato.care.entries import Moment, Note, RecordedSession
from tests.front_door import Cli

AT = datetime(2026, 11, 20, 20, tzinfo=UTC)
PLAYED = RecordedSession(
    person="ada", routine="goddard", device="boots-6", started=AT, duration_s=14.0, outcome="stopped", peak_mmhg=35.2,
    ended=AT + timedelta(seconds=55), planned_s=331.0, pressed_s=21.5,
)  # fmt: skip
OLD = RecordedSession(person="ada", routine="calf", device="wrap-3", started=AT - timedelta(days=9), duration_s=420.0)
ALONE = Note(person="ada", at=AT - timedelta(days=2), moment=Moment.AFTER, sleep=7, text="slept well")


@pytest.fixture
def diary(cli: Cli) -> None:
    """One massage with a pause, one of a diary of before, a rehearsal, and a note that stands alone."""
    cli("person", "set", "--person", "ada")
    rehearsal = PLAYED.model_copy(update={"started": AT + timedelta(days=1), "ended": None, "simulated": True})
    with open_diary() as opened:
        for entry in (OLD, PLAYED, rehearsal, ALONE):
            opened.add(entry)


@pytest.mark.usefixtures("diary")
def test_a_line_tells_begin_end_how_much_was_played_and_how_long_it_pressed(cli: Cli) -> None:
    old, note, played, rehearsal = cli("history")[1].splitlines()
    assert old.split() == ["2026-11-11", "20:00", "calf", "wrap-3", "7:00", "completed"]
    assert " ".join(note.split()) == "2026-11-18 20:00 note after sleep 7, slept well"
    line = "2026-11-20 20:00-20:00 goddard boots-6 0:14 of 5:31 (4 %) pressed 0:22 stopped"
    assert " ".join(played.split()) == line
    assert rehearsal.endswith("stopped (simulated)")


@pytest.mark.usefixtures("diary")
def test_json_and_csv_tell_the_same_and_have_the_notes_that_stand_alone(cli: Cli, tmp_path: Path) -> None:
    rows = json.loads(cli("history", "--json")[1])
    assert [(row["kind"], row["routine"], row["text_after"]) for row in rows] == [
        ("massage", "calf", None), ("note", None, "slept well"),
        ("massage", "goddard", None), ("massage", "goddard", None),
    ]  # fmt: skip
    played = rows[2]
    assert (played["started"], played["ended"]) == ("2026-11-20T20:00:00Z", "2026-11-20T20:00:55Z")
    assert (played["duration_s"], played["planned_s"], played["played_pct"], played["pressed_s"]) == (
        14.0,
        331.0,
        4,
        21.5,
    )
    assert [row["simulated"] for row in rows] == [False, None, False, True]
    assert (rows[0]["ended"], rows[0]["played_pct"], rows[0]["pressed_s"]) == (None, None, None)
    cli("history", "--csv", str(tmp_path / "h.csv"))
    with (tmp_path / "h.csv").open() as file:
        table = list(csv.DictReader(file))
    assert [{k: "" if v is None else str(v) for k, v in row.items()} for row in rows] == table


@pytest.mark.usefixtures("diary")
def test_whatever_is_asked_for_at_once_is_written(cli: Cli, tmp_path: Path) -> None:
    table, picture = tmp_path / "h.csv", tmp_path / "h.svg"
    code, out, err = cli("history", "--csv", str(table), "--picture", str(picture), "--json")
    assert (code, len(json.loads(out))) == (0, 4)
    assert table.read_text().startswith("kind,started,")
    assert "<svg" in picture.read_text()
    assert err.count("\n") == 2
    assert "ada, " in cli("history", "--csv", str(table), "--for-therapist")[1]


def test_two_things_are_not_printed_at_once(cli: Cli) -> None:
    cli("person", "set", "--person", "ada")
    code, out, err = cli("history", "--json", "--for-therapist")
    assert (code, out) == (2, "")
    assert "ask for one at a time" in err


@pytest.mark.usefixtures("diary")
def test_a_rehearsal_is_in_no_total(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wall_clock, "now", lambda: AT + timedelta(days=2))
    page = cli("history", "--for-therapist")[1]
    assert "Massages: 2 in 28 days" in page


def test_a_massage_by_hand_has_no_length(cli: Cli) -> None:
    cli("person", "set", "--person", "ada")
    cli("course", "start", "professional")
    cli("course", "done", "professional")
    (line,) = cli("history")[1].splitlines()
    assert line.split()[2:] == ["professional", "by", "hand", "done"]
    assert json.loads(cli("history", "--json")[1])[0]["duration_s"] is None
    assert "professional, by hand" in cli("history", "--for-therapist")[1]
