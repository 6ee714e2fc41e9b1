"""The command line as a client: what it asks of a service, what it shows, and how the answers leave the process."""

import asyncio
import json
import os
import queue
import signal
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from controller.errors import ControllerError
from controller.events import OutcomeKind
from controller.service.state import (
    About,
    Channel,
    DeviceState,
    Doing,
    Ending,
    Happened,
    News,
    Problem,
    Readings,
    ReadingsTold,
    Run,
    StateTold,
    Stopped,
)
from legato.client import Client
from legato.remote.steering import Steering
from legato.runtime import Running

Cli = Callable[..., tuple[int, str, str]]
NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)
ABOUT = About(
    name="wrap-3", title="Wrap", firmware="0.1.0", boot_id=1,
    channels=(Channel(name="left_foot", kind="chamber", zone="foot", side="left", face="", unit="mmHg",
                      from_cm=0, to_cm=9, cap=60),),
)  # fmt: skip
STOPS = ("stop", "emergency-stop")
HEARD = Stopped(confirmed=True, pressure_mmhg=2.0, text="stopped")
AWAY = Stopped(confirmed=False, pressure_mmhg=None, text="not stopped: it does not answer. Switch it off.")
CAUTION = {"type": "not_admitted", "detail": "a caution", "needs": "acknowledge", "cautions": ["mind the knee"]}

BEFORE: dict[str, Any] = {
    "routine": "crest", "device": "boots-6", "duration_s": 60.0, "setpoints": 4, "peak_mmhg": {}, "steps": [],
    "cues": [], "clipped": [], "dropped": [], "person": "ada",
    "limits": [{"what": "at most 40 mmHg", "why": "you wished it"}],
    "slowed": [{"step": "step 1", "where": "all", "asked": "4.0 cm/s", "plays": "2.4 cm/s", "why": "pump"}],
}  # fmt: skip


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
        self.change(name, doing=doing, last=Ending(kind=kind, at=NOW))


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


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    with Service() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("LEGATO_URL", f"http://127.0.0.1:{server.server_port}")
        yield server
        for listener in server.listeners:
            listener.put(None)
        server.shutdown()
        thread.join()


@pytest.fixture
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """There are no settings."""
    monkeypatch.setattr("legato.serve.sources.places", lambda: ())


def play(cli: Cli, *more: str) -> tuple[int, str, str]:
    return cli("play", "crest", "--device-id", "boots", *more)


def test_status_is_a_line_or_an_object_for_each_device(cli: Cli, service: Service) -> None:
    code, out, _ = cli("status")
    assert (code, [line.split() for line in out.splitlines()]) == (
        0,
        [["boots", "idle", "/dev/boots"], ["wrap", "idle", "/dev/wrap"]],
    )
    code, out, _ = cli("status", "wrap", "--json")
    assert [state["id"] for state in json.loads(out)] == ["wrap"]
    assert service.asked == []


@pytest.mark.parametrize(
    ("args", "asked"),
    [
        (("pause", "boots"), ("devices/boots/pause", None)),
        (("resume", "boots"), ("devices/boots/resume", None)),
        (("skip", "wrap"), ("devices/wrap/skip", None)),
        (("intensity", "60", "boots"), ("devices/boots/intensity", {"percent": 60})),
        (("clear-fault", "boots"), ("devices/boots/clear-fault", None)),
        (("stop", "--emergency", "--port", "/dev/wrap"), ("devices/wrap/emergency-stop", None)),
    ],
)
def test_what_is_asked_for_reaches_the_device(
    cli: Cli, service: Service, args: tuple[str, ...], asked: tuple[str, Any]
) -> None:
    assert cli(*args)[0] == 0
    assert service.asked == [asked]


def test_of_several_devices_one_has_to_be_named(cli: Cli, service: Service) -> None:
    code, _, err = cli("pause")
    assert (code, service.asked) == (2, [])
    assert "boots, wrap" in err


@pytest.mark.parametrize(("kind", "code"), [("unknown_device", 2), ("offline", 4), ("not_now", 6), ("faulted", 8)])
def test_a_refusal_has_the_exit_code_that_it_has_without_a_service(
    cli: Cli, service: Service, kind: str, code: int
) -> None:
    service.problems["pause"] = [{"type": kind, "detail": "not so"}]
    assert cli("pause", "boots") == (code, "", "not so\n")


@pytest.mark.usefixtures("unset")
@pytest.mark.parametrize(
    ("args", "code", "hint"),
    [
        (("status",), 5, "legato serve"),
        (("watch",), 5, "legato serve"),
        (("stop",), 2, "--port"),
        (("play", "goddard"), 2, "--port"),
    ],
)
def test_without_a_service_it_is_said_what_would_do(cli: Cli, args: tuple[str, ...], code: int, hint: str) -> None:
    told, out, err = cli(*args)
    assert (told, out, len(err.splitlines())) == (code, "", 1)
    assert hint in err


def test_a_service_that_is_gone_is_a_lost_link(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEGATO_URL", "http://127.0.0.1:1")
    assert cli("status")[0] == 5


def test_a_certificate_that_new_pythons_do_not_take_is_told_with_what_to_do(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        error = ssl.SSLCertVerificationError(1, "CA cert does not include key usage extension")
        error.verify_code = 92
        raise error

    monkeypatch.setattr("http.client.HTTPSConnection.connect", refuse)
    monkeypatch.setenv("LEGATO_URL", "https://legato.lan")
    for command in ("status", "watch"):
        code, _, err = cli(command)
        assert (code, "key usage extension" in err, "docs/mqtt.md" in err) == (5, True, True)


@pytest.mark.parametrize(
    ("kind", "code"),
    [("completed", 0), ("stopped", 0), ("link_lost", 5), ("refused", 6), ("emergency_stopped", 7), ("device_fault", 8)],
)
def test_a_run_ends_with_the_code_of_its_outcome(cli: Cli, service: Service, kind: OutcomeKind, code: int) -> None:
    service.ends_as = kind
    told, out, _ = play(cli)
    assert told == code
    assert service.asked == [("devices/boots/start", {"routine": "crest", "acknowledged": False})]
    assert out.splitlines()[:2] == ["  0:00  Glide up", "  0:20  Glide, 0:40 left"]


def test_what_plays_differently_and_for_whom_is_shown_before_the_start(cli: Cli, service: Service) -> None:
    service.before = 200, BEFORE
    service.started = lambda: service.looked_at.append("started")
    _, out, _ = play(cli, "--person", "ada")
    assert service.looked_at == ["routines/crest/before?device=boots&person=ada", "started"]
    assert out.splitlines()[:3] == [
        "crest plays on boots-6 in 1:00, 1 difference from what is written",
        "  slowed: step 1: asked 4.0 cm/s, plays 2.4 cm/s, because pump",
        "  for ada: at most 40 mmHg, because you wished it",
    ]
    first = json.loads(play(cli, "--json")[1].splitlines()[0])
    assert (first["type"], first["limits"]) == ("report", BEFORE["limits"])


def test_where_the_service_cannot_tell_what_plays_differently_it_is_said(cli: Cli, service: Service) -> None:
    service.before = 503, {"type": "busy", "detail": "too much is being worked on"}
    code, _, err = play(cli)
    assert code == 0
    assert "what of it plays differently is not known: too much is being worked on" in err


def test_a_run_as_json_is_the_news_of_its_device(cli: Cli, service: Service) -> None:
    service.started = lambda: service.change("wrap", doing=Doing.OFFLINE)
    _, out, _ = play(cli, "--json")
    news = [json.loads(line) for line in out.splitlines()]
    assert {item["type"] for item in news} == {"state", "happened", "readings"}
    assert {item["state"]["id"] for item in news if item["type"] == "state"} == {"boots"}
    assert news[-1]["state"]["last"]["kind"] == "completed"


def test_a_port_of_the_service_is_played_by_the_service(cli: Cli, service: Service) -> None:
    assert cli("play", "crest", "--port", "/dev/wrap", "--person", "ada", "--acknowledge")[0] == 0
    assert service.asked == [("devices/wrap/start", {"routine": "crest", "acknowledged": True, "person": "ada"})]


def test_what_only_a_port_can_do_is_refused(cli: Cli, service: Service) -> None:
    code, _, err = play(cli, "--strict")
    assert (code, service.asked) == (2, [])
    assert "--strict" in err


def test_a_caution_that_nobody_acknowledges_plays_nothing(cli: Cli, service: Service) -> None:
    service.problems["start"] = [CAUTION]
    code, _, err = play(cli)
    assert (code, len(service.asked)) == (6, 1)
    assert "mind the knee" in err


def test_a_caution_that_is_acknowledged_plays(cli: Cli, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    service.problems["start"] = [CAUTION]
    monkeypatch.setattr("legato.people.agreed", lambda: True)
    assert play(cli)[0] == 0
    assert [body["acknowledged"] for _, body in service.asked] == [False, True]


def test_a_signal_stops_the_run(cli: Cli, service: Service) -> None:
    service.ends_as = None
    service.started = lambda: os.kill(os.getpid(), signal.SIGTERM)
    code, _, err = play(cli)
    assert code == 143
    assert service.asked[-1] == ("devices/boots/stop", None)
    assert "stopped" in err


def test_whoever_leaves_a_run_that_does_not_stop_is_told_what_to_do(cli: Cli, service: Service) -> None:
    service.ends_as, service.deaf = None, {"boots"}
    service.started = lambda: os.kill(os.getpid(), signal.SIGTERM)
    code, _, err = play(cli)
    assert code == 5
    assert err.splitlines()[-1] == "boots: not stopped: it does not answer. Switch it off."


def test_a_key_that_stops_nothing_says_so(service: Service) -> None:
    service.deaf = {"boots"}
    steering = Steering(Client(Running(os.environ["LEGATO_URL"])), "boots")
    with pytest.raises(ControllerError, match="boots: not stopped: it does not answer"):
        asyncio.run(steering.emergency_stop())


def test_keys_reach_the_device_while_it_plays(cli: Cli, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    service.ends_as = None
    reading, writing = os.pipe()
    with os.fdopen(reading) as keys, os.fdopen(writing, "w") as typed:
        monkeypatch.setattr("sys.stdin", keys)
        service.started = lambda: print("-x", end="", file=typed, flush=True)
        assert play(cli, "--keys")[0] == 7
    assert ("devices/boots/intensity", {"percent": 90}) in service.asked
    assert ("devices/boots/emergency-stop", None) in service.asked


def test_a_service_that_ends_in_the_middle_is_a_lost_link(cli: Cli, service: Service) -> None:
    service.ends_as = None
    service.started = lambda: service.listeners[0].put(None)
    code, _, err = play(cli)
    assert code == 5
    assert "service" in err


def test_a_run_that_somebody_else_has_begun_is_not_taken_for_ours(cli: Cli, service: Service) -> None:
    service.problems["start"] = [{"type": "not_now", "detail": "boots cannot start while it is running"}]
    service.devices["boots"] = device("boots").model_copy(update={"doing": Doing.RUNNING})
    assert play(cli)[::2] == (6, "boots cannot start while it is running\n")


def test_a_service_does_not_begin_with_a_variable_that_sets_nothing(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEGATO_TOKEN", "x")
    assert cli("serve") == (2, "", "LEGATO_TOKEN is not known; LEGATO_TOKEN_FILE is\n")


def test_doctor_asks_the_service_how_it_and_its_devices_are(cli: Cli, service: Service) -> None:
    problem = Problem(code="port", cause="no such port", advice="plug it in", since=NOW)
    service.devices["wrap"] = device("wrap").model_copy(update={"doing": Doing.OFFLINE, "problem": problem})
    found = {check["check"]: check for check in json.loads(cli("doctor", "--json")[1])["checks"]}
    assert [found[name]["level"] for name in ("service", "boots", "wrap")] == ["ok", "ok", "warn"]
    assert found["wrap"]["advice"] == "plug it in"
    service.is_well = False
    code, out, _ = cli("doctor")
    assert code == 6
    assert "no progress with boots" in out


def test_a_routine_in_a_file_is_kept_by_the_service_and_played_by_its_name(
    cli: Cli, service: Service, tmp_path: Path
) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("format: 1\nname: crest\ntitle: Crest\nsteps: [{do: rest, seconds: 10}]\n")
    assert cli("play", str(file), "--device-id", "boots")[0] == 0
    assert [path for path, _ in service.asked] == ["routines/crest", "devices/boots/start"]
    assert service.asked[1][1]["routine"] == "crest"
    file.write_text("format: 1\n")
    code, _, err = cli("play", str(file), "--device-id", "boots")
    assert (code, len(service.asked)) == (3, 2)
    assert "mine.yaml:1" in err
