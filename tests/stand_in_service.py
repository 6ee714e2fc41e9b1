"""A service for its clients' tests: it answers over HTTP, and its devices do as they are told at once."""

import json
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

import pytest

from legato.controller.session.events import OutcomeKind
from legato.service.devices.state import (
    About,
    ChannelInfo,
    DeviceState,
    Doing,
    Ending,
    Happened,
    News,
    Readings,
    ReadingsTold,
    Run,
    StateTold,
    Stopped,
)

Cli = Callable[..., tuple[int, str, str]]
NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)
ABOUT = About(
    name="wrap-3", title="Wrap", firmware="0.1.0", boot_id=1,
    channels=(ChannelInfo(name="left_foot", kind="chamber", zone="foot", side="left", face="", unit="mmHg",
                      from_cm=0, to_cm=9, cap=60),),
)  # fmt: skip
STOPS = ("stop", "emergency-stop")
HEARD = Stopped(confirmed=True, pressure_mmhg=2.0, text="stopped")
AWAY = Stopped(confirmed=False, pressure_mmhg=None, text="not stopped: it does not answer. Switch it off.")


Server = TypeVar("Server", bound=ThreadingHTTPServer)


@contextmanager
def found(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Every command finds this service, which answers inside."""
    with server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("LEGATO_URL", f"http://127.0.0.1:{server.server_port}")
        yield server
        server.shutdown()
        thread.join()


class Service(ThreadingHTTPServer):
    """A service with `devices`; notes what is asked, and a run ends as `ends_as` once it is started or stopped."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.devices = {name: device(name) for name in ("boots", "wrap")}
        self.deaf: set[str] = set()
        self.is_well = True
        self.asked: list[tuple[str, Any]] = []
        self.listeners: list[queue.Queue[str | None]] = []
        self.problems: dict[str, list[dict[str, Any]]] = {}
        self.ends_as: OutcomeKind | None = "completed"
        self.before: tuple[int, dict[str, Any]] = (404, {"type": "unknown", "detail": "no such routine"})
        self.looked_at: list[str] = []
        self.started: Callable[[], None] = lambda: None

    def tell(self, news: News) -> None:
        for listener in self.listeners:
            listener.put(news.model_dump_json())

    def change(self, name: str, **changes: Any) -> None:
        before = self.devices[name]
        after = before.model_copy(update={**changes, "number": before.number + 1})
        self.devices[name] = after
        self.tell(StateTold(state=after))

    def begin(self, name: str, body: dict[str, Any]) -> None:
        run = Run(routine=body["routine"], title="Crest", started_at=NOW, duration_ms=60_000, step="Glide")
        self.change(name, doing=Doing.STARTING, run=run, sessions=self.devices[name].sessions + 1)
        self.change(name, doing=Doing.RUNNING)
        self.tell(Happened(id=name, at=NOW, name="step", text="Glide up"))
        self.tell(ReadingsTold(readings=readings(name)))
        self.started()
        if self.ends_as is not None:
            self.end(name, self.ends_as)

    def end(self, name: str, kind: OutcomeKind) -> None:
        doing = {"emergency_stopped": Doing.ESTOP, "device_fault": Doing.FAULT}.get(kind, Doing.IDLE)
        at = NOW + timedelta(seconds=self.devices[name].sessions)
        self.change(name, doing=doing, last=Ending(kind=kind, at=at))


class _Handler(BaseHTTPRequestHandler):
    server: Service

    def do_GET(self) -> None:
        if self.path == "/healthz":
            self._answer(200 if self.server.is_well else 503, {"detail": "no progress with boots"})
        elif self.path.endswith("/events/stream"):
            self._stream()
        elif self.path.startswith("/api/v1/routines/"):
            self.server.looked_at.append(self.path.removeprefix("/api/v1/"))
            self._answer(*self.server.before)
        else:
            self._answer(200, [state.model_dump(mode="json") for state in self.server.devices.values()])

    def do_PUT(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked.append((self.path.removeprefix("/api/v1/"), text))
        self._answer(200, {})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or "null")
        path = self.path.removeprefix("/api/v1/")
        self.server.asked.append((path, body))
        _, name, what = path.split("/") if path.count("/") == 2 else ("", "boots", path)
        if problems := self.server.problems.get(what):
            self._answer(409, problems.pop(0))
        else:
            self._do(name, what, body)
            stop = (AWAY if name in self.server.deaf else HEARD) if what in STOPS else None
            self._answer(200, self.server.devices[name].model_copy(update={"stop": stop}).model_dump(mode="json"))

    def _do(self, name: str, what: str, body: Any) -> None:
        if what == "start":
            self.server.begin(name, body)
        elif what == "stop":
            self.server.end(name, "stopped")
        elif what == "emergency-stop":
            self.server.end(name, "emergency_stopped")

    def _answer(self, status: int, value: Any) -> None:
        text = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def _stream(self) -> None:
        self.send_response(200)
        self.end_headers()
        waiting: queue.Queue[str | None] = queue.Queue()
        for state in self.server.devices.values():
            waiting.put(StateTold(state=state).model_dump_json())
        self.server.listeners.append(waiting)
        while (text := waiting.get()) is not None:
            try:
                self.wfile.write(f"data: {text}\n\n".encode())
            except OSError:
                return

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def device(name: str) -> DeviceState:
    return DeviceState(id=name, port=f"/dev/{name}", is_simulated=False, number=1, doing=Doing.IDLE, about=ABOUT)


def readings(name: str) -> Readings:
    return Readings(id=name, at=NOW, session_ms=20_000, commanded=(40,), measured=(38,), slack_ms=4000, rtt_ms=4,
                    lost=0, resent=0, bad_frames=0, late_max_ms=1)  # fmt: skip


def play(cli: Cli, *more: str) -> tuple[int, str, str]:
    return cli("play", "crest", "--device-id", "boots", *more)
