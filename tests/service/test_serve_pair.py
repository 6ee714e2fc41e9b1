"""A pair in the settings is a device of the whole service: over HTTP, on a broker, and for `legato stop`."""

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from tests.mosquitto import Mosquitto, Terminal, terminal
from tests.ports import free_port
from tests.running import ask, ready, running, wait_until

pytestmark = pytest.mark.timeout(240)
"""Processes that have to come up, on a machine that may have a lot to do."""

BOTH = "legato/home/both"
ROUTINE = """\
format: 1
name: calves
title: Calves
steps:
- {do: hold, from: calf, pressure_mmhg: 30, seconds: 20}
- {do: hold, from: ankle, pressure_mmhg: 30, seconds: 20}
"""


@dataclass
class Service:
    """A service with a boot for each leg, which are one device."""

    url: str
    process: "subprocess.Popen[str]"

    def ask(self, path: str, body: object = None, method: str = "POST") -> Any:
        return ask(self.url, path, body, method)

    def until(self, *doing: str) -> Any:
        wait_until(lambda: self.state()["doing"] in doing, told=self.state)
        return self.state()

    def state(self) -> Any:
        return self.ask("/devices/both", method="GET")


@contextmanager
def serving(tmp_path: Path, home: Path, *ports: str, **settings: object) -> Iterator[Service]:
    """With a pair at these ports."""
    (home / "routines").mkdir(parents=True)
    (home / "routines" / "calves.yaml").write_text(ROUTINE)
    config = tmp_path / "legato.yaml"
    whole = {"port": free_port(), "devices": [{"id": "both", "ports": ports}], **settings}
    config.write_text(json.dumps(whole))
    with running("serve", "--config", str(config), XDG_RUNTIME_DIR=str(tmp_path)) as process:
        service = Service(ready(process), process)
        service.until("idle")
        yield service


@pytest.fixture
def simulated(tmp_path: Path, home: Path) -> Iterator[Service]:
    with serving(tmp_path, home, "sim://boot-6-left", "sim://boot-6-right") as service:
        yield service


@pytest.fixture
def published(tmp_path: Path, home: Path, there: Mosquitto) -> Iterator[Service]:
    broker = {"host": "127.0.0.1", "port": there.port}
    with serving(tmp_path, home, "sim://boot-6-left", "sim://boot-6-right", mqtt=broker) as service:
        yield service


def test_over_http_it_starts_is_steered_and_stops_as_any_device(simulated: Service) -> None:
    begun = simulated.ask("/devices/both/start", {"routine": "calves", "intensity": 90})
    assert begun["doing"] in ("starting", "running")
    assert begun["port"] == "sim://boot-6-left + sim://boot-6-right"
    assert [part["is_there"] for part in begun["parts"]] == [True, True]
    simulated.until("running")
    assert {channel["side"] for channel in begun["about"]["channels"]} == {"left", "right"}
    assert simulated.ask("/devices/both/pause")["doing"] == "paused"
    assert simulated.ask("/devices/both/skip")["doing"] == "paused"
    simulated.ask("/devices/both/resume")
    simulated.until("running")
    assert simulated.ask("/devices/both/intensity", {"percent": 50})["run"]["intensity"] == 50
    readings = simulated.ask("/devices/both/readings", method="GET")
    assert len(readings["measured"]) == len(begun["about"]["channels"]) == 12
    with urlopen(f"{simulated.url}/metrics", timeout=30) as answer:  # noqa: S310 - our own address
        assert 'device="both"' in answer.read().decode()
    assert simulated.ask("/devices/both/stop")["stop"]["confirmed"]
    assert simulated.until("idle")["last"]["kind"] == "stopped"
    report = simulated.ask("/routines/calves/report?device=both", method="GET")
    assert report["device"] == "boot-6-left_boot-6-right"
    (stopped,) = simulated.ask("/emergency-stop")
    assert stopped["stop"] == {**stopped["stop"], "confirmed": True, "text": "everything is off and all vents are open"}
    assert simulated.ask("/devices/both/clear-fault")["doing"] == "idle"


@pytest.mark.usefixtures("published")
def test_on_a_broker_it_is_one_device_that_starts_and_stops(there: Mosquitto, tmp_path: Path) -> None:
    with terminal(there, tmp_path, "homeassistant/#") as home_assistant:
        topic = "homeassistant/device/legato_home/both/config"
        wait_until(lambda: bool(home_assistant.lines(topic)))
        told = json.loads(home_assistant.lines(topic)[-1])
        devices = {line.split("/")[3] for line in home_assistant.watched.read_text().splitlines() if "/config " in line}
    assert devices - {"bridge"} == {"both"}
    assert told["device"]["identifiers"] == ["legato_home_both"]
    pressures = {name for name in told["components"] if name.startswith("pressure_")}
    assert {"pressure_left_calf", "pressure_right_calf"} <= pressures
    with terminal(there, tmp_path) as shell:
        shell.sees(f"{BOTH}/doing", "idle")
        said(shell, "start", "calves")
        shell.sees(f"{BOTH}/doing", "running")
        for side in ("left", "right"):
            wait_until(lambda side=side: any(float(v) > 15 for v in shell.lines(f"{BOTH}/pressure/{side}_calf")))  # type: ignore[misc]
        said(shell, "stop")
        wait_until(lambda: shell.lines(f"{BOTH}/doing")[-1] == "idle")
        shell.sees(f"{BOTH}/event", "stopped: asked for at the host")
        said(shell, "emergency_stop")
        shell.sees(f"{BOTH}/doing", "estop")
        said(shell, "clear_fault")
        wait_until(lambda: shell.lines(f"{BOTH}/doing")[-1] == "idle")


def said(shell: Terminal, name: str, payload: str = "") -> None:
    """One command to the pair."""
    shell.pub(name, payload, BOTH)


@pytest.fixture
def ttys(tmp_path: Path) -> Iterator[list[str]]:
    """A boot for each leg on a tty of its own."""
    names = [str(tmp_path / side) for side in ("left", "right")]
    left, right = (
        ["--device", f"boot-6-{side}", "--pty", name] for side, name in zip(("left", "right"), names, strict=True)
    )
    with running("sim", *left) as one, running("sim", *right) as other:
        ready(one)
        ready(other)
        yield names


@pytest.mark.parametrize("which", [0, 1])
def test_legato_stop_finds_it_by_either_port_and_stops_both(
    ttys: list[str], which: int, tmp_path: Path, home: Path, cli: Callable[..., tuple[int, str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    with serving(tmp_path, home, *ttys) as service:
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
        service.ask("/devices/both/start", {"routine": "calves"})
        service.until("running")
        code, _, err = cli("stop", "--port", ttys[which])
        assert (code, err.splitlines()[-1]) == (0, "both: stopped")
        assert service.until("idle")["last"]["kind"] == "stopped"


def test_without_a_service_legato_stop_stops_each_of_it_by_its_own_port(
    ttys: list[str], tmp_path: Path, cli: Callable[..., tuple[int, str, str]]
) -> None:
    config = tmp_path / "legato.yaml"
    config.write_text(json.dumps({"devices": [{"id": "both", "ports": ttys}]}))
    code, _, err = cli("stop", "--direct", "--emergency", "--config", str(config))
    told = sorted(err.splitlines())
    assert (code, told) == (
        0,
        [f"both ({tty}): emergency stop: everything is off and all vents are open" for tty in ttys],
    )
