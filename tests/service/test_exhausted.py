"""What runs out of descriptors, memory or disk in mid-massage: nothing is lost, every stop is heard, little is said."""

import json
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from legato.service.descriptors import OWN
from tests.exhausted import children, no_descriptor_left, no_disk_left, no_memory_left
from tests.running import ready, running, unplug, wait_until
from tests.siege.stand import NAME, Besieged, besieged

pytestmark = pytest.mark.timeout(240)
"""Several processes that have to come up, on a machine that may have a lot to do."""

CROWD = 300
"""Callers, far more than there are connections."""

LISTEN = b"GET /api/v1/events/stream HTTP/1.1\r\nHost: localhost\r\n\r\n"
HALF = b"GET /api/v1/devices HTTP/1.1\r\n"

MOST_LOGGED = 20_000
"""Bytes; it was two million in a second."""


@contextmanager
def crowd(service: Besieged) -> Iterator[None]:
    """Callers who say nothing, begin to ask, or listen without reading."""
    at = urlsplit(service.url)
    with ExitStack() as stack:
        for number in range(CROWD):
            caller = stack.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex((at.hostname, at.port))
            _say(caller, (b"", b"", HALF, LISTEN)[number % 4])
        yield


def _say(caller: socket.socket, text: bytes) -> None:
    """What is not taken now is not said."""
    try:
        caller.send(text)
    except OSError:
        return


def goes_on(service: Besieged) -> None:
    """The massage plays, and has got further."""
    before = service.state["run"]["session_ms"]
    wait_until(lambda: service.state["run"]["session_ms"] > before + 1000, told=lambda: service.state)
    assert service.state["doing"] == "running"


def by_the_command(service: Besieged) -> None:
    with running("stop", "--emergency", **service.environ) as stop:
        assert stop.wait(60) == 0


@pytest.mark.parametrize(
    ("descriptors", "stop"), [(64, Besieged.emergency_stop), (128, by_the_command), (256, Besieged.emergency_stop)]
)
def test_a_crowd_ends_no_massage_and_keeps_no_stop_out(
    descriptors: int, stop: Callable[[Besieged], None], tmp_path: Path
) -> None:
    with besieged(descriptors, tmp_path) as service:
        before = service.descriptors
        service.start()
        with crowd(service):
            goes_on(service)
            assert service.descriptors <= descriptors
            stop(service)
            assert service.state["last"]["kind"] == "emergency_stopped"
        service.clear()
        service.start()
        with crowd(service):
            service.process.send_signal(signal.SIGTERM)
            assert service.process.wait(60) == 0
        assert service.log.stat().st_size < MOST_LOGGED
        assert before <= OWN


@pytest.mark.parametrize("nothing_left", [no_descriptor_left, no_memory_left])
def test_with_nothing_left_the_massage_goes_on_and_every_stop_is_heard(
    nothing_left: Callable[[int], AbstractContextManager[None]], tmp_path: Path
) -> None:
    with besieged(256, tmp_path) as service:
        service.start()
        with nothing_left(service.process.pid):
            goes_on(service)
            service.emergency_stop()
            service.clear()
            service.start()
            by_the_command(service)
            service.clear()
            service.start()
            service.process.send_signal(signal.SIGTERM)
            assert service.process.wait(60) == 0
        assert service.log.stat().st_size < MOST_LOGGED


@pytest.mark.parametrize("nothing_left", [no_descriptor_left, no_memory_left])
def test_a_device_that_went_away_with_nothing_left_is_found_again(
    nothing_left: Callable[[int], AbstractContextManager[None]], tmp_path: Path
) -> None:
    tty = str(tmp_path / NAME)
    with besieged(256, tmp_path) as service:
        service.start()
        with nothing_left(service.process.pid):
            unplug(service.boots, tty)
            service.until_doing("offline")
        with running("sim", "--pty", tty) as boots:
            ready(boots)
            service.until_doing("found")
            service.emergency_stop()
            service.until_doing("estop")


def test_with_no_disk_left_the_massage_goes_on_and_the_diary_is_written_once_there_is_some(tmp_path: Path) -> None:
    people = tmp_path / "home" / "people"
    people.mkdir(parents=True)
    (people / "anna.yaml").write_text("format: 1\nname: anna\n")
    with besieged(256, tmp_path) as service:
        service.start(person="anna", keep_simulated=True)
        pids = [service.process.pid, service.boots.pid, *children(service.process.pid)]
        with no_disk_left(*pids):
            goes_on(service)
            by_the_command(service)
            service.clear()
        wait_until(lambda: outcomes_of("anna", service) == ["emergency_stopped"])
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(60) == 0
        service.boots.send_signal(signal.SIGTERM)
        assert service.boots.wait(60) == 0
        assert service.boots.stderr is not None
        assert "trace.csv: the trace ended early: file too large" in service.boots.stderr.read()


def outcomes_of(person: str, service: Besieged) -> list[str]:
    """What the diary says."""
    with running("history", "--person", person, "--json", **service.environ) as history:
        return [entry["outcome"] for entry in json.loads(history.communicate(timeout=60)[0])]


@pytest.mark.parametrize("nothing_left", [no_descriptor_left, no_memory_left, no_disk_left])
def test_without_a_service_too_the_massage_goes_on_and_ends_softly(
    nothing_left: Callable[[int], AbstractContextManager[None]], tmp_path: Path
) -> None:
    tty, trace = str(tmp_path / NAME), tmp_path / "trace.csv"
    play = ("play", "goddard", "--port", tty, "--json", "--record", str(tmp_path / "wire.jsonl"))
    with running("sim", "--pty", tty, "--trace", str(trace)) as boots:
        ready(boots)
        with running(*play, LEGATO_HOME=str(tmp_path / "home")) as playing:
            reached(playing, 1)
            with nothing_left(playing.pid):
                reached(playing, reached(playing, 1) + 2000)
                playing.send_signal(signal.SIGTERM)
                assert playing.wait(60) == 128 + signal.SIGTERM
        wait_until(lambda: trace.read_text().rpartition("\n")[0].endswith(",idle"))


def reached(playing: "subprocess.Popen[str]", session_ms: int) -> int:
    """Where it stands once it has come so far."""
    assert playing.stdout is not None
    for line in playing.stdout:
        told = json.loads(line)
        if told["event"] == "telemetry" and told["session_ms"] >= session_ms:
            return int(told["session_ms"])
    pytest.fail(f"it ended with {playing.wait()}")
