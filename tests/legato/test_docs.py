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
