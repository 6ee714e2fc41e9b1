"""Settings of the service: who wins, what is refused and where, and that secrets stay in files."""

import os
from pathlib import Path

import pytest

from legato.errors import UnusableFile, UsageError
from legato.profiles.errors import InvalidFile
from legato.service.secrets import secret
from legato.service.settings import PORT, Match
from legato.service.settings_sources import load, misspelt


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing is set, and there is no file, but what a test brings."""
    for name in ("HOST", "PORT", "DEVICES", "TOKEN_FILE"):
        monkeypatch.delenv(f"LEGATO_{name}", raising=False)
    monkeypatch.setattr("legato.service.settings_sources.places", lambda: (tmp_path / "none.yaml",))


def file_with(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "legato.yaml"
    path.write_text(text)
    return path


def test_nothing_given_is_loopback_without_devices() -> None:
    loaded = load({"host": None})
    assert (loaded.options.host, loaded.options.port, loaded.options.devices) == ("127.0.0.1", PORT, ())
    assert set(loaded.origins.values()) == {"default"}


def test_a_flag_goes_before_the_environment_and_that_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = file_with(tmp_path, "host: ::1\nport: 1001\ntls_cert: c\ntls_key: k\n")
    monkeypatch.setenv("LEGATO_PORT", "1002")
    monkeypatch.setenv("LEGATO_HOST", "127.0.0.2")
    loaded = load({"host": "127.0.0.3", "port": None}, path)
    assert (loaded.options.host, loaded.options.port, loaded.options.tls_key) == ("127.0.0.3", 1002, Path("k"))
    origins = [loaded.origins[name] for name in ("host", "port", "tls_key", "devices")]
    assert origins == ["--host", "LEGATO_PORT", f"{path}:4", "default"]


def test_devices_are_ports_or_matches(tmp_path: Path) -> None:
    path = file_with(
        tmp_path, "devices:\n- {id: boots, port: 'sim://boots-6'}\n- {id: wrap, match: {vid: 0x2e8a, pid: 5}}\n"
    )
    boots, wrap = load({}, path).options.devices
    assert boots.port == "sim://boots-6"
    assert wrap.match is not None
    assert wrap.match.vid == 0x2E8A


def test_a_pair_is_a_device_at_two_ports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = file_with(tmp_path, "devices:\n- {id: both, ports: ['sim://boots-6', 'sim://boots-6']}\n")
    (both,) = load({}, path).options.devices
    assert (both.ports, both.port, both.match) == (("sim://boots-6", "sim://boots-6"), None, None)
    monkeypatch.setenv("LEGATO_DEVICES", '[{"id": "both", "ports": ["/dev/ttyACM0", "/dev/ttyACM1"]}]')
    assert load({}).options.devices[0].ports == ("/dev/ttyACM0", "/dev/ttyACM1")


@pytest.mark.parametrize(
    ("vid", "pid"),
    [
        ('"0403"', "6001"), ("0403", '"6001"'), ("0x0403", "0x6001"), ('"0x0403"', "'0X6001'"), ("0x403", "0x6001"),
    ],
)  # fmt: skip
def test_usb_numbers_are_hexadecimal_as_lsusb_writes_them(vid: str, pid: str, tmp_path: Path) -> None:
    path = file_with(
        tmp_path, f"devices:\n- id: wrap\n  match: {{vid: {vid}, pid: {pid}, serial: 00120, location: 1-1.2}}\n"
    )
    match = load({}, path).options.devices[0].match
    assert match == Match(vid=0x0403, pid=0x6001, serial="00120", location="1-1.2")


@pytest.mark.parametrize(
    ("written", "number"),
    [("1a86", 0x1A86), ("1A86", 0x1A86), ("2e10", 0x2E10), ("10c4", 0x10C4), ("5", 5), ("1027", 0x1027)],
)
def test_what_looks_like_another_kind_of_number_is_hexadecimal_too(written: str, number: int, tmp_path: Path) -> None:
    match = (
        load({}, file_with(tmp_path, f"devices:\n- {{id: a, match: {{vid: {written}, pid: '0001'}}}}\n"))
        .options.devices[0]
        .match
    )
    assert match is not None
    assert match.vid == number


def test_usb_numbers_in_a_variable_are_read_as_in_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEGATO_DEVICES", '[{"id": "a", "match": {"vid": "0403", "pid": 6001}}]')
    assert load({}).options.devices[0].match == Match(vid=0x0403, pid=0x6001)
    monkeypatch.setenv("LEGATO_DEVICES", '[{"id": "a", "match": {"vid": "0403", "pid": 24577}}]')
    with pytest.raises(UsageError, match="24577 is 0x6001"):
        load({})


@pytest.mark.parametrize(
    ("match", "told"),
    [
        ("{vid: 0403, pid: 10}", 'yaml:1:38: devices.0.match.pid is the text "10"; write 0x0010 if it is hexadecimal'),
        ("{vid: 403, pid: 6001}", "write 0x0403 if it is hexadecimal, as in lsusb, or 0x0193"),
        ("{vid: 0403, pid: 24577}", "as lsusb writes them (0403); decimal 24577 is 0x6001"),
        ("{vid: 0403, pid: 0x16001}", "four hexadecimal digits are expected"),
        ("{vid: ftdi, pid: 6001}", 'devices.0.match.vid is the text "ftdi"; four hexadecimal digits are expected'),
        ("{vid: 0403:6001, pid: 6001}", "four hexadecimal digits are expected"),
        ("{vid: 0403}", "devices.0.match.pid is missing; add it"),
        ("{vid: 0403, pid: 6001, location: left}", "a USB location such as 1-1.2, as `legato ports` shows it"),
    ],
)  # fmt: skip
def test_a_usb_number_that_is_none_or_might_be_two_says_where_and_what_to_write(
    match: str, told: str, tmp_path: Path
) -> None:
    with pytest.raises(InvalidFile) as error:
        load({}, file_with(tmp_path, f"devices: [{{id: a, match: {match}}}]\n"))
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("hosts: x\n", ":1:1: hosts is not known here"),
        ("host: a\nport: many\n", ':2:1: port is the text "many"'),
        ("devices:\n- id: Boots\n  port: a\n", ':2:3: devices.0.id is the text "Boots"; up to 32 lower-case letters'),
        (
            "devices:\n- id: a\n",
            ":2:3: devices.0 does not fit together; a device has either a port or a match; a pair has ports",
        ),
        (
            "devices:\n- {id: a, port: b, ports: [c, d]}\n",
            "devices.0 does not fit together; a device has either a port",
        ),
        (
            "devices:\n- id: a\n  ports: [b]\n",
            ":3:3: devices.0.ports is a list of 1; a pair has two ports, such as [/dev/ttyACM0, /dev/ttyACM1]",
        ),
        ("devices:\n- {id: a, ports: [b, c, d]}\n", "devices.0.ports is a list of 3; a pair has two ports"),
        ("devices:\n- {id: a, ports: b}\n", 'devices.0.ports is the text "b"; input should be a valid array'),
        ("devices:\n- id: a\n  ports: [b, '']\n", ":3:14: devices.0.ports.1 is the text"),
        (
            "devices:\n- id: a\n  ports: [b, b]\n",
            ':3:14: devices.0.ports.1 is the text "b"; two devices have the same port, b',
        ),
        ("devices:\n- {id: a, port: b}\n- {id: c, ports: [d, b]}\n", "devices.1.ports.1 is the text"),
        (
            "devices:\n- {id: a, port: b}\n- {id: a, port: c}\n",
            ':3:4: devices.1.id is the text "a"; two devices have the same id, a',
        ),
        ("devices:\n- {id: a, port: b}\n- {id: c, port: b}\n", "two devices have the same port, b"),
        ("host: a\nport:\t1\n", ":2:6: there is a tab after the colon; write a space there"),
        ("devices:\n\t- {id: a, port: b}\n", ":2:1: there is a tab in the indentation"),
        ("tls_cert: a\n", "tls_cert and tls_key go together"),
        ("token: secret\n", ":1:1: token is not known here"),
        ("allowed_hosts: ['ha.local:8123']\n", "without http:// or a port"),
        ("mqtt: {port: 1}\n", "mqtt.host is missing"),
        ("mqtt: {host: b, password: secret}\n", "mqtt.password is not known here"),
        ("mqtt: {host: b, password_file: p}\n", "password_file needs a username"),
        ("mqtt: {host: b, cert_file: c}\n", "cert_file and key_file go together"),
        ("mqtt: {host: b, base: a/#}\n", 'mqtt.base is the text "a/#"; letters, digits'),
        ("mqtt: {host: b, panel_url: 'javascript:x'}\n", "mqtt.panel_url is"),
        ("mqtt: {host: b}\ndevices: [{id: all, port: a}]\n", "no device may be called all"),
        ("- a\n", "legato.yaml:1:1:"),
        ("{", "legato.yaml:1:"),
    ],
)
def test_a_wrong_file_says_where(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(InvalidFile) as error:
        load({}, file_with(tmp_path, text))
    assert told in str(error.value)


def test_a_file_that_is_named_must_be_there_and_an_empty_one_sets_nothing(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="no such file"):
        load({}, tmp_path / "nowhere.yaml")
    assert load({}, file_with(tmp_path, "# nothing yet\n")).options.port == PORT


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [("PORT", "0", "LEGATO_PORT: "), ("DEVICES", "boots", "devices"), ("DEVICES", '[{"id": "a"}]', "LEGATO_DEVICES")],
)
def test_a_wrong_variable_is_named(name: str, value: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"LEGATO_{name}", value)
    with pytest.raises(UsageError, match=told):
        load({})


def test_a_wrong_flag_is_named() -> None:
    with pytest.raises(UsageError, match="--port: "):
        load({"port": 70000})


def test_a_secret_is_a_long_word_in_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    path = tmp_path / "token"
    with pytest.raises(UnusableFile, match="no such file"):
        secret(path, "token")
    path.write_text("0123456789abcdef\n")
    path.chmod(0o644)
    with pytest.raises(UnusableFile, match="chmod 600"):
        secret(path, "token")
    path.chmod(0o600)
    assert secret(path, "token") == "0123456789abcdef"
    path.write_text("short")
    with pytest.raises(UnusableFile, match="at least 16"):
        secret(path, "token")
    path.unlink()
    os.mkfifo(path, 0o600)
    with pytest.raises(UnusableFile, match="the token cannot be read: this is a FIFO"):
        secret(path, "token")


def test_a_variable_with_a_wrong_name_is_told_with_the_nearest_right_one() -> None:
    well = {"LEGATO_HOME": "x", "LEGATO_TOKEN_FILE": "x", "legato_port": "1", "LEGATO_DEVICES__0": "x", "PATH": "x"}
    assert misspelt(well) == []
    assert misspelt({"LEGATO_TOKN_FILE": "x"}) == ["unknown variable LEGATO_TOKN_FILE; did you mean LEGATO_TOKEN_FILE?"]
    assert "known are LEGATO_ALLOWED_HOSTS," in misspelt({"LEGATO_XYZZY": "x"})[0]
