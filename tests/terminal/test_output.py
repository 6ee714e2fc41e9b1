"""What is said where: words, lines, JSON, files that are whole, and one line for whatever goes wrong."""

import errno
import io
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from rich.text import Text

from legato.app import report_text
from legato.cli.exit_codes import OUTCOME_EXIT, Exit, explained
from legato.cli.main import run
from legato.controller.errors import NotLegato, PortLost
from legato.controller.session.events import (
    Connected,
    CueShown,
    Ended,
    Notice,
    Outcome,
    Paused,
    Started,
    Step,
    Telemetry,
)
from legato.controller.session.narration import ending
from legato.errors import NotAllowed
from legato.files import written
from legato.profiles import load
from legato.profiles.errors import FileProblem, InvalidFile
from legato.profiles.schedule import CompileNote, Cue, Schedule
from legato.profiles.words import clock
from legato.terminal import output
from legato.terminal.live import LiveView
from legato.terminal.views import JsonLines, PlainLines, view
from tests.terminal.watched import Watched


def telemetry(plan: Schedule, session_ms: int) -> Telemetry:
    """Every zone five above what is commanded, over a good link."""
    commanded = plan.targets_at(session_ms)
    measured = tuple(v + 5 for v in commanded)
    return Telemetry(session_ms, 0, "running", commanded, measured, 100, 8000, 4.0, 0, 1, 0, 3)


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0:00"), (59.6, "1:00"), (485, "8:05"), (3600, "60:00")])
def test_times_read_like_a_clock(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


def test_columns_stand_below_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    output.columns([("a", "one"), ("long", "two")])
    assert capsys.readouterr().out == "a     one\nlong  two\n"


@pytest.mark.parametrize(
    ("note", "sentence"),
    [
        (CompileNote("hold knee", "both knees", "70 mmHg", "40 mmHg", "knee cap 40 mmHg"),
         "hold knee, both knees: asked 70 mmHg, plays 40 mmHg, because knee cap 40 mmHg"),
        (CompileNote("glide", "all", "4 cm/s", "2 cm/s", "pump"), "glide: asked 4 cm/s, plays 2 cm/s, because pump"),
    ],
)  # fmt: skip
def test_a_note_reads_as_a_sentence(note: CompileNote, sentence: str) -> None:
    assert report_text.sentence(note) == sentence


def test_a_routine_is_explained_step_by_step() -> None:
    lines = list(report_text.routine(load.profile("goddard")))
    assert any("glide ankle to thigh" in line and "35 mmHg" in line and "cm/s" in line for line in lines)
    assert any(line.startswith("Caution: ") for line in lines)


def test_a_device_is_explained_with_its_limits() -> None:
    lines = list(report_text.device(load.device("wrap-3")))
    assert any("left_calf" in line and "at most" in line for line in lines)


def test_a_file_that_could_not_be_finished_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file.csv"
    with pytest.raises(ZeroDivisionError), written(path) as file:
        file.write(f"half {1 // 0}")
    assert list(path.parent.iterdir()) == []


def test_a_finished_file_stands_under_its_name_alone(tmp_path: Path) -> None:
    with written(tmp_path / "file.csv") as file:
        file.write("whole")
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("file.csv", "whole")]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotAllowed("no"), Exit.REFUSED),
        (InvalidFile(FileProblem("a.yaml", 1, 2, "bad", "good")), Exit.INVALID_FILE),
        (NotLegato("nobody"), Exit.PORT),
        (PortLost("gone"), Exit.LINK_LOST),
        (ExceptionGroup("one", [PortLost("gone")]), Exit.LINK_LOST),
        (FileNotFoundError(2, "No such file", "x"), Exit.FAILED),
        (KeyboardInterrupt(), Exit.INTERRUPT),
        (OSError(28, "No space left on device"), Exit.FAILED),
        (ZeroDivisionError("ours"), Exit.FAILED),
    ],
)
def test_whatever_goes_wrong_is_one_line_and_an_exit_code(error: BaseException, code: Exit) -> None:
    found, message = explained(error)
    assert found == code
    assert len(message.splitlines()) == 1


def test_a_full_disk_is_no_mistake_of_ours() -> None:
    assert explained(OSError(28, "No space left on device")) == (Exit.FAILED, "no space left on device")


def test_a_mistake_of_ours_is_no_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("legato.cli.commands.listing.devices", lambda _: 1 / 0)
    assert run(["devices"]) == Exit.FAILED
    assert capsys.readouterr().err.startswith("internal error: ZeroDivisionError")


def test_every_outcome_has_an_exit_code() -> None:
    kinds = {"completed", "stopped", "emergency_stopped", "link_lost", "device_fault", "refused"}
    assert set(OUTCOME_EXIT) == kinds


def test_an_ending_tells_cause_and_evidence() -> None:
    outcome = Outcome("device_fault", "left_calf: over pressure", {"slack_ms": 10})
    assert ending(outcome) == "device fault: left_calf: over pressure (slack_ms 10)"


def test_plain_lines_tell_what_happens_and_how_far_it_is(plan: Schedule, capsys: pytest.CaptureFixture[str]) -> None:
    watched = Watched(plan)
    watched.view = PlainLines(watched.scene)
    news = (Connected("wrap-3", "0.1.0", 1), Started(0), Step(plan.marks[0]))
    notices = (Notice("not back yet"), Notice("not back yet"))
    watched.take(*news, telemetry(plan, 5_000), telemetry(plan, 20_000), *notices, Ended(Outcome("completed")))
    assert capsys.readouterr().out.splitlines() == [
        "  0:00  connected: wrap-3, firmware 0.1.0",
        "  0:00  Glide foot to calf (1 of 2)",
        "  0:20  Glide foot to calf (1 of 2), 0:40 left, right_calf 45 mmHg",
        "  0:20  not back yet",
        "  0:20  completed",
    ]


def test_json_lines_are_an_object_each(plan: Schedule, capsys: pytest.CaptureFixture[str]) -> None:
    for event in (Started(0), telemetry(plan, 20_000), CueShown(Cue(0, "Ready?", wait=True))):
        JsonLines().show(event)
    names = [json.loads(line)["event"] for line in capsys.readouterr().out.splitlines()]
    assert names == ["started", "telemetry", "cueshown"]


def test_the_live_view_shows_zones_link_and_keys(plan: Schedule) -> None:
    screen = io.StringIO()
    watched = Watched(plan)
    live = LiveView(Console(file=screen, width=100, force_terminal=True, color_system=None), watched.scene)
    watched.view = live
    watched.take(Started(0), telemetry(plan, 20_000), CueShown(Cue(0, "Ready?", wait=True)))
    live.close()
    shown = screen.getvalue()
    for part in (
        "crest on wrap-3",
        "0:20 of 1:00",
        "45 of  40",
        "round trip 4 ms",
        '"Ready?" (space continues)',
        "x or Esc",
    ):
        assert part in shown


@pytest.mark.parametrize(("width", "height"), [(40, 24), (50, 24), (80, 8), (100, 30)])
def test_the_live_view_shows_the_stop_keys_on_every_terminal(plan: Schedule, width: int, height: int) -> None:
    screen = io.StringIO()
    console = Console(
        file=screen,
        width=width,
        height=height,
        force_terminal=True,
        color_system=None,
        soft_wrap=True,
        legacy_windows=False,
    )
    watched = Watched(plan)
    watched.take(telemetry(plan, 20_000))
    LiveView(console, watched.scene).close()
    shown = " ".join(screen.getvalue().split())
    for key in ("x or Esc emergency stop", "q stop", "space pause/resume", "s skip"):
        assert key in shown
    assert "left" in shown


def test_the_live_view_takes_the_new_width_of_a_terminal(plan: Schedule) -> None:
    console = Console(file=io.StringIO(), width=100, height=30, force_terminal=True, color_system=None)
    live = LiveView(console, Watched(plan).scene)
    console.width, console.file = 60, (after := io.StringIO())
    live.show(Started(0))
    console.file = (drawn := io.StringIO())
    live.show(Started(0))
    live.close()
    assert "\x1b[2J" in after.getvalue()
    assert max(map(len, Text.from_ansi(drawn.getvalue()).plain.splitlines())) <= 60


def test_while_the_device_fills_up_the_live_view_says_that_space_pauses(plan: Schedule) -> None:
    watched = Watched(plan)
    watched.take(Started(0), Paused(5_000), replace(telemetry(plan, 5_000), state="refill"))
    assert (watched.scene.now, watched.scene.message) == ("filling up", "filling up (space pauses)")
    assert not watched.scene.waits_for_resume


def test_a_terminal_that_cannot_redraw_gets_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert view(json=False, of_service=False) is PlainLines


def test_a_file_that_a_full_disk_does_not_take_is_named_and_not_there(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    with pytest.raises(OSError, match=r"plan\.txt"), written(path):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert list(tmp_path.iterdir()) == []
