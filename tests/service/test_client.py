"""The command line as a client: what it asks of a service, what it shows, and how the answers leave the process."""

import json
import os
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from legato.controller.session.events import OutcomeKind
from legato.service.client.client import _credentials
from legato.service.devices.state import DeviceProblem, Doing, PairedDevice
from tests import stand_in_service
from tests.stand_in_service import NOW, Cli, Service, device, play

CAUTION = {"type": "not_admitted", "detail": "a caution", "needs": "acknowledge", "cautions": ["mind the knee"]}

BEFORE: dict[str, Any] = {
    "routine": "crest", "device": "boots-6", "duration_s": 60.0, "setpoints": 4, "peak_mmhg": {}, "steps": [],
    "cues": [], "clipped": [], "dropped": [], "person": "ada",
    "limits": [{"what": "at most 40 mmHg", "why": "you wished it"}],
    "slowed": [{"step": "step 1", "where": "all", "asked": "4.0 cm/s", "plays": "2.4 cm/s", "why": "pump"}],
    "course": None,
}  # fmt: skip


@pytest.fixture
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """There are no settings."""
    monkeypatch.setattr("legato.service.settings_sources.places", lambda: ())


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


@pytest.mark.usefixtures("service")
def test_who_stops_is_told_what_to_take_off(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    told = stand_in_service.HEARD.model_copy(update={"take_off": "Take off what lies on the leg: ice."})
    monkeypatch.setattr(stand_in_service, "HEARD", told)
    assert cli("stop", "wrap") == (0, "", "wrap: stopped. Take off what lies on the leg: ice.\n")


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
        assert (code, "key usage extension" in err, "docs/reference/mqtt.md" in err) == (5, True, True)


@pytest.mark.parametrize(
    ("kind", "code"),
    [("completed", 0), ("stopped", 0), ("link_lost", 5), ("refused", 6), ("emergency_stopped", 7), ("device_fault", 8)],
)
def test_a_run_ends_with_the_code_of_its_outcome(cli: Cli, service: Service, kind: OutcomeKind, code: int) -> None:
    service.ends_as = kind
    told, out, _ = play(cli)
    assert told == code
    assert service.asked == [("devices/boots/start", {"routine": "crest", "acknowledged": False})]
    assert out.splitlines()[:2] == ["  0:00  Glide up", "  0:20  Glide, 0:40 left, left_foot 38 mmHg"]


def test_what_plays_differently_and_for_whom_is_shown_before_the_start(cli: Cli, service: Service) -> None:
    service.before = 200, BEFORE
    service.started = lambda: service.looked_at.append("started")
    _, out, _ = play(cli, "--person", "ada")
    assert service.looked_at == ["routines/crest/before?device=boots&person=ada", "started"]
    assert out.splitlines()[:3] == [
        "crest plays on boots-6 in 1:00, 1 difference from the routine as written",
        "  slowed: step 1: asked 4.0 cm/s, plays 2.4 cm/s, because pump",
        "  for ada: at most 40 mmHg, because you wished it",
    ]
    first = json.loads(play(cli, "--json")[1].splitlines()[0])
    assert (first["type"], first["limits"]) == ("report", BEFORE["limits"])


def test_a_length_is_asked_of_the_service_and_a_course_that_asks_for_it_is_named(cli: Cli, service: Service) -> None:
    service.before = 200, BEFORE | {"course": "weekly"}
    _, _, err = play(cli, "--minutes", "20")
    assert service.looked_at == ["routines/crest/before?device=boots&minutes=20.0"]
    assert service.asked == [("devices/boots/start", {"routine": "crest", "acknowledged": False, "minutes": 20})]
    assert "crest plays at full length for the course weekly; --minutes can make it shorter" in err


def test_where_the_service_cannot_tell_what_plays_differently_it_is_said(cli: Cli, service: Service) -> None:
    service.before = 503, {"type": "busy", "detail": "too many jobs are in progress"}
    code, _, err = play(cli)
    assert code == 0
    assert "cannot tell what plays differently: too many jobs are in progress" in err


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


def test_a_pair_of_the_service_is_played_by_both_its_ports_and_by_none_of_them_alone(
    cli: Cli, service: Service
) -> None:
    parts = (PairedDevice(port="/dev/left", is_there=True), PairedDevice(port="/dev/right", is_there=True))
    service.devices["boots"] = device("boots").model_copy(update={"port": "/dev/left + /dev/right", "parts": parts})
    assert cli("play", "crest", "--port", "/dev/right", "--port", "/dev/left")[0] == 0
    assert [path for path, _ in service.asked] == ["devices/boots/start"]
    code, _, err = cli("play", "crest", "--port", "/dev/right")
    assert (code, len(service.asked)) == (2, 1)
    assert err == "/dev/right is one of the pair boots of the running service; --device-id boots plays on both\n"


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
    monkeypatch.setattr("legato.terminal.remarks.insist_on_agreement", lambda: None)
    assert play(cli)[0] == 0
    assert [body["acknowledged"] for _, body in service.asked] == [False, True]


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
    assert cli("serve") == (2, "", "unknown variable LEGATO_TOKEN; did you mean LEGATO_TOKEN_FILE?\n")


def test_doctor_asks_the_service_how_it_and_its_devices_are(cli: Cli, service: Service) -> None:
    problem = DeviceProblem(code="port", cause="no such port", advice="plug it in", since=NOW)
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


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "put", [os.mkfifo, Path.mkdir, lambda p: p.symlink_to("/dev/zero"), lambda p: p.write_bytes(b"\xff")]
)
def test_no_command_and_no_stop_waits_for_a_token_that_is_in_no_file(
    put: Callable[[Path], Any], tmp_path: Path
) -> None:
    put(tmp_path / "token")
    assert _credentials(tmp_path / "token") == {}
