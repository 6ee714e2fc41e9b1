"""Real processes in real time, few and short: the simulator as a port, and signals in the middle of a routine."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from legato.care.diary import Diary
from legato.care.person import Person
from legato.care.store import PeopleStore

pytestmark = pytest.mark.timeout(240)  # processes in real time, on a machine that may be busy with others

PATIENCE_S = 60
"""How long a process may take to end."""


@contextmanager
def running(*args: str) -> Iterator["subprocess.Popen[str]"]:
    """`legato` with these arguments; whatever happens, it is gone afterwards."""
    command = [sys.executable, "-c", "from legato.cli.main import main; main()", *args]
    process = subprocess.Popen(  # noqa: S603 - our own interpreter
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def line_with(process: "subprocess.Popen[str]", word: str) -> str:
    """The next line on stdout that has `word` in it."""
    assert process.stdout is not None
    told = []
    for line in process.stdout:
        told.append(line)
        if word in line:
            return line
    assert process.stderr is not None
    pytest.fail(f"no {word} in {told}; it ended with {process.wait()}: {process.stderr.read()}")


@contextmanager
def playing(*args: str) -> Iterator["subprocess.Popen[str]"]:
    """`legato play` with these arguments, in mid-routine.

    A machine too busy to let a heartbeat through for 1.5 s ends a massage, as it should; then it is begun once more.
    """
    for _ in range(5):
        with running("play", *args, "--json") as play:
            assert play.stdout is not None
            if any('"running"' in line for line in play.stdout):
                yield play
                return
    pytest.fail("of five massages none has begun")


def felt_last(trace: Path) -> list[float]:
    """The pressures felt in the last whole sample of a `boots-6` trace: twelve channels."""
    whole = trace.read_text().rpartition("\n")[0]
    return [0.0, *(float(row.split(",")[5]) for row in whole.splitlines()[1:][-12:])]


def wait_until(is_so: Callable[[], bool]) -> None:
    """Looks ten times a second, for forty seconds: a busy machine takes ten to begin."""
    for _ in range(400):
        if is_so():
            return
        time.sleep(0.1)
    pytest.fail("it did not come to that within forty seconds")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_simulator_says_when_it_is_ready_and_leaves_nothing_behind(tmp_path: Path, number: signal.Signals) -> None:
    tty = tmp_path / "massager"
    with running("sim", "--pty", str(tty), "--trace", str(tmp_path / "trace.csv")) as sim:
        assert line_with(sim, "ready") == f"ready {tty}\n"
        assert os.access(tty, os.R_OK | os.W_OK)
        sim.send_signal(number)
        assert sim.wait(PATIENCE_S) == 0
    assert not tty.is_symlink()
    assert (tmp_path / "trace.csv").read_text().startswith("t_ms,session_ms,actuator,")


def test_the_simulator_ended_under_pressure_traces_on_until_the_air_is_out(tmp_path: Path) -> None:
    tty, trace, routine = tmp_path / "massager", tmp_path / "trace.csv", tmp_path / "calf.yaml"
    steps = "[{do: hold, from: calf, pressure_mmhg: 30, seconds: 20}]"
    routine.write_text(f"format: 1\nname: calf\ntitle: Calf\nsteps: {steps}\n")
    with running("sim", "--pty", str(tty), "--trace", str(trace)) as sim:
        line_with(sim, "ready")
        with running("play", str(routine), "--port", str(tty)):
            wait_until(lambda: max(felt_last(trace)) > 10.0)
            sim.send_signal(signal.SIGTERM)
            assert sim.wait(PATIENCE_S) == 0
    assert max(felt_last(trace)) < 5.0


@pytest.mark.parametrize(("number", "outcome"), [(signal.SIGKILL, "begun"), (signal.SIGTERM, "stopped")])
def test_a_massage_is_in_the_diary_however_it_ends(home: Path, number: signal.Signals, outcome: str) -> None:
    store = PeopleStore(home)
    store.save(Person(format=1, name="ada"))
    with running("play", "goddard", "--port", "sim://wrap-3", "--person", "ada", "--keep-simulated", "--json") as play:
        line_with(play, '"started"')
        play.send_signal(number)
        play.wait(PATIENCE_S)
    with Diary(store.diary, datetime.now(UTC)) as diary:
        assert [session.outcome for session in diary.sessions("ada")] == [outcome]


def test_ctrl_c_while_the_command_line_is_still_being_loaded_is_one_line() -> None:
    script = (
        "import signal, sys\n"
        # Whoever runs the tests in the background has them ignore Ctrl-C, and all that they start.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "class Finder:\n"
        "    def find_spec(self, name, *rest):\n"
        "        if name == 'typer': signal.raise_signal(signal.SIGINT)\n"
        "from legato.cli.entry import main\n"
        "sys.meta_path.insert(0, Finder())\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)  # noqa: S603
    assert (done.returncode, done.stderr) == (130, "interrupted\n")


def test_the_simulator_cannot_make_a_tty_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    tty = tmp_path / "no" / "massager"
    with running("sim", "--pty", str(tty)) as sim:
        assert sim.wait(PATIENCE_S) == 4
        assert sim.stderr is not None
        assert sim.stderr.read() == f"{tty}: no such file or directory; choose another path\n"


def test_the_simulator_refuses_a_name_that_is_taken(tmp_path: Path) -> None:
    taken = tmp_path / "massager"
    taken.write_text("precious")
    with running("sim", "--pty", str(taken)) as sim:
        assert sim.wait(PATIENCE_S) == 4
    assert taken.read_text() == "precious"


def test_the_simulator_listens_on_tcp_for_a_host() -> None:
    with running("sim", "--tcp", "127.0.0.1:0") as sim:
        port = line_with(sim, "ready").split()[1]
        with playing("goddard", "--port", port) as play:
            play.send_signal(signal.SIGTERM)
            assert play.wait(PATIENCE_S) == 143


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_in_mid_routine_vents_the_device_first(tmp_path: Path, number: signal.Signals, code: int) -> None:
    tty, trace = tmp_path / "massager", tmp_path / "trace.csv"
    with running("sim", "--pty", str(tty), "--trace", str(trace)) as sim:
        line_with(sim, "ready")
        with playing("goddard", "--port", str(tty)) as play:
            play.send_signal(number)
            assert play.wait(PATIENCE_S) == code
        after = trace.read_text().rpartition("\n")[0]
    assert after.endswith(("stopping", "idle"))


def test_a_device_that_does_not_say_that_it_stopped_is_not_called_stopped(tmp_path: Path) -> None:
    """It stands still, with whatever pressure it holds: only a person's hands can help."""
    tty = tmp_path / "massager"
    with running("sim", "--pty", str(tty)) as sim:
        line_with(sim, "ready")
        with playing("goddard", "--port", str(tty)) as play:
            sim.send_signal(signal.SIGSTOP)
            play.send_signal(signal.SIGTERM)
            assert play.wait(PATIENCE_S) == 5
            assert play.stderr is not None
            told = play.stderr.read()
    assert "has not confirmed that it stopped. Switch the device off" in told
    assert "lets its pressure out" not in told


def test_a_damaged_diary_is_moved_aside_and_the_person_is_told(home: Path) -> None:
    PeopleStore(home).save(Person(format=1, name="ada"))
    (home / "diary.sqlite3").write_bytes(b"this is no diary" * 64)
    with running("note", "--before", "--pain", "3", "--person", "ada") as noting:
        _, err = noting.communicate(timeout=PATIENCE_S)
    assert noting.returncode == 0
    (aside,) = home.glob("diary*damaged*")
    assert err.splitlines() == [
        f"the diary was damaged and has been moved to {aside}; a new one was started",
        "noted for ada, before a massage",
    ]
