"""Real processes in real time, few and short: the simulator as a port, and signals in the middle of a routine."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def running(*args: str) -> Iterator["subprocess.Popen[str]"]:
    """`legato` with these arguments; whatever happens, it is gone afterwards."""
    command = [sys.executable, "-c", "from legato.cli import main; main()", *args]
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
    return next(line for line in process.stdout if word in line)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_simulator_says_when_it_is_ready_and_leaves_nothing_behind(tmp_path: Path, number: signal.Signals) -> None:
    tty = tmp_path / "massager"
    with running("sim", "--pty", str(tty), "--trace", str(tmp_path / "trace.csv")) as sim:
        assert line_with(sim, "ready") == f"ready {tty}\n"
        assert os.access(tty, os.R_OK | os.W_OK)
        sim.send_signal(number)
        assert sim.wait(10) == 0
    assert not tty.is_symlink()
    assert (tmp_path / "trace.csv").read_text().startswith("t_ms,session_ms,actuator,")


def test_the_simulator_refuses_a_name_that_is_taken(tmp_path: Path) -> None:
    taken = tmp_path / "massager"
    taken.write_text("precious")
    with running("sim", "--pty", str(taken)) as sim:
        assert sim.wait(10) == 4
    assert taken.read_text() == "precious"


def test_the_simulator_listens_on_tcp_for_a_host() -> None:
    with running("sim", "--tcp", "127.0.0.1:0") as sim:
        port = line_with(sim, "ready").split()[1]
        with running("play", "goddard", "--port", port, "--json") as play:
            assert line_with(play, '"running"')
            play.send_signal(signal.SIGTERM)
            assert play.wait(10) == 143


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_in_mid_routine_vents_the_device_first(tmp_path: Path, number: signal.Signals, code: int) -> None:
    tty, trace = tmp_path / "massager", tmp_path / "trace.csv"
    with running("sim", "--pty", str(tty), "--trace", str(trace)) as sim:
        line_with(sim, "ready")
        with running("play", "goddard", "--port", str(tty), "--json") as play:
            line_with(play, '"running"')
            play.send_signal(number)
            assert play.wait(10) == code
        after = trace.read_text().splitlines()[-1]
    assert after.endswith(("stopping", "idle"))
