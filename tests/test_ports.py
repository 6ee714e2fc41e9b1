"""Two runs of the tests at one machine do not get in each other's way."""

import subprocess
import sys
from pathlib import Path

from tests.ports import EACH, END, FIRST, free_port

ROOT = Path(__file__).parents[1]
ASKS = f"from tests.ports import free_port; print(*(free_port() for _ in range({2 * EACH})), flush=True); input()"


def test_processes_that_run_at_the_same_time_have_no_port_in_common() -> None:
    runs = [
        subprocess.Popen([sys.executable, "-c", ASKS], cwd=ROOT, stdin=-1, stdout=-1, text=True)  # noqa: S603
        for _ in range(3)
    ]
    told = [run.stdout.readline() for run in runs if run.stdout]
    for run in runs:
        run.communicate("\n")
    blocks = [{int(port) for port in line.split()} for line in told] + [{free_port() for _ in range(2 * EACH)}]
    assert [run.returncode for run in runs] == [0, 0, 0]
    assert sum(map(len, blocks)) == len(set().union(*blocks))
    assert all(FIRST < port < END for block in blocks for port in block)
