"""Whatever is at a path: what is no file is told and never waited for, and what a shell hands down is read."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from legato.profiles.errors import InvalidFile
from legato.profiles.files import read_bytes

pytestmark = pytest.mark.timeout(60)
"""What would be waited for, would be waited for for ever."""


def loop(path: Path) -> None:
    path.symlink_to(path)


def listening(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))


MADE: dict[str, tuple[Callable[[Path], object], str]] = {
    "a link to nothing": (lambda path: path.symlink_to("gone"), "this link leads to nothing (it names gone)"),
    "a link to itself": (loop, "this link leads in a circle"),
    "a directory": (Path.mkdir, "this is a directory"),
    "a FIFO that nobody writes": (os.mkfifo, "this is a FIFO (a named pipe), not a file"),
    "a link to a terminal": (lambda path: path.symlink_to("/dev/tty"), "this is a device of the system, not a file"),
    "an endless device": (lambda path: path.symlink_to("/dev/zero"), "this is a device of the system, not a file"),
    "a socket": (listening, "this is a socket, not a file"),
    "nothing": (lambda _: None, "there is no such file"),
}


@pytest.mark.parametrize("kind", MADE)
def test_what_is_no_file_is_told(kind: str, tmp_path: Path) -> None:
    make, told = MADE[kind]
    path = tmp_path / "it.yaml"
    make(path)
    with pytest.raises(InvalidFile) as error:
        read_bytes(path, "it.yaml")
    assert str(error.value).startswith(f"it.yaml:1:1: {told}; ")


def test_a_file_of_somebody_else_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "it.yaml"
    path.touch()
    # Root, who may run the tests, reads everything.
    monkeypatch.setattr("legato.profiles.files.os.open", refused)
    with pytest.raises(InvalidFile, match="this file may not be read"):
        read_bytes(path, "it.yaml")


def test_a_fifo_that_comes_in_between_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "it.yaml"
    os.mkfifo(path)
    monkeypatch.setattr("legato.profiles.files._no_file", lambda _: ("", ""))
    assert read_bytes(path, "it.yaml") == b""


def test_a_file_that_is_masked_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "legato.yaml"
    path.symlink_to(os.devnull)
    assert read_bytes(path, "legato.yaml") == b""


def test_a_pipe_from_the_shell_is_read_to_its_end() -> None:
    command = [sys.executable, "-m", "legato", "check", "/dev/stdin"]
    text = "format: 1\nname: x\ntitle: X\nsteps: [{do: rest, seconds: 5}]\n"
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60)  # noqa: S603
    assert (done.returncode, done.stdout) == (0, "/dev/stdin: a valid routine\n")
