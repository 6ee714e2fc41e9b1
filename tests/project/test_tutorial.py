"""docs/tutorials/first-routine.md can be followed as it stands, and Legato answers what the page says."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

import pytest

from tests.running import until_shown

PAGE = (Path(__file__).parents[2] / "docs" / "tutorials" / "first-routine.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(yaml|diff|console)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
FILE = Path("evening.yaml")
PLAY = "legato play evening.yaml --port sim://boots-6"

pytestmark = pytest.mark.timeout(240)
"""A massage is replayed, and one begins in real time on a machine that may be busy."""


def apply(diff: str) -> None:
    """Puts the line after `+` in the place of the line after `-`, as a reader does by hand."""
    old, new = (line[1:] for line in diff.splitlines())
    text = FILE.read_text("utf-8")
    assert text.count(old) == 1
    FILE.write_text(text.replace(old, new), "utf-8")


def commands(console: str) -> Iterator[tuple[str, list[str]]]:
    """Each command of a block, with the lines that are to come of it."""
    for part in re.split(r"^\$ ", console, flags=re.MULTILINE)[1:]:
        command, *answer = part.splitlines()
        yield command, answer


def stretches(answer: list[str]) -> list[str]:
    """What has to stand together: `...` is where lines are left out."""
    return ["\n".join(lines) for left_out, lines in groupby(answer, lambda line: line == "...") if not left_out]


def test_a_reader_who_types_all_of_it_sees_what_the_page_shows(
    cli: Callable[..., tuple[int, str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for language, text in BLOCKS:
        if language == "yaml":
            FILE.write_text(text, "utf-8")
        elif language == "diff":
            apply(text)
        else:
            for command, answer in commands(text):
                code = playing_until_q() if command == PLAY else shows(cli, command, answer)
                assert code == (3 if "did you mean" in text else 0)
    assert Path("out/evening/picture.png").is_file()


def test_it_has_all_that_it_promises() -> None:
    typed = [command for language, text in BLOCKS if language == "console" for command, _ in commands(text)]
    assert [command.split()[1] for command in typed] == ["new", "check", "check", "check", "preview", "replay", "play"]


def shows(cli: Callable[..., tuple[int, str, str]], command: str, answer: list[str]) -> int:
    code, out, err = cli(*command.split()[1:])
    assert [stretch for stretch in stretches(answer) if stretch not in out + err] == []
    return code


def playing_until_q() -> int:
    """The exit code of the page's last command, which somebody stops softly once the boots fill."""
    terminal, inside = os.openpty()
    command = [sys.executable, "-m", *PLAY.split()]
    with subprocess.Popen(command, stdin=inside, stdout=inside, stderr=inside, start_new_session=True) as play:  # noqa: S603 - our own interpreter
        try:
            until_shown(terminal, b"Filling")
            os.write(terminal, b"q")
            until_shown(terminal, b"stopped")
            return play.wait(60)
        finally:
            play.kill()
            os.close(inside)
            os.close(terminal)
