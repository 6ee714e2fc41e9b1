"""A stop takes the shortest way to the running service, and the long way where that one does not do."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

import pytest

from legato.cli import fast_stop, stop_by_service
from legato.service.client.client import Client
from tests.stand_in_service import found

URL = "http://127.0.0.1:1"


def stopped(
    name: str = "boots", doing: str = "idle", text: str = "stopped", confirmed: bool = True, pressure_mmhg: Any = 2.0
) -> dict[str, Any]:
    """What the service tells of a device that it was asked to stop."""
    stop = {"confirmed": confirmed, "pressure_mmhg": pressure_mmhg, "text": text}
    return {"id": name, "port": "/dev/nowhere", "doing": doing, "stop": stop}


class Service(ThreadingHTTPServer):
    """Takes every request, notes its path, and answers with `status`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.paths: list[str] = []
        self.status = 200
        self.answer: Any = stopped()


class _Handler(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        self.server.paths.append(self.path)
        answer = self.server.answer
        if isinstance(answer, Iterator):
            answer = next(answer)
        body = json.dumps(answer).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    with found(Service(), monkeypatch) as server:
        yield server


@pytest.mark.parametrize(
    ("args", "path"),
    [
        (["stop"], "/api/v1/stop"),
        (["stop", "boots"], "/api/v1/devices/boots/stop"),
        (["stop", "--emergency"], "/api/v1/emergency-stop"),
        (["stop", "a/b", "--emergency"], "/api/v1/devices/a%2Fb/emergency-stop"),
    ],
)
def test_a_stop_goes_to_the_running_service(service: Service, args: list[str], path: str) -> None:
    assert fast_stop.stop(args) == 0
    assert service.paths == [path]


def test_a_service_that_says_no_is_quoted(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    service.status, service.answer = 404, {"detail": "no such device"}
    assert fast_stop.stop(["stop", "x"]) == fast_stop.REFUSED
    assert capsys.readouterr().err == "no such device\n"


def test_a_service_that_does_not_answer_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEGATO_URL", URL)
    assert fast_stop.stop(["stop"]) == 5


AWAY = stopped("boots", doing="offline", confirmed=False, pressure_mmhg=None, text="not stopped: gone. Switch it off.")


def test_each_device_is_told_by_itself_and_one_that_was_not_reached_is_no_success(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    service.answer = [AWAY, stopped("wrap")]
    assert fast_stop.stop(["stop"]) == 5
    assert capsys.readouterr().err == "boots: not stopped: gone. Switch it off.\nwrap: stopped\n"
    assert service.paths == ["/api/v1/stop"], "asking again would change nothing"


def test_a_service_without_devices_takes_the_long_way(service: Service) -> None:
    service.answer = []
    assert fast_stop.stop(["stop", "--emergency"]) is None


def test_a_play_is_looked_for_where_the_device_was_found_whatever_it_is_configured_by(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Here:
        is_here, url = True, URL

        def stop(self, _: str) -> list[dict[str, Any]]:
            return [AWAY, AWAY | {"id": "wrap"}]

        def get(self, _: str) -> list[dict[str, Any]]:
            matched = {"id": "boots", "port": "usb 0403:6001", "path": "/dev/ttyUSB7"}
            return [matched, {"id": "wrap", "port": "socket://10.0.0.7:3333", "path": None}]

    looked_at: list[str] = []
    monkeypatch.setattr("legato.cli.port_owner_process.player_at", looked_at.append)
    assert stop_by_service.stopped(cast("Client", Here()), None, is_emergency=True) == 5
    assert looked_at == ["/dev/ttyUSB7", "socket://10.0.0.7:3333"]


def test_it_asks_again_until_a_device_that_answers_is_at_rest_without_pressure(service: Service) -> None:
    service.answer = iter(
        [stopped(doing="stopping", pressure_mmhg=38.0), stopped(pressure_mmhg=20.0), stopped(pressure_mmhg=3.0)]
    )
    assert fast_stop.stop(["stop"]) == 0
    assert len(service.paths) == 3


def test_a_device_whose_pressure_does_not_fall_is_said_and_is_no_success(
    service: Service, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("legato.cli.stop_by_service.AIR_OUT_S", 0.5)
    service.answer = stopped(pressure_mmhg=45.0)
    assert fast_stop.stop(["stop", "boots", "--emergency"]) == 5
    assert capsys.readouterr().err == (
        "boots: emergency stop: stopped, but still holding 45 mmHg; switch the device off\n"
    )


def test_a_gauge_that_tells_nothing_is_not_taken_for_no_air(
    service: Service, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("legato.cli.stop_by_service.AIR_OUT_S", 0.5)
    service.answer = stopped(pressure_mmhg=None)
    assert fast_stop.stop(["stop", "boots"]) == 5
    assert "still holds air, switch it off" in capsys.readouterr().err


def test_only_what_is_not_at_rest_is_asked_again(service: Service) -> None:
    """Somebody may have cleared, or begun, the other one meanwhile."""
    service.answer = iter([[stopped("boots", pressure_mmhg=30.0), stopped("wrap")], stopped("boots")])
    assert fast_stop.stop(["stop", "--emergency"]) == 0
    assert service.paths == ["/api/v1/emergency-stop", "/api/v1/devices/boots/emergency-stop"]


@pytest.mark.parametrize("answer", [{}, None, "fine", [{}], [3], {"stop": None}, {"id": "x", "stop": {}}])
def test_a_server_that_answers_200_to_everything_has_stopped_nothing(
    service: Service, answer: object, capsys: pytest.CaptureFixture[str]
) -> None:
    service.answer = answer
    assert fast_stop.stop(["stop", "--emergency"]) == 5
    assert "nothing is known to have stopped" in capsys.readouterr().err


@pytest.mark.parametrize("status", [204, 302])
def test_an_answer_without_a_state_or_to_elsewhere_is_none(service: Service, status: int) -> None:
    service.status = status
    service.answer = None
    assert fast_stop.stop(["stop", "--emergency"]) == 5


@pytest.mark.parametrize("args", [[], ["play"], ["stop", "--help"], ["stop", "--port", "x"], ["stop", "a", "b"]])
def test_everything_else_takes_the_long_way(service: Service, args: list[str]) -> None:
    assert fast_stop.stop(args) is None
    assert service.paths == []
