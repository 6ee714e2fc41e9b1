"""`legato mqtt check`, `legato mqtt purge` and the doctor, against a real mosquitto and against worse."""

import asyncio
import gc
import json
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from legato.app.finding import Finding
from legato.errors import NotAllowed
from legato.service.mqtt_check import findings_of
from legato.service.mqtt_setup import broker
from legato.service.settings import MqttSettings
from tests.certificates import Authority, be_strict
from tests.front_door import Cli
from tests.mosquitto import Mosquitto, executable
from tests.ports import free_port
from tests.service.mqtt.rude import packet, stub

pytestmark = pytest.mark.timeout(120)
"""A broker has to come up on a machine that may have a lot to do."""


@pytest.fixture
def passwords(tmp_path: Path) -> Path:
    """Of `legato` only, which is `lavender`."""
    passwords = tmp_path / "passwords"
    making = [executable("mosquitto_passwd"), "-b", "-c", str(passwords), "legato", "lavender"]
    subprocess.run(making, check=True, capture_output=True)  # noqa: S603
    return passwords


@pytest.fixture
def mosquitto(tmp_path: Path, passwords: Path) -> Iterator[Mosquitto]:
    """Lets in `legato` only."""
    broker = Mosquitto(tmp_path, ("allow_anonymous false", f"password_file {passwords}")).start()
    yield broker
    broker.kill()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Writes the settings' file, the only one that is found."""
    path = tmp_path / "legato.yaml"
    monkeypatch.setattr("legato.service.settings_sources.places", lambda: (path,))

    def write(port: int, more: str = "", password: str = "lavender", mode: int = 0o600) -> Path:  # noqa: S107
        secret = tmp_path / "password"
        secret.write_text(password)
        secret.chmod(mode)
        told = f"host: 127.0.0.1, port: {port}, username: legato, password_file: {secret}, {more}"
        path.write_text(f"mqtt: {{{told}}}\n")
        return path

    return write


def test_a_broker_that_lets_us_in_passes(cli: Cli, mosquitto: Mosquitto, settings: Callable[..., Path]) -> None:
    settings(mosquitto.port)
    code, out, _ = cli("mqtt", "check", "--json")
    assert code == 0
    assert [(one["check"], one["level"]) for one in json.loads(out)["checks"]] == [
        ("broker", "ok"),
        ("login", "ok"),
        ("rights", "ok"),
        ("discovery", "ok"),
    ]


def test_who_may_not_announce_is_told_what_is_missing(
    cli: Cli, tmp_path: Path, passwords: Path, settings: Callable[..., Path]
) -> None:
    acl = tmp_path / "acl"
    acl.write_text("user legato\ntopic readwrite legato/home/#\n")
    lines = ("allow_anonymous false", f"password_file {passwords}", f"acl_file {acl}")
    there = Mosquitto(tmp_path, lines).start()
    try:
        settings(there.port)
        code, out, _ = cli("mqtt", "check")
        assert code == 6
        assert "FAIL  discovery     not allowed to publish to, or to read, homeassistant/device/legato_home/#" in out
        settings(there.port, "discovery: null")
        assert cli("mqtt", "check")[0] == 0
    finally:
        there.kill()


def test_a_broker_that_lets_us_in_and_hangs_up_is_told_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("legato.service.mqtt_check.broker", lambda told: replace(broker(told), timeout_s=1.0))

    async def rude(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await packet(reader)
        writer.write(b"\x20\x03\x00\x00\x00")
        await packet(reader)

    async def live() -> list[Finding]:
        async with stub(rude) as port:
            return await findings_of(MqttSettings(host="127.0.0.1", port=port))

    *fine, last = asyncio.run(live())
    assert [one.error for one in fine] == [None, None]
    assert (last.check, last.error) == ("rights", NotAllowed)


def test_a_wrong_password_is_told_with_what_to_do(
    cli: Cli, mosquitto: Mosquitto, settings: Callable[..., Path]
) -> None:
    settings(mosquitto.port, password="basil")  # noqa: S106
    code, out, _ = cli("mqtt", "check")
    assert code == 6
    assert "FAIL  login" in out
    assert "compare `mqtt.username` and the password file" in out


# paho leaves the socket of a handshake that failed to the collector.
@pytest.mark.filterwarnings("ignore:Exception ignored in. <ssl.SSLSocket:pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    ("usage", "advice"),
    [
        ("", "make them anew as docs/reference/mqtt.md shows"),
        ("critical,keyCertSign", "set `mqtt.ca_file` to the CA"),
    ],
)
def test_a_broker_whose_certificate_is_not_accepted_is_told_with_what_to_do(
    cli: Cli,
    tmp_path: Path,
    settings: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    usage: str,
    advice: str,
) -> None:
    be_strict(monkeypatch)
    ours = Authority(tmp_path, "ours", usage)
    trusted = ours if not usage else Authority(tmp_path, "another")
    cert, key = ours.issue("127.0.0.1")
    there = Mosquitto(tmp_path, listener=(f"certfile {cert}", f"keyfile {key}")).start()
    try:
        settings(there.port, f"ca_file: {trusted.cert}")
        code, out, _ = cli("mqtt", "check")
        gc.collect()
        assert (code, "FAIL  tls" in out, advice in " ".join(out.split())) == (6, True, True), out
    finally:
        there.kill()


def test_a_broker_that_is_not_there_is_told_by_its_address(cli: Cli, settings: Callable[..., Path]) -> None:
    port = free_port()
    settings(port)
    code, out, _ = cli("mqtt", "check")
    assert (code, f"127.0.0.1:{port}" in out) == (4, True)
    code, _, err = cli("mqtt", "purge", "--yes")
    assert (code, f"127.0.0.1:{port}" in err, "legato mqtt check" in err) == (5, True, True)


def test_the_doctor_looks_at_the_broker_that_is_set(cli: Cli, settings: Callable[..., Path]) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        settings(deaf.getsockname()[1])
        _, out, _ = cli("doctor", "--json")
    (found,) = [one for one in json.loads(out)["checks"] if one["check"] == "broker"]
    assert found["level"] == "fail"


def test_a_password_that_everybody_may_read_is_refused(cli: Cli, settings: Callable[..., Path]) -> None:
    settings(1883, mode=0o644)
    code, _, err = cli("mqtt", "check")
    assert (code, "chmod 600" in err) == (3, True)


def test_without_a_broker_there_is_nothing_to_check(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("legato.service.settings_sources.places", lambda: (tmp_path / "none.yaml",))
    code, _, err = cli("mqtt", "check")
    assert (code, "no broker is set" in err) == (3, True)


def test_purge_asks_and_then_clears_what_is_ours(
    cli: Cli, mosquitto: Mosquitto, settings: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Values, kept commands and announcements, also below another prefix; and nothing of another service."""
    settings(mosquitto.port, "discovery: ha")
    ours = ["ha/device/legato_home/boots/config", "legato/home/boots/doing", "legato/home/boots/set/start"]
    others = ["somebody/else", "ha/device/legato_room-7/boots/config", "hotel/legato/home/boots/doing"]
    for topic in (*ours, *others):
        publishing = [executable("mosquitto_pub"), "-p", str(mosquitto.port), "-u", "legato", "-P", "lavender"]
        subprocess.run([*publishing, "-r", "-q", "1", "-t", topic, "-m", "hotel/legato/home/x"], check=True)  # noqa: S603
    monkeypatch.setattr("legato.terminal.asking.asked", lambda _: "no")
    assert cli("mqtt", "purge")[0] == 6
    code, out, err = cli("mqtt", "purge", "--yes")
    assert (code, out.splitlines(), err) == (0, ours, "3 topics cleared\n")
    assert "retains nothing below legato/home" in cli("mqtt", "purge")[2]
