"""The whole service on a real mosquitto, steered by mosquitto_pub and watched by mosquitto_sub, and by nothing else."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.mosquitto import BOOTS, Mosquitto, terminal
from tests.ports import free_port
from tests.running import ask, ready, running, wait_until

pytestmark = pytest.mark.timeout(240)
"""Processes that have to come up, on a machine that may have a lot to do."""


@pytest.fixture
def service(there: Mosquitto, tmp_path: Path) -> "Iterator[tuple[str, subprocess.Popen[str]]]":
    """Where it answers over HTTP, and the process."""
    settings = tmp_path / "legato.yaml"
    devices = [{"id": "boots", "port": "sim://boots-6"}]
    settings.write_text(json.dumps({"port": free_port(), "devices": devices, "mqtt": _mqtt(there)}))
    with running("serve", "--config", str(settings), XDG_RUNTIME_DIR=str(tmp_path)) as process:
        yield ready(process), process


def _mqtt(there: Mosquitto) -> dict[str, object]:
    return {"host": "127.0.0.1", "port": there.port}


def test_what_is_asked_before_a_massage_is_asked_over_mqtt_and_http_too(
    service: tuple[str, "subprocess.Popen[str]"], there: Mosquitto, tmp_path: Path, cli: Callable[..., object]
) -> None:
    url, _ = service
    start = "/devices/boots/start"
    with terminal(there, tmp_path) as shell:
        shell.sees(f"{BOOTS}/doing", "idle")
        shell.pub("start", "edema_upward")
        shell.sees(f"{BOOTS}/event", "needs a screening that is complete")
        assert ask(url, start, {"routine": "edema_upward", "acknowledged": True}) == 403
        shell.pub("start", "deep_tissue_widening")
        shell.sees(f"{BOOTS}/event", "should be agreed with a doctor or therapist first")
        assert ask(url, start, {"routine": "deep_tissue_widening"}) == 403
        cli("person", "set", "--person", "ada")
        cli("course", "start", "weekly")
        cli("course", "done", "weekly")
        shell.pub("start", "goddard")
        shell.sees(f"{BOOTS}/event", "Sessions of the course weekly are at least 48 hours apart")
        assert ask(url, start, {"routine": "goddard", "person": "ada"}) == 403
        assert "running" not in shell.lines(f"{BOOTS}/doing")
        shell.pub("start", '{"acknowledged": true, "value": "deep_tissue_widening"}')
        shell.sees(f"{BOOTS}/doing", "running")


def test_a_session_with_nothing_but_mosquitto_goes_on_while_the_broker_is_dead(
    service: tuple[str, "subprocess.Popen[str]"], there: Mosquitto, tmp_path: Path
) -> None:
    url, process = service
    with terminal(there, tmp_path) as shell:
        shell.sees(f"{BOOTS}/doing", "idle")
        shell.pub("routine", "goddard")
        shell.sees(f"{BOOTS}/routine", "goddard")
        shell.pub("start", '{"acknowledged": true}')
        shell.sees(f"{BOOTS}/doing", "running")
        shell.pub("intensity", "80")
        shell.sees(f"{BOOTS}/intensity", "80")
    there.kill()
    before = ask(url, "/devices/boots/readings", method="GET")["session_ms"]
    wait_until(lambda: ask(url, "/devices/boots/readings", method="GET")["session_ms"] > before + 2000)
    there.start()
    with terminal(there, tmp_path) as shell:
        shell.sees("legato/home/bridge/state", "online")
        shell.sees(f"{BOOTS}/doing", "running")
        shell.sees(f"{BOOTS}/sessions", "1")
        for name, then in (("pause", "paused"), ("resume", "running"), ("stop", "idle")):
            shell.pub(name)
            shell.sees(f"{BOOTS}/event", '"done"', f'"{name}"')
            wait_until(lambda then=then: shell.lines(f"{BOOTS}/doing")[-1] == then)  # type: ignore[misc]
        process.kill()
        wait_until(lambda: shell.lines("legato/home/bridge/state")[-1] == "offline")
    last = [json.loads(line) for line in shell.lines(f"{BOOTS}/event")][-1]
    assert last["text"].startswith("stopped: asked for at the host")
