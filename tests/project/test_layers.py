"""The rooms of the tree: each imports only what is below it, and only those at the top speak to a person."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.import_rules import ROOT, copied, linted, plant

BELOW = "each room imports only rooms below it"
WIRE = "of the firmware the host imports the wire and nothing else"

pytestmark = pytest.mark.timeout(300)

SILENT = ("care", "controller", "profiles", "sim", "legato/app", "legato/draw", "legato/service")
"""Rooms that return results and raise errors, and leave it to others to show them."""

SPEAKS = {"print", "input", "exit", "quit", "breakpoint", "sys.exit"}
"""Calls that speak to a person, wait for one, or end the process with a code."""

COMMAND_LINE = {"typer", "click", "getpass"}
"""Modules for whoever talks with a person at a terminal."""


@pytest.mark.parametrize("rule", [BELOW, WIRE])
def test_each_room_imports_only_what_it_may(rule: str) -> None:
    assert f"{rule} KEPT" in linted(ROOT)


@pytest.mark.parametrize(
    ("rule", "file", "line"),
    [
        (WIRE, "controller/session/session.py", "from legato.firmware import session"),
        (BELOW, "legato/app/people.py", "from legato.cli import main"),
    ],
    ids=["the host imports the firmware", "a use case imports the command line"],
)
def test_a_forbidden_import_is_seen(rule: str, file: str, line: str, tmp_path: Path) -> None:
    copy = copied(tmp_path)
    plant(copy / file, line)
    assert f"{rule} BROKEN" in linted(copy)


@pytest.mark.parametrize("room", SILENT)
def test_below_the_command_line_nothing_is_printed_asked_or_exited(room: str) -> None:
    files = sorted((ROOT / room).rglob("*.py"))
    assert files
    assert [f"{file.relative_to(ROOT)}: {what}" for file in files for what in spoken(file.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    "line", ["print('done')", "sys.exit(2)", "name = input()", "import typer", "from typer import echo"]
)
def test_what_speaks_is_seen(line: str) -> None:
    assert list(spoken(line))


def spoken(code: str) -> Iterator[str]:
    """What of a file speaks to a person."""
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Call(func=func) if ast.unparse(func) in SPEAKS:
                yield f"line {node.lineno} calls {ast.unparse(func)}"
            case ast.Import(names=names) if COMMAND_LINE & {alias.name.partition(".")[0] for alias in names}:
                yield f"line {node.lineno} imports a command line"
            case ast.ImportFrom(module=str(module)) if module.partition(".")[0] in COMMAND_LINE:
                yield f"line {node.lineno} imports a command line"
