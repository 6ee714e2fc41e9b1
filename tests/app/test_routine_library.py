"""A folder of routines in which anything may lie: what is sound is listed, and the rest is told and nothing more."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from legato.app import routine_library, routines
from legato.care.errors import UnknownName
from legato.profiles import load
from legato.profiles.errors import InvalidFile, printable
from tests.front_door import Cli
from tests.ports import free_port
from tests.running import ask, ready, running, wait_until

pytestmark = pytest.mark.timeout(60)

GOOD = "format: 1\nname: good\ntitle: Good\nsteps: [{do: hold, from: calf, pressure_mmhg: 30, seconds: 6}]\n"


@pytest.fixture
def folder(home: Path) -> Path:
    """Routines of one's own, of which one is sound."""
    folder = home / "routines"
    folder.mkdir(parents=True)
    (folder / "good.yaml").write_text(GOOD)
    return folder


def loop(path: Path) -> None:
    path.symlink_to(path)


Put = Callable[[Path], object]

LITTER: dict[str, tuple[str, Put, str]] = {
    "a link to nothing": ("evening.yaml", lambda p: p.symlink_to("gone"), "this link leads to nothing"),
    "a link to itself": ("evening.yaml", loop, "this link leads in a circle"),
    "a FIFO": ("evening.yaml", os.mkfifo, "this is a FIFO"),
    "a directory": ("evening.yaml", Path.mkdir, "this is a directory"),
    "a device": ("evening.yaml", lambda p: p.symlink_to("/dev/zero"), "this is a device of the system"),
    "a huge file": ("evening.yaml", lambda p: p.write_bytes(bytes(2 << 20)), "larger than 1 MiB"),
    "other bytes": ("evening.yaml", lambda p: p.write_bytes(b"\xff\xfe\x00"), "this is not UTF-8 text"),
    "an empty file": ("evening.yaml", Path.touch, "the file is empty"),
    "another name inside": ("evening.yaml", lambda p: p.write_text(GOOD), "the name in this file is good; write name"),
    "capital letters": ("Good.yaml", lambda p: p.write_text(GOOD), "must be up to 48 lower-case letters"),
    "odd characters": ("a b\n.yaml", lambda p: p.write_text(GOOD), "must be up to 48 lower-case letters"),
    "a name of bytes": (os.fsdecode(b"\xff.yaml"), lambda p: p.write_text(GOOD), "must be up to 48 lower-case letters"),
    "another suffix": ("evening.yml", lambda p: p.write_text(GOOD), "the name of a routine's file must end in .yaml"),
    "a built-in name": ("goddard.yaml", lambda p: p.write_text(GOOD), "a routine of this name is built in"),
}


@pytest.mark.parametrize("kind", LITTER)
def test_one_bad_entry_is_left_out_and_told_and_the_others_stay(
    kind: str, folder: Path, cli: Cli, caplog: pytest.LogCaptureFixture
) -> None:
    name, put, told = LITTER[kind]
    put(folder / name)
    assert [card.name for card in routines.cards() if not card.is_builtin] == ["good"]
    assert routines.names() == (*load.builtin_profiles(), "good")
    (said,) = [record.message for record in caplog.records]
    assert (said.startswith("left out of the routines in "), told in said) == (True, True)
    _, out, _ = cli("doctor", "--json")
    assert told.partition(";")[0] in out
    (left,) = routines.left_out()
    assert (left.kind, left.file, told.partition(";")[0] in left.what) == ("routine", printable(name), True)


@pytest.mark.parametrize("put", [lambda p: p.symlink_to("gone"), os.mkfifo, loop], ids=["dangling", "fifo", "loop"])
def test_who_asks_for_a_bad_entry_by_its_name_is_told_why(put: Put, folder: Path, cli: Cli) -> None:
    put(folder / "evening.yaml")
    with pytest.raises(InvalidFile, match=r"evening\.yaml:1:1: this "):
        routines.explained("evening")
    code, _, err = cli("check", "evening")
    assert (code, "evening.yaml:1:1: this " in err) == (3, True)


@pytest.mark.parametrize("put", [lambda p: p.symlink_to("gone"), os.mkfifo, loop], ids=["dangling", "fifo", "loop"])
def test_a_person_whose_file_cannot_be_used_is_told_beside_the_others(put: Put, home: Path, cli: Cli) -> None:
    assert cli("person", "set", "--person", "ada", "--leg", "80")[0] == 0
    put(home / "people" / "ben.yaml")
    code, out, err = cli("person", "list")
    assert (code, out.split(), "ben.yaml:1:1: this " in err) == (0, ["*", "ada", "ben"], True)
    (left,) = routines.left_out()
    assert (left.kind, left.file) == ("person", "ben.yaml")


def test_a_routine_that_goes_between_listing_and_reading_is_not_missed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(routine_library, "_files", lambda: [folder / "gone.yaml", folder / "good.yaml"])
    assert routine_library.everything()[-1].name == "good"
    assert not caplog.records


@pytest.mark.parametrize("put", [Path.touch, loop, os.mkfifo], ids=["file", "loop", "fifo"])
def test_a_folder_that_is_none_leaves_the_built_in_routines(put: Put, home: Path) -> None:
    home.mkdir()
    put(home / "routines")
    found = routine_library.shelf()
    assert [routine.name for routine in found.routines] == list(load.builtin_profiles())
    assert "the folder cannot be read: " in found.misfits[0].what
    with pytest.raises(UnknownName):
        routine_library.find("evening")


def test_hidden_files_are_half_written_ones_and_nobodys_business(folder: Path) -> None:
    (folder / ".#good.yaml").symlink_to("somebody@computer.1234")
    (folder / ".good.yaml.partial").touch()
    assert routine_library.shelf().misfits == ()


@pytest.mark.timeout(240)
def test_a_service_lists_what_is_sound_and_says_what_is_not(folder: Path, tmp_path: Path) -> None:
    os.mkfifo(folder / "fifo.yaml")
    (folder / "gone.yaml").symlink_to("nowhere")
    with running("serve", f"--http-port={free_port()}", XDG_RUNTIME_DIR=str(tmp_path)) as process:
        url = ready(process)
        # On a busy computer the worker may need more than one try to read them all.
        wait_until(lambda: isinstance(ask(url, "/routines", method="GET"), list), 150)
        assert [card["name"] for card in ask(url, "/routines", method="GET") if not card["is_builtin"]] == ["good"]
        assert ask(url, "/routines/fifo", method="GET") == 422
        assert [one["file"] for one in ask(url, "/left-out", method="GET")] == ["fifo.yaml", "gone.yaml"]
        process.terminate()
        _, log = process.communicate(timeout=60)
    assert all(f"left out of the routines in {folder}: {name}" in log for name in ("fifo.yaml", "gone.yaml"))


def test_of_many_bad_entries_ten_are_named_and_the_rest_counted(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    for number in range(25):
        (folder / f"r{number}.yaml").symlink_to("gone")
    for _ in range(3):
        routine_library.everything()
    assert len(caplog.records) == routine_library.TOLD + 1
    assert caplog.records[-1].message == "and 15 more; `legato doctor` lists them"
