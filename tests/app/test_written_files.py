"""Files that a command is to write: what is there and no file is told, neither waited for nor replaced."""

import os
from pathlib import Path
from threading import Event, Thread

import pytest

from legato.errors import UsageError
from legato.files import written
from legato.terminal.traffic_file import recorded
from tests.front_door import Cli

pytestmark = pytest.mark.timeout(60)
"""What would be waited for, would be waited for for ever."""

STEPS = "[{do: hold, from: calf, pressure_mmhg: 20, seconds: 5}]"
WRITES: dict[str, tuple[str, ...]] = {
    "preview": ("preview", "{routine}", "--picture", "{out}.png"),
    "replay": ("replay", "{routine}", "--out", "{folder}", "--record", "{out}.png"),
    "sim": ("sim", "--pty", "{folder}/tty", "--trace", "{out}.png"),
    "play": ("play", "{routine}", "--port", "sim://wrap-3", "--record", "{out}.png"),
}


@pytest.mark.parametrize("command", WRITES)
def test_a_fifo_in_the_place_of_a_file_is_told_and_stays(command: str, tmp_path: Path, cli: Cli) -> None:
    routine, out = tmp_path / "calf.yaml", tmp_path / "out"
    routine.write_text(f"format: 1\nname: calf\ntitle: Calf\nsteps: {STEPS}\n")
    os.mkfifo(f"{out}.png")
    args = [part.format(routine=routine, out=out, folder=tmp_path / "folder") for part in WRITES[command]]
    code, _, err = cli(*args)
    assert (code, err.splitlines()[-1]) == (
        2, f"{out}.png: this is a FIFO (a named pipe), not a file; name a file that may be written",
    )  # fmt: skip
    assert Path(f"{out}.png").is_fifo()


@pytest.mark.parametrize("path", ["/dev/null", "/dev/zero", "/dev/stdout", "/dev/fd/1", "/"])
def test_what_is_written_whole_replaces_nothing_of_the_system(path: str) -> None:
    with pytest.raises(UsageError), written(Path(path)):
        pytest.fail("it was to be written")


def test_a_recording_may_go_to_what_a_shell_has_opened() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading) as seen:
        with recorded(Path(f"/dev/fd/{writing}"), {"device": "wrap-3"}):
            os.close(writing)
        assert "wrap-3" in seen.read()


def test_of_two_that_write_at_a_time_each_writes_its_own(tmp_path: Path) -> None:
    """Two replays of a routine in one folder, say: neither takes the other's half from it."""
    path = tmp_path / "trace.csv"
    first_is_open, second_is_done = Event(), Event()

    def write() -> None:
        with written(path) as file:
            first_is_open.set()
            second_is_done.wait(10)
            file.write("first")

    thread = Thread(target=write)
    thread.start()
    assert first_is_open.wait(10)
    with written(path) as file:
        file.write("second")
    assert path.read_text() == "second"
    second_is_done.set()
    thread.join()
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("trace.csv", "first")]
