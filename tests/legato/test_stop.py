"""`legato stop` where no service runs: the device obeys a stranger on its port."""

from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import PIPE, Popen
from sys import executable

import pytest

from controller.ports import SerialPort

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def massager(tmp_path: Path) -> Iterator[Path]:
    """A simulated device on a tty."""
    tty = tmp_path / "massager"
    with Popen(  # noqa: S603 - our own interpreter
        [executable, "-m", "legato", "sim", "--device", "wrap-3", "--pty", str(tty)], stdout=PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("ready")
        yield tty
        process.terminate()


def test_a_port_is_stopped_softly_or_at_once_and_then_holds_the_emergency_stop(
    cli: Cli, massager: Path, tmp_path: Path
) -> None:
    port = str(massager)
    assert cli("stop", "--port", port) == (0, "", f"{port}: stopped\n")
    settings = tmp_path / "legato.yaml"
    settings.write_text(f"devices:\n- {{id: wrap, port: {port}}}\n- {{id: practice, port: 'sim://boots-6'}}\n")
    code, out, err = cli("stop", "--emergency", "--config", str(settings))
    assert (code, out, err) == (0, "", "wrap: emergency stop: everything is off and open\n")
    code, _, err = cli("play", "foot_relax", "--port", port)
    assert code == 8
    assert "emergency stop" in err


def test_a_device_that_is_away_is_said_and_the_others_are_stopped(cli: Cli, massager: Path, tmp_path: Path) -> None:
    settings = tmp_path / "legato.yaml"
    settings.write_text(f"devices:\n- {{id: wrap, port: {massager}}}\n- {{id: boots, port: {tmp_path / 'gone'}}}\n")
    code, _, err = cli("stop", "--direct", "--config", str(settings))
    assert code == 4
    assert "wrap: stopped" in err
    assert "gone: there is no such port" in err


def test_a_device_that_is_told_by_its_usb_numbers_is_stopped_too(
    cli: Cli, massager: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugged = [SerialPort(str(massager), None, "", 0x2E8A, 0xA, "E6614C")]
    monkeypatch.setattr("legato.commands.stop.serial_ports", lambda: plugged)
    settings = tmp_path / "legato.yaml"
    settings.write_text("devices:\n- {id: wrap, match: {vid: 0x2e8a, pid: 0xa}}\n")
    assert cli("stop", "--direct", "--config", str(settings)) == (0, "", "wrap: stopped\n")
    plugged.clear()
    code, _, err = cli("stop", "--direct", "--config", str(settings))
    assert (code, err.startswith("wrap: usb 2e8a:000a: no such device is plugged in")) == (4, True)
