"""A routine of which nothing plays on a device is refused by every way to it, with the reasons, and nothing moves."""

from pathlib import Path

import pytest

import legato
from legato.app import check
from legato.app.replay_digest import digest
from legato.profiles import load
from legato.profiles.refusal import NothingPlays
from legato.service.devices.bridge import Start
from legato.service.devices.errors import NotPlayable
from legato.service.http.problems import explained
from legato.service.run.admission import prepare
from tests.front_door import Cli

ROUTINE = """format: 1
name: upward
title: A stroke that nobody plays
steps:
  - {do: cue, say: Sit down.}
  - {do: glide, from: seat, to: torso, pressure_mmhg: 30}
"""
DEVICE = """format: 1
name: rows
title: Vibration only
actuators:
  - {id: hip, kind: motor, action: vibration, zone: seat, side: both, from_cm: 78, to_cm: 90, min_hz: 50, max_hz: 50}
"""
WHY = "nothing of upward plays on rows: step 2 (glide seat to torso): rows has no air chamber or roller there; "


@pytest.fixture
def routine(tmp_path: Path) -> str:
    path = tmp_path / "upward.yaml"
    path.write_text(ROUTINE)
    return str(path)


@pytest.fixture
def device(tmp_path: Path) -> str:
    path = tmp_path / "rows.yaml"
    path.write_text(DEVICE)
    return str(path)


@pytest.mark.parametrize("command", ["check", "preview", "replay", "play"])
def test_every_command_refuses_it_with_the_reasons(cli: Cli, routine: str, device: str, command: str) -> None:
    where = ("--port", f"sim://{device}") if command == "play" else ("--device", device)
    code, out, err = cli(command, routine, *where)
    assert (code, out) == (6, "")
    assert WHY in err


def test_refused_before_it_has_begun_it_leaves_no_files(cli: Cli, routine: str, device: str, tmp_path: Path) -> None:
    cli("replay", routine, "--device", device, "--out", str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_the_library_refuses_it_too(routine: str, device: str) -> None:
    with pytest.raises(NothingPlays):
        legato.compile(routine, device)


def test_the_service_does_not_start_it_and_says_why_to_a_client(home: Path, device: str) -> None:
    (home / "routines").mkdir(parents=True)
    (home / "routines" / "upward.yaml").write_text(ROUTINE)
    with pytest.raises(NotPlayable) as refusal:
        prepare(Start(routine="upward"), load.device(device))
    problem, _ = explained(refusal.value)
    assert (problem.status, problem.type) == (422, "not_playable")
    assert WHY in problem.detail


def test_checks_and_reports_of_the_service_say_so(device: str) -> None:
    checked = check.check(ROUTINE.encode(), load.device(device))
    assert (checked.is_valid, checked.report) == (True, None)
    assert WHY in (checked.refusal or "")
    with pytest.raises(NothingPlays, match="nothing of upward plays") as refusal:
        digest(None, ROUTINE, load.device(device), None)
    problem, _ = explained(refusal.value)
    assert (problem.status, problem.type) == (422, "invalid")


def test_a_device_that_plays_nothing_of_any_routine_gets_no_picture_of_them(
    cli: Cli, tmp_path: Path, device: str
) -> None:
    picture = tmp_path / "all.png"
    assert cli("profiles", "--picture", str(picture), "--device", device)[0] == 6


def test_who_gets_nothing_of_a_routine_is_refused_it_in_the_table_of_persons(cli: Cli, device: str) -> None:
    assert cli("person", "set", "--person", "ben", "--comfort-cap", "40")[0] == 0
    code, out, _ = cli("profiles", "--by-person", "--device", device)
    assert code == 0
    assert "nothing of goddard plays on rows" in out
