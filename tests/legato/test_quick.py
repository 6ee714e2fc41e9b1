"""A stop takes the shortest way to the running service, and the long way where that one does not do."""

import json
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from legato import quick
from legato.runtime import Running, announce, find, withdraw

URL = "http://127.0.0.1:1"


class Service(ThreadingHTTPServer):
    """Takes every request, notes its path, and answers with `status`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.paths: list[str] = []
        self.status = 200


class _Handler(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        self.server.paths.append(self.path)
        body = json.dumps({"detail": "no such device"}).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    with Service() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("LEGATO_URL", f"http://127.0.0.1:{server.server_port}")
        yield server
        server.shutdown()
        thread.join()


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
    assert quick.stop(args) == quick.DONE
    assert service.paths == [path]


def test_a_service_that_says_no_is_quoted(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    service.status = 404
    assert quick.stop(["stop", "x"]) == quick.REFUSED
    assert capsys.readouterr().err == "no such device\n"


def test_a_service_that_does_not_answer_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEGATO_URL", URL)
    assert quick.stop(["stop"]) == quick.LINK_LOST


@pytest.mark.parametrize("args", [[], ["play"], ["stop", "--help"], ["stop", "--port", "x"], ["stop", "a", "b"]])
def test_everything_else_takes_the_long_way(service: Service, args: list[str]) -> None:
    assert quick.stop(args) is None
    assert service.paths == []


def test_a_service_is_found_as_long_as_it_lives(tmp_path: Path) -> None:
    environ = {"XDG_RUNTIME_DIR": str(tmp_path)}
    assert find(environ) is None
    file = announce(Running(URL, os.getpid()), environ)
    assert find(environ) == Running(URL, os.getpid())
    withdraw(file)
    assert find(environ) is None


@pytest.mark.parametrize("text", ["", "[]", "{", '{"pid": 1}', '{"x": 1}'])
def test_a_file_that_makes_no_sense_is_no_service(tmp_path: Path, text: str) -> None:
    (tmp_path / "legato").mkdir()
    (tmp_path / "legato" / "service.json").write_text(text)
    assert find({"XDG_RUNTIME_DIR": str(tmp_path)}) is None


def test_another_services_word_is_not_withdrawn(tmp_path: Path) -> None:
    environ = {"XDG_RUNTIME_DIR": str(tmp_path)}
    file = announce(Running(URL, os.getppid()), environ)
    withdraw(file)
    assert find(environ) == Running(URL, os.getppid())
