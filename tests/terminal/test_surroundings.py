"""Whatever a command is started in: encodings without an arrow, closed and full streams, no home, odd interpreters."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.main import get_command

from legato.care.conditions import conditions
from legato.care.diary import Diary
from legato.care.person import Person
from legato.care.store import PeopleStore
from legato.cli.main import app
from tests.terminal.sweep import commands

pytestmark = pytest.mark.timeout(240)
"""Many commands in one process, on a machine that may have a lot to do."""

PATIENCE_S = 200

STEP = "{do: vibrate, from: calf, intensity_pct: 40, seconds: 0.5, title: eins → zwei}"
ROUTINE = f"format: 1\nname: arrow\ntitle: Knöchel → Wade, 2 × ½\nsteps: [{STEP}, {STEP}]\n"
DEVICE = "sim://chair-1"
"""Without air: nothing has to be filled first."""

C = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@dataclass(frozen=True)
class Around:
    """What a process is started in: variables (None takes one away), a shell's redirections, Python's own flags."""

    environ: Mapping[str, str | None] = field(default_factory=dict)
    streams: str = ""
    flags: Sequence[str] = ()
    excuse: str = "nothing"
    """A pattern of what commands may say for not doing what was asked."""

    def run(self, *args: str, folder: Path) -> "subprocess.CompletedProcess[bytes]":
        """Python with these arguments in it."""
        environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **self.environ}
        shell = ["sh", "-c", f'exec "$@" {self.streams}', "sh", sys.executable, *self.flags, *args]
        return subprocess.run(  # noqa: S603 - our own interpreter
            shell,
            cwd=folder,
            env={k: v for k, v in environ.items() if v is not None},
            capture_output=True,
            check=False,
            timeout=PATIENCE_S,
        )


AROUND = {
    "ASCII on one column, stdin closed": Around({"PYTHONIOENCODING": "ascii", "COLUMNS": "1", "TERM": None}, "<&-"),
    "Latin-1 in a notebook, no docstrings": Around(
        {"PYTHONIOENCODING": "latin-1", "MPLBACKEND": "module://matplotlib_inline.backend_inline"}, flags=["-OO"]
    ),
    "the C locale, stderr closed": Around(C, "2>&-"),
    "stdout closed": Around(streams=">&-"),
    "everything full": Around(streams=">/dev/full 2>/dev/full", excuse="no space left on device"),
    "no home": Around({"HOME": "", "LEGATO_HOME": None, "XDG_DATA_HOME": None}, excuse="no home folder is known"),
    "a file for a home": Around(
        {"HOME": "arrow.yaml", "LEGATO_HOME": "/dev/null"},
        excuse="not a directory|there is nobody yet|there is none yet",
    ),
}
"""Some share a process: what one takes away, the other does not need."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the commands run."""
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "arrow.yaml").write_text(ROUTINE, "utf-8")
    (folder / "answers.yaml").write_text(json.dumps(dict.fromkeys(conditions(), "no")), "utf-8")
    return folder


def test_the_sweep_knows_every_command() -> None:
    asked = [command + " " for command in commands()]
    assert [name for name in _names(get_command(app)) if not any(one.startswith(name + " ") for one in asked)] == []


def _names(command: object) -> Iterable[str]:
    for name, below in getattr(command, "commands", {}).items():
        yield from (f"{name} {one}" for one in _names(below)) if hasattr(below, "commands") else (name,)


@pytest.mark.parametrize("name", AROUND)
def test_every_command_does_what_it_can_or_says_why_not(name: str, folder: Path) -> None:
    around = AROUND[name]
    done = around.run("-m", "tests.terminal.sweep", "results.jsonl", folder=folder)
    lines = (folder / "results.jsonl").read_text("utf-8").splitlines()
    found = {told["command"]: told for told in map(json.loads, lines)}
    excused = {c for c, told in found.items() if any(re.search(around.excuse, said) for said in told["said"])}
    wanted = {command: code for command, code in commands().items() if command not in excused}
    assert {command: told["code"] for command, told in found.items() if command not in excused} == wanted
    assert not [told for told in found.values() if any("internal error" in said for said in told["said"])]
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("name", [name for name in AROUND if name != "no home"])
def test_a_massage_plays_to_its_end_whatever_is_around_it(name: str, folder: Path) -> None:
    done = AROUND[name].run("-m", "legato", "play", "./arrow.yaml", "--port", DEVICE, folder=folder)
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr


def test_a_massage_whose_output_nobody_reads_plays_to_its_end_and_is_in_the_diary(folder: Path, home: Path) -> None:
    store = PeopleStore(home)
    store.save(Person(format=1, name="ada"))
    play = ("play", "./arrow.yaml", "--port", DEVICE, "--person", "ada", "--keep-simulated", "--json")
    source, sink = os.pipe()
    os.close(source)
    with os.fdopen(sink, "wb") as unread:
        done = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-m", "legato", *play], cwd=folder, stdout=unread, stderr=subprocess.PIPE, check=False
        )
    assert (done.returncode, b"error" in done.stderr.lower()) == (0, False), done.stderr
    with Diary(store.diary, datetime.now(UTC)) as diary:
        assert [session.outcome for session in diary.sessions("ada")] == ["completed"]


def test_what_a_stream_has_no_letter_for_gets_a_stand_in_and_json_loses_nothing(folder: Path) -> None:
    ascii_only = Around({"PYTHONIOENCODING": "ascii"})
    assert b"Knochel -> Wade, 2 x ?" in ascii_only.run("-m", "legato", "show", "./arrow.yaml", folder=folder).stdout
    told = json.loads(ascii_only.run("-m", "legato", "show", "./arrow.yaml", "--json", folder=folder).stdout)
    assert told["title"] == "Knöchel → Wade, 2 × ½"


def test_a_full_disk_ends_a_listing_in_one_line(folder: Path) -> None:
    done = Around(streams=">/dev/full").run("-m", "legato", "devices", folder=folder)
    assert (done.returncode, done.stderr) == (1, b"no space left on device\n")


def test_a_closed_stream_leaves_its_number_to_nobody_else(folder: Path) -> None:
    start = "from legato.process.startup import prepare; prepare()"
    script = f"{start}; print(open('arrow.yaml').fileno() > 2, file=open('x', 'w'))"
    Around(streams="<&- >&- 2>&-").run("-c", script, folder=folder)
    assert (folder / "x").read_text() == "True\n"
