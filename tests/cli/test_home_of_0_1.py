"""What Legato 0.1 kept is read by this one, and what this one writes 0.1 can read: tests/home_0_1 is such a home."""

import json
import sqlite3
import sys
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from legato.app import wall_clock
from legato.care import home as place
from legato.care.person import Person
from legato.service import settings_sources
from tests.front_door import Cli
from tests.old_home import FOLDER, restore

SAID: dict[str, object] = json.loads((FOLDER / "said.json").read_text("utf-8"))
OF_PERSONS = {"format", "name", "comfort_cap_mmhg", "leg_cm", "conditions", "medicines", "answers"}


@pytest.fixture(autouse=True)
def old(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of 0.1, at the moment when it was left."""
    restore(home)
    monkeypatch.setattr(wall_clock, "now", lambda: datetime(2026, 11, 30, 22, tzinfo=UTC))
    monkeypatch.chdir(FOLDER)
    return home


def has(new: object, old: object) -> bool:
    """Whether all of `old` is in `new`, which may know more."""
    if isinstance(old, Mapping):
        return isinstance(new, Mapping) and all(key in new and has(new[key], value) for key, value in old.items())
    if isinstance(old, list):
        return isinstance(new, list) and len(new) == len(old) and all(map(has, new, old))
    return new == old


@pytest.mark.parametrize("command", SAID)
def test_every_command_says_what_0_1_said(cli: Cli, command: str) -> None:
    code, out, _ = cli(*command.split())
    assert code == 0
    assert has(json.loads(out), SAID[command])


def test_both_are_known_and_the_same_one_is_current(cli: Cli) -> None:
    assert cli("person", "list", "--json") == (
        0,
        json.dumps([{"name": "ada", "current": True}, {"name": "bob", "current": False}], indent=2) + "\n",
        "",
    )


@pytest.mark.parametrize("routine", ["evening", "short_calf"])
def test_routines_of_ones_own_are_found_by_their_names(cli: Cli, old: Path, routine: str) -> None:
    code, _, err = cli("check", routine, "--device", "boots-6")
    assert (code, str(old / "routines" / f"{routine}.yaml") in err) == (0, True)


def test_reading_changes_nothing_and_makes_no_copies(cli: Cli, old: Path) -> None:
    before = {path: path.read_bytes() for path in old.rglob("*") if path.is_file()}
    for command in SAID:
        cli(*command.split())
    assert {path: path.read_bytes() for path in old.rglob("*") if path.is_file()} == before


def test_going_back_needs_nothing_as_long_as_all_is_written_in_the_formats_of_0_1(cli: Cli, old: Path) -> None:
    """docs/how-to/upgrading.md promises it; whoever changes a format has to write there how one goes back."""
    before = schema(old / "diary.sqlite3")
    assert cli("person", "set", "--leg", "80", "--condition", "cramps")[0] == 0
    assert cli("note", "--after", "--pain", "2")[0] == 0
    assert cli("course", "start", "daily")[0] == 0
    assert schema(old / "diary.sqlite3") == before
    text = (old / "people" / "ada.yaml").read_text("utf-8")
    assert text.startswith("format: 1\n")
    assert set(Person.model_fields) == OF_PERSONS


def schema(path: Path) -> tuple[int, set[str]]:
    with closing(sqlite3.connect(path)) as db:
        tables = {sql for (sql,) in db.execute("SELECT sql FROM sqlite_master")}
        return db.execute("PRAGMA user_version").fetchone()[0], tables


def test_everything_is_looked_for_where_0_1_had_it() -> None:
    assert place.home({"LEGATO_HOME": "/srv/legato"}) == Path("/srv/legato")
    assert settings_sources.places()[-1] == Path("/etc/legato/legato.yaml")


@pytest.mark.skipif(sys.platform != "linux", reason="where it is on other systems, platformdirs tells by their rules")
def test_and_under_xdg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATA", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    assert place.home({}) == tmp_path / "DATA" / "legato"
    assert settings_sources.places()[0] == tmp_path / "CONFIG" / "legato" / "legato.yaml"
