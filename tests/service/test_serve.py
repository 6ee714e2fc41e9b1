"""The service as a real process, with simulated devices on real ttys; few tests, and none of them times anything."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.ports import free_port
from tests.running import ask, ready, running, unplug, wait_until

pytestmark = pytest.mark.timeout(240)
"""Several processes that have to come up, on a machine that may have a lot to do."""

STEPS = "[{do: hold, from: calf, pressure_mmhg: 30, seconds: 6}]"
ROUTINE = f"format: 1\nname: calf\ntitle: Calf\nsteps: {STEPS}\n"


@dataclass
class Service:
    """A service that runs, and the devices it has."""

    url: str
    process: "subprocess.Popen[str]"
    devices: dict[str, "subprocess.Popen[str]"]
    folder: Path

    def ask(self, path: str, body: object = None, method: str = "POST") -> Any:
        """The answer; an error's status where there is one."""
        return ask(self.url, path, body, method)

    def state(self, which: str) -> Any:
        return self.ask(f"/devices/{which}", method="GET")

    def until_doing(self, which: str, *doing: str) -> Any:
        wait_until(lambda: self.state(which)["doing"] in doing)
        return self.state(which)

    def felt(self, which: str) -> tuple[float, str]:
        """The highest pressure in the last whole sample of the trace of a `boots-6`, and the state of the device."""
        rows = (self.folder / f"{which}.csv").read_text().rpartition("\n")[0].splitlines()[1:][-12:]
        return max((float(row.split(",")[5]) for row in rows), default=0.0), rows[-1].split(",")[-1] if rows else ""


@pytest.fixture
def service(tmp_path: Path, home: Path) -> Iterator[Service]:
    """A service with two pairs of boots on ttys of their own, and a routine of the user's own."""
    routines = home / "routines"
    routines.mkdir(parents=True)
    (routines / "calf.yaml").write_text(ROUTINE)
    ttys = {name: str(tmp_path / name) for name in ("one", "two")}
    sims = {n: ("sim", "--pty", tty, "--trace", str(tmp_path / f"{n}.csv")) for n, tty in ttys.items()}
    with running(*sims["one"]) as one, running(*sims["two"]) as two:
        ready(one)
        ready(two)
        ports = [f"--port={tty}" for tty in ttys.values()]
        http_port = free_port()
        with running("serve", *ports, f"--http-port={http_port}", XDG_RUNTIME_DIR=str(tmp_path)) as process:
            served = Service(ready(process), process, {"one": one, "two": two}, tmp_path)
            assert served.url == f"http://127.0.0.1:{http_port}"
            for name in ttys:
                served.until_doing(name, "idle")
            yield served


def test_a_whole_session_over_http(service: Service, home: Path) -> None:
    (home / "people").mkdir()
    (home / "people" / "anna.yaml").write_text("format: 1\nname: anna\n")
    assert service.ask("/devices/three/start", {"routine": "calf"}) == 404
    assert service.ask("/devices/one/start", {"routine": "nothing_like_it"}) == 404
    wish = {"routine": "calf", "person": "anna", "intensity": 90, "keep_simulated": True}
    begun = service.ask("/devices/one/start", wish)
    assert begun["doing"] in ("starting", "running")
    service.until_doing("one", "running")
    assert service.ask("/devices/one/start", {"routine": "calf"}) == 409
    assert service.ask("/devices/one/pause")["doing"] == "paused"
    service.ask("/devices/one/resume")
    state = service.until_doing("one", "idle")
    assert (state["last"]["kind"], state["run"]["person"], state["run"]["intensity"]) == ("completed", "anna", 90)
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(30) == 0
    history = subprocess.run(
        [sys.executable, "-m", "legato", "history", "--person", "anna", "--json"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert '"calf"' in history


def test_a_device_that_is_killed_does_not_disturb_the_other_nor_an_emergency_stop_for_all(service: Service) -> None:
    for name in ("one", "two"):
        service.ask(f"/devices/{name}/start", {"routine": "calf"})
        service.until_doing(name, "running")
    unplug(service.devices["one"], str(service.folder / "one"))
    lost = service.until_doing("one", "offline")
    assert lost["problem"]["advice"]
    state = service.until_doing("two", "idle")
    assert state["last"]["kind"] == "completed"
    service.ask("/emergency-stop")
    assert service.state("two")["doing"] == "estop"
    assert service.state("one")["problem"]["code"] == "stop_owed"
    assert service.ask("/devices/two/clear-fault")["doing"] == "idle"


def test_a_signal_in_mid_routine_vents_the_device_before_the_service_ends(service: Service) -> None:
    service.ask("/devices/one/start", {"routine": "calf"})
    wait_until(lambda: service.felt("one")[0] > 15.0)
    for number in (signal.SIGTERM, signal.SIGTERM, signal.SIGINT):
        service.process.send_signal(number)
    assert service.process.wait(30) == 0
    assert service.felt("one")[1] in ("idle", "stopping")
    wait_until(lambda: service.felt("one")[0] <= 8.0)
    assert not (service.folder / "legato" / "service.json").exists()


def test_it_tells_systemd_and_other_programs_that_it_runs(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(40)
        told = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "3000000", "XDG_RUNTIME_DIR": str(tmp_path)}
        with running("serve", "--http-port", str(free_port()), **told) as process:
            url = ready(process)
            assert systemd.recv(100) == b"READY=1"
            found = json.loads((tmp_path / "legato" / "service.json").read_text())
            assert (found["url"], found["pid"]) == (url, process.pid)
            assert systemd.recv(100) == b"WATCHDOG=1"
            process.send_signal(signal.SIGHUP)
            words = set()
            while b"STOPPING=1" not in words:
                words.add(systemd.recv(100))
            assert process.wait(30) == 0


def test_the_panel_is_opened_in_the_browser_once_it_is_there(tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    environ = {"XDG_RUNTIME_DIR": str(tmp_path), "BROWSER": f"/bin/sh -c 'echo $0 > {asked}' %s"}
    with running("serve", "--open", "--http-port", str(free_port()), **environ) as process:
        url = ready(process)
        wait_until(asked.exists)
        wait_until(lambda: asked.read_text() == f"{url}/\n")


def test_two_services_on_one_address_are_one_too_many(tmp_path: Path) -> None:
    port = str(free_port())
    with running("serve", "--http-port", port, XDG_RUNTIME_DIR=str(tmp_path)) as first:
        ready(first)
        with running("serve", "--http-port", port, XDG_RUNTIME_DIR=str(tmp_path)) as second:
            assert second.wait(30) == 1
            assert second.stderr is not None
            assert second.stderr.read().startswith(f"127.0.0.1:{port}: address already in use; is a service already")
        assert (tmp_path / "legato" / "service.json").exists()


def test_two_services_on_one_tty_the_second_says_who_has_it(tmp_path: Path) -> None:
    tty = str(tmp_path / "one")
    with running("sim", "--pty", tty) as sim:
        ready(sim)
        service = ("serve", "--port", tty, "--http-port")
        environ = {"XDG_RUNTIME_DIR": str(tmp_path)}
        with running(*service, str(free_port()), **environ) as first:
            one = Service(ready(first), first, {}, tmp_path)
            one.until_doing("one", "idle")
            with running(*service, str(free_port()), **environ) as second:
                two = Service(ready(second), second, {}, tmp_path)
                wait_until(lambda: two.state("one")["problem"] is not None)
                assert f"process {first.pid}" in two.state("one")["problem"]["cause"]
                first.send_signal(signal.SIGTERM)
                assert first.wait(30) == 0
                two.until_doing("one", "idle")


def test_the_command_line_plays_watches_and_stops_through_the_service(service: Service, tmp_path: Path) -> None:
    environ = {"XDG_RUNTIME_DIR": str(service.folder)}
    (tmp_path / "shin.yaml").write_text(ROUTINE.replace("calf\n", "shin\n"))
    whole = ("play", str(tmp_path / "shin.yaml"), "--device-id", "two")
    part = ("play", "calf", "--device-id", "one")
    told: list[dict[str, Any]] = []
    with running(*whole, **environ) as two, running("watch", "one", "--json", **environ) as watching:
        assert watching.stdout is not None
        # Read as it comes: what nobody reads fills the pipe, and then it waits instead of watching.
        reading = Thread(target=told.extend, args=(map(json.loads, watching.stdout),))
        reading.start()
        service.until_doing("two", "running", "starting")
        with running(*part, **environ) as one:
            service.until_doing("one", "running")
            one.send_signal(signal.SIGINT)
            assert one.wait(30) == 130
        assert service.until_doing("one", "idle")["last"]["kind"] == "stopped"
        with running(*part, **environ) as one:
            service.until_doing("one", "running")
            with running("stop", "one", "--emergency", **environ) as stop:
                assert stop.wait(30) == 0
            assert one.wait(30) == 7
        assert service.state("one")["doing"] == "estop"
        assert two.stdout is not None
        assert two.stderr is not None
        assert two.wait(60) == 0, two.stderr.read()
        assert two.stdout.read().splitlines()[-1].endswith("completed")
        wait_until(lambda: any(item["type"] == "state" and item["state"]["doing"] == "estop" for item in told))
        watching.send_signal(signal.SIGINT)
        assert watching.wait(30) == 0
        reading.join(30)
        assert {item["state"]["doing"] for item in told if item["type"] == "state"} >= {"idle", "running", "estop"}


def test_a_tty_that_comes_and_goes_is_taken_as_soon_as_it_stays(tmp_path: Path) -> None:
    tty = str(tmp_path / "one")
    environ = {"XDG_RUNTIME_DIR": str(tmp_path)}
    with running("serve", "--port", tty, "--http-port", str(free_port()), **environ) as process:
        served = Service(ready(process), process, {}, tmp_path)
        for _ in range(3):
            with running("sim", "--pty", tty) as sim:
                ready(sim)
                unplug(sim, tty)
        served.until_doing("one", "offline")
        with running("sim", "--pty", tty) as sim:
            ready(sim)
            served.until_doing("one", "idle")
            assert process.poll() is None
