"""The commands of docs/how-to/profiles.md can be typed as they stand, and make the pictures that the page shows."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.service.homeassistant.states import announcement, state

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "profiles.md").read_text("utf-8")
LINES = "".join(re.findall(r"^```sh\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)).splitlines()
COMMANDS = [line.split()[1:] for line in LINES if not line.startswith("legato play")]
"""All but `play`, which takes as long as the massage."""

NEW, *AFTER = COMMANDS
SHOWN = re.findall(r"\]\(\.\./(pictures/[^)]+)\)", PAGE)


@pytest.mark.timeout(240)  # some replay or draw a good deal
@pytest.mark.parametrize("command", AFTER, ids=" ".join)
def test_a_command_works_after_the_one_that_makes_the_routine_and_draws_what_it_names(
    cli: Callable[..., tuple[int, str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert [cli(*step)[0] for step in (NEW, command)] == [0, 0]
    assert all((tmp_path / word).is_file() for word in command if word.endswith(".png"))


def test_each_picture_of_the_page_is_drawn_by_a_command_of_it() -> None:
    assert len(COMMANDS) >= 8
    assert SHOWN
    assert {f"docs/{picture}" for picture in SHOWN} <= {word for command in COMMANDS for word in command}


FIELD = (Path(__file__).parents[2] / "docs" / "how-to" / "field.md").read_text("utf-8")


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


HOUSE_PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "homeassistant.md").read_text("utf-8")


def test_the_announcement_that_the_page_shows_is_the_one_that_is_made() -> None:
    (shown,) = map(json.loads, re.findall(r"^```json\n(.*?)^```", HOUSE_PAGE, re.DOTALL | re.MULTILINE))
    made = announcement(state())
    assert f"Of the {len(made['components'])}\n" in HOUSE_PAGE
    made["components"] = {key: made["components"][key] for key in shown["components"]}
    assert shown == made
