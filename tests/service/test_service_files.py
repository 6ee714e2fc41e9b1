"""What `legato service install` writes: a unit that systemd accepts, rules for exactly our ports, settings to begin."""

import configparser
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from legato.controller.ports.serial_ports import SerialPort
from legato.service.install import Setup, example, rules, unit
from legato.service.settings import DeviceSettings, Match, Options
from legato.service.settings_sources import load
from tests.front_door import Cli

PYTHON = Path(sys.executable)
CONFIG = Path("/etc/legato/legato.yaml")


def parsed(text: str) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    return parser


@pytest.mark.parametrize("for_user", [False, True])
def test_systemd_accepts_the_unit(for_user: bool, tmp_path: Path) -> None:
    """Where systemd is; everywhere, it is made of sections and settings, and nothing is left to fill in."""
    options = Options(token_file=Path("/etc/legato/token"), devices=(DeviceSettings(id="a", port="/dev/ttyS0"),))
    text = unit(Setup(PYTHON, CONFIG, for_user), options)
    service = parsed(text)["Service"]
    assert service["ExecStart"] == f"{PYTHON} -m legato serve --config {CONFIG}"
    assert service["ExecStopPost"] == f"-{PYTHON} -m legato stop --direct --config {CONFIG}"
    assert (service["Type"], service["Restart"]) == ("notify", "on-failure")
    assert int(service["WatchdogSec"]) > 0
    if analyze := shutil.which("systemd-analyze"):
        path = tmp_path / "legato.service"
        path.write_text(text)
        scope = ["--user"] if for_user else []
        done = subprocess.run([analyze, "verify", *scope, str(path)], capture_output=True, text=True, check=False)  # noqa: S603 - our own file
        assert "legato.service" not in done.stderr


def test_the_machines_unit_is_locked_in_and_gets_secrets_from_systemd() -> None:
    text = unit(Setup(PYTHON, CONFIG, False), Options(token_file=Path("/etc/legato/token")))
    assert "LoadCredential=token_file:/etc/legato/token\nEnvironment=LEGATO_TOKEN_FILE=%d/token_file\n" in text
    service = parsed(text)["Service"]
    for name, value in {"DynamicUser": "yes", "DevicePolicy": "closed", "ProtectSystem": "strict"}.items():
        assert service[name] == value
    assert service["CapabilityBoundingSet"] == ""


def test_a_port_that_is_not_on_usb_is_allowed_by_name() -> None:
    ports = ("/dev/ttyS0", "/dev/ttyACM1", "/dev/serial/by-id/usb-x", "sim://boots-6")
    devices = tuple(DeviceSettings(id=f"d{number}", port=port) for number, port in enumerate(ports))
    text = unit(Setup(PYTHON, CONFIG, False), Options(devices=devices))
    allowed = [line for line in text.splitlines() if line.startswith("DeviceAllow=")]
    assert allowed == [
        "DeviceAllow=char-ttyUSB rw",
        "DeviceAllow=char-ttyACM rw",
        "DeviceAllow=/dev/ttyS0 rw",
    ]


def test_the_ports_of_a_pair_are_allowed_and_ruled_by_number() -> None:
    plugged = SerialPort("/dev/ttyUSB0", "/dev/serial/by-id/usb-a", "", 0x10C4, 0xEA60, "A1")
    both = DeviceSettings(id="both", ports=("/dev/ttyS0", "/dev/serial/by-id/usb-a"))
    assert "DeviceAllow=/dev/ttyS0 rw" in unit(Setup(PYTHON, CONFIG, False), Options(devices=(both,)))
    assert 'SYMLINK+="legato-both-2"' in rules([both], [plugged])


def test_a_path_with_signs_of_systemds_own_is_taken_as_it_is() -> None:
    text = unit(Setup(Path("/opt/a b/50%$x/python"), CONFIG, False), Options())
    assert 'ExecStart="/opt/a b/50%%$$x/python" -m legato serve' in text


def test_the_rules_are_for_the_ports_of_the_devices_only() -> None:
    port = SerialPort("/dev/ttyUSB0", "/dev/serial/by-id/usb-a", "", 0x10C4, 0xEA60, "")
    devices = (
        DeviceSettings(id="boots", port="/dev/serial/by-id/usb-a"),
        DeviceSettings(id="wrap", match=Match(vid=0x0403, pid=0x6001, serial='A"*\n1')),
        DeviceSettings(id="practice", port="sim://boots-6"),
    )
    text = rules(devices, [port])
    assert 'SUBSYSTEM=="tty", ATTRS{idVendor}=="10c4", ATTRS{idProduct}=="ea60", TAG+="uaccess"' in text
    assert 'SYMLINK+="legato-boots"' in text
    assert 'ATTRS{serial}=="A???1"' in text
    assert text.count("latency_timer") == 1
    assert text.count("ID_MM_DEVICE_IGNORE") == 2
    assert "practice" not in text
    assert rules(devices[2:], [port]) == ""


def test_the_example_sets_nothing_and_is_valid_once_all_of_it_counts(tmp_path: Path) -> None:
    path = tmp_path / "legato.yaml"
    path.write_text(example())
    assert load({}, path).options == Options()
    lines = [line.removeprefix("# ") for line in example().splitlines()]
    path.write_text("\n".join(line for line in lines if line[:1] in "- " or line.split(":")[0] in Options.model_fields))
    assert [device.id for device in load({}, path).options.devices] == ["boots", "wrap", "both", "practice"]


def test_install_asks_writes_and_uninstall_removes(cli: Cli, tmp_path: Path) -> None:
    root = ("--root", str(tmp_path))
    code, out, err = cli("service", "install", *root)
    assert (code, list(tmp_path.iterdir())) == (6, [])
    assert "write " in out
    assert "--yes" in err
    assert cli("service", "install", "--yes", *root)[0] == 0
    written = tmp_path / "etc/systemd/system/legato.service"
    assert "Type=notify" in written.read_text()
    assert (tmp_path / "etc/legato/legato.yaml").read_text() == example()
    (tmp_path / "etc/legato/legato.yaml").write_text("devices: [{id: a, match: {vid: 1, pid: 2}}]\n")
    assert cli("service", "install", "--yes", *root)[0] == 0
    assert "legato-a" in (tmp_path / "etc/udev/rules.d/70-legato.rules").read_text()
    assert cli("service", "uninstall", "--yes", *root)[0] == 0
    assert not written.exists()
    assert "devices" in (tmp_path / "etc/legato/legato.yaml").read_text()
    assert cli("service", "uninstall", "--yes", *root)[0] == 2


def test_print_writes_nothing(cli: Cli, tmp_path: Path) -> None:
    code, out, _ = cli("service", "install", "--print", "--root", str(tmp_path))
    assert (code, list(tmp_path.iterdir())) == (0, [])
    assert "[Service]" in out


def test_config_show_says_where_each_value_comes_from(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "legato.yaml"
    path.write_text("\nallow_remote: true\n")
    monkeypatch.setenv("LEGATO_PORT", "1002")
    code, out, _ = cli("config", "show", "--config", str(path))
    rows = {line.split()[0]: line.split()[1:] for line in out.splitlines()}
    assert code == 0
    assert rows["port"] == ["1002", "variable", "LEGATO_PORT"]
    assert rows["allow_remote"] == ["true", f"{path}:2"]
    assert rows["host"] == ["127.0.0.1", "default"]


def test_config_show_refuses_a_wrong_file(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "legato.yaml"
    path.write_text("prt: 1\n")
    code, out, err = cli("config", "show", "--config", str(path))
    assert (code, out) == (3, "")
    assert err.startswith(f"{path}:1:1: prt is not known here")


def test_config_path_names_the_file_that_counts(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    second.touch()
    monkeypatch.setattr("legato.cli.commands.config.places", lambda: (first, second))
    code, out, _ = cli("config", "path")
    assert (code, out.splitlines()) == (0, [f"{first}", f"{second}  read"])
