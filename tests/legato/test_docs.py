"""The commands of docs/profiles.md can be typed as they stand, and make the pictures that the page shows."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "profiles.md").read_text("utf-8")
LINES = "".join(re.findall(r"^```sh\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)).splitlines()
COMMANDS = [line.split()[1:] for line in LINES if not line.startswith("legato play")]
"""All but `play`, which takes as long as the massage."""


def test_the_commands_work_one_after_the_other_and_make_the_pictures(
    cli: Callable[..., tuple[int, str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    failed = [command for command in COMMANDS if cli(*command)[0] != 0]
    assert (len(COMMANDS) >= 8, failed) == (True, [])
    shown = re.findall(r"\]\((pictures/[^)]+)\)", PAGE)
    assert shown
    assert all((tmp_path / "docs" / picture).is_file() for picture in shown)


FIELD = (Path(__file__).parents[2] / "docs" / "field.md").read_text("utf-8")


def test_the_transcript_of_the_field_page_is_what_its_commands_print(
    cli: Callable[..., tuple[int, str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"^```sh\n(.*?)^```", FIELD, re.DOTALL | re.MULTILINE)
    done = [cli(*line.split()[1:]) for line in block.splitlines()]
    (shown,) = re.findall(r"^```text\n(.*?)^```", FIELD, re.DOTALL | re.MULTILINE)
    printed = done[-1][1].splitlines()[: len(shown.splitlines())]
    assert [code for code, _, _ in done] == [0, 0]
    # Who says what, in which order; bytes and times are the business of other tests.
    assert [line.split()[2:6:3] for line in shown.splitlines()] == [line.split()[2:6:3] for line in printed]
