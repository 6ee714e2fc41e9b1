"""A stop by a real service names what has confirmed and what has not, and is a success only where everything has."""

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.ports import free_port
from tests.running import ask, ready, running, wait_until

SWITCH = "Switch the device off if it is still under pressure."


@dataclass
class Here:
    """A service at `url` with a device on a tty and one that is away; `stop` is `legato stop` beside it."""

    url: str
    environ: dict[str, str]
    sim_pid: int = 0
    pid: int = 0

    def stop(self, *args: str) -> tuple[int, list[str]]:
        with running("stop", *args, **self.environ) as process:
            _, err = process.communicate(timeout=50)
            return process.returncode, err.splitlines()


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"XDG_RUNTIME_DIR": str(tmp_path), "LEGATO_HOME": str(tmp_path / "home"), "XDG_CONFIG_HOME": str(tmp_path)}


@pytest.fixture
def here(tmp_path: Path, environ: dict[str, str]) -> Iterator[Here]:
    settings, tty = tmp_path / "legato.yaml", tmp_path / "wrap"
    settings.write_text(f"devices:\n- {{id: boots, port: {tmp_path / 'gone'}}}\n- {{id: wrap, port: {tty}}}\n")
    with running("sim", "--device", "wrap-3", "--pty", str(tty)) as sim:
        ready(sim)
        with running("serve", "--config", str(settings), "--http-port", str(free_port()), **environ) as serve:
            url = ready(serve)
            wait_until(lambda: ask(url, "/devices/wrap", method="GET")["doing"] == "idle")
            wait_until(lambda: ask(url, "/devices/boots", method="GET")["problem"] is not None)
            yield Here(url, environ, sim.pid, serve.pid)


def test_what_is_away_is_named_with_what_to_do_and_what_is_there_is_stopped(here: Here, tmp_path: Path) -> None:
    away = f"boots: not stopped: {tmp_path / 'gone'}: there is no such port; `legato ports` lists what is plugged in."
    # Anybody may ask for an emergency stop, and is told no folder.
    owed = f"{away.replace(f'{tmp_path}/', '')} {SWITCH} It will be stopped as soon as it is back."
    assert here.stop() == (5, [f"{away} {SWITCH}", "wrap: stopped"])
    assert here.stop("--emergency") == (5, [owed, "wrap: emergency stop: everything is off and all vents are open"])
    assert here.stop("boots", "--emergency") == (5, [owed])
    assert here.stop("--port", str(tmp_path / "gone"), "-e") == (5, [owed])
    assert here.stop("wrap") == (0, ["wrap: stopped"])


def test_a_device_that_does_not_answer_any_more_is_not_called_stopped(here: Here) -> None:
    os.kill(here.sim_pid, signal.SIGSTOP)
    code, said = here.stop("wrap", "--emergency")
    os.kill(here.sim_pid, signal.SIGCONT)
    assert code == 5
    assert said[0].startswith("wrap: not stopped: ")
    assert SWITCH in said[0]


@pytest.mark.parametrize("is_by_port", [False, True])
def test_a_service_too_busy_to_prove_itself_is_sent_the_stop_and_what_is_not_confirmed_is_said(
    here: Here, tmp_path: Path, is_by_port: bool
) -> None:
    os.kill(here.pid, signal.SIGSTOP)
    code, said = here.stop("--emergency", *(["--port", str(tmp_path / "wrap")] if is_by_port else []))
    os.kill(here.pid, signal.SIGCONT)
    assert code == 5
    owed = f"(process {here.pid}) was sent the stop, and has not confirmed it: it does not prove itself within 5 s."
    assert said[0].endswith(f"{owed} {SWITCH}")
    if is_by_port:
        assert f"(process {here.pid}) has it open" in said[1]
        assert SWITCH in said[1]
    wait_until(lambda: ask(here.url, "/devices/wrap", method="GET")["doing"] == "estop")


@pytest.mark.parametrize("flags", [(), ("--emergency",)])
def test_where_there_is_no_device_at_all_nothing_is_called_stopped(
    environ: dict[str, str], flags: tuple[str, ...]
) -> None:
    with running("serve", "--http-port", str(free_port()), **environ) as serve:
        here = Here(ready(serve), environ)
        code, said = here.stop(*flags)
    assert code == 2
    assert said[0] == "the service has no devices, so nothing was stopped"
    assert said[1].startswith("no device is configured, so nothing was stopped; ")
