"""A massage under a shell's job control, on a real terminal: hang-ups, the background, `fg` and Ctrl-Z."""

import os
import signal
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from tests.running import until_shown, wait_until

pytestmark = pytest.mark.timeout(240)
"""Processes in real time, on a machine that may be busy with others."""

STEPS = "[{do: hold, from: calf, pressure_mmhg: 20, seconds: 60}]"
ROUTINE = f"format: 1\nname: calf\ntitle: Calf\nsteps: {STEPS}\n"
PLAY = [sys.executable, "-m", "legato", "play"]

SHELL = """
import fcntl, os, signal, subprocess, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
job = subprocess.Popen(sys.argv[2:], process_group=0)
print("job", job.pid, file=sys.stderr, flush=True)
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
os.read(int(sys.argv[1]), 1)
os.tcsetpgrp(0, job.pid)
sys.exit(job.wait())
"""
"""A shell that begins a job in the background, and brings it to the front when its first argument can be read."""


@pytest.fixture
def routine(tmp_path: Path) -> str:
    path = tmp_path / "calf.yaml"
    path.write_text(ROUTINE)
    return str(path)


def state(pid: int) -> str:
    """Of a process, as the kernel tells it: T is stopped."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]


def gives_single_keys(terminal: int) -> bool:
    return not termios.tcgetattr(terminal)[3] & termios.ICANON


def test_in_the_background_it_plays_on_and_in_front_it_has_the_keys_and_ctrl_z_pauses(routine: str) -> None:
    terminal, inside = os.openpty()
    settings = termios.tcgetattr(inside)
    settings[3] |= termios.TOSTOP
    termios.tcsetattr(inside, termios.TCSANOW, settings)
    told, tell = os.pipe()
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", SHELL, str(told), *PLAY, routine, "--port", "sim://wrap-3"],
        stdin=inside, stdout=inside, stderr=subprocess.PIPE, pass_fds=(told,), start_new_session=True,
    ) as shell:  # fmt: skip
        try:
            assert shell.stderr is not None
            job = int(shell.stderr.readline().split()[1])
            until_shown(terminal, b"round trip")
            assert (state(job) == "T", gives_single_keys(terminal)) == (False, False)
            os.write(tell, b"fg\n")
            wait_until(lambda: gives_single_keys(terminal))
            os.write(terminal, b"\x1a")
            until_shown(terminal, b"paused")
            assert state(job) != "T"
            os.write(terminal, b"q")
            until_shown(terminal, b"stopped")
            assert shell.wait(60) == 0
            assert not gives_single_keys(terminal)
        finally:
            shell.kill()
            for descriptor in (terminal, inside, told, tell):
                os.close(descriptor)


def test_a_hang_up_that_is_ignored_as_nohup_does_ends_nothing(routine: str) -> None:
    command = ["nohup", *PLAY, routine, "--port", "sim://wrap-3", "--json"]
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as play:
        assert play.stdout is not None
        assert any('"running"' in line for line in play.stdout)
        play.send_signal(signal.SIGHUP)
        assert [line for line, _ in zip(play.stdout, range(20), strict=False) if '"ended"' in line] == []
        play.send_signal(signal.SIGTERM)
        assert play.wait(60) == 128 + signal.SIGTERM
