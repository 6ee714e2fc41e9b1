"""`legato stop` where no service runs: the device obeys a stranger on its port."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGCONT, SIGSTOP, SIGTERM
from subprocess import PIPE, Popen
from sys import executable
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest

from legato.cli.commands import stop as stopping
from legato.controller.ports.serial_ports import SerialPort
from legato.controller.session.event_bus import EventBus
from legato.controller.session.events import Event, Telemetry
from legato.profiles import load
from tests.front_door import Cli
from tests.ports import free_port
from tests.running import ask, ready, running, wait_until


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
    assert (code, out, err) == (0, "", "wrap: emergency stop: everything is off and all vents are open\n")
    code, _, err = cli("play", "foot_relax", "--port", port)
    assert code == 8
    assert "emergency stop" in err


def test_a_device_that_is_away_is_said_and_the_others_are_stopped(cli: Cli, massager: Path, tmp_path: Path) -> None:
    settings = tmp_path / "legato.yaml"
    settings.write_text(f"devices:\n- {{id: wrap, port: {massager}}}\n- {{id: boots, port: {tmp_path / 'gone'}}}\n")
    code, _, err = cli("stop", "--direct", "--config", str(settings))
    assert code == 5
    assert "wrap: stopped" in err
    assert "boots: not stopped: " in err
    assert "gone: there is no such port" in err
    assert err.count("Switch the device off if it is still under pressure.") == 1


def test_a_device_that_is_told_by_its_usb_numbers_is_stopped_too(
    cli: Cli, massager: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugged = [SerialPort(str(massager), None, "", 0x2E8A, 0xA, "E6614C")]
    monkeypatch.setattr("legato.cli.commands.stop.serial_ports", lambda: plugged)
    settings = tmp_path / "legato.yaml"
    settings.write_text("devices:\n- {id: wrap, match: {vid: 0x2e8a, pid: 0xa}}\n")
    assert cli("stop", "--direct", "--config", str(settings)) == (0, "", "wrap: stopped\n")
    plugged.clear()
    code, _, err = cli("stop", "--direct", "--config", str(settings))
    assert (code, err.startswith("wrap: not stopped: usb 2e8a:000a: no such device is plugged in")) == (5, True)


# Where a `legato play` has the port.

HOLD = "format: 1\nname: long\ntitle: Long\nsteps: [{do: hold, from: calf, pressure_mmhg: 30, seconds: 50}]\n"


@contextmanager
def playing(port: Path, folder: Path) -> Iterator["Popen[str]"]:
    """`legato play` on `port`, once session time runs."""
    routine = folder / "long.yaml"
    routine.write_text(HOLD)
    with running("play", str(routine), "--port", str(port), "--json") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert any('"event":"started"' in line for line in process.stdout), process.stderr.read()
        # What nobody reads would keep nothing from its end.
        reading = Thread(target=process.stdout.read)
        reading.start()
        yield process
        process.kill()
        reading.join()


@pytest.mark.timeout(240)
@pytest.mark.parametrize("flags", [(), ("--emergency",)])
def test_a_port_that_a_play_owns_is_stopped_by_asking_that_play(
    cli: Cli, massager: Path, tmp_path: Path, flags: tuple[str, ...]
) -> None:
    with playing(massager, tmp_path) as process:
        said = "emergency stop: everything is off and all vents are open" if flags else "stopped"
        assert cli("stop", "--port", str(massager), *flags) == (0, "", f"{massager}: {said}\n")
        assert process.wait(60) == 128 + SIGTERM
    code, _, err = cli("stop", "--port", str(massager))
    assert (code, err) == (0, f"{massager}: stopped\n")


@pytest.mark.timeout(240)
@pytest.mark.parametrize("flags", [(), ("--emergency",)])
def test_a_play_that_keeps_the_service_from_a_device_is_asked_to_stop_too(
    cli: Cli, massager: Path, tmp_path: Path, flags: tuple[str, ...]
) -> None:
    settings = tmp_path / "legato.yaml"
    settings.write_text(f"devices:\n- {{id: wrap, port: {massager}}}\n")
    with (
        playing(massager, tmp_path) as process,
        running("serve", "--config", str(settings), "--http-port", str(free_port())) as serve,
    ):
        url = ready(serve)
        wait_until(lambda: ask(url, "/devices/wrap", method="GET")["problem"] is not None)
        said = "emergency stop: everything is off and all vents are open" if flags else "stopped"
        assert cli("stop", *flags) == (0, "", f"wrap: {said}\n")
        assert process.wait(60) == 128 + SIGTERM


@pytest.mark.timeout(240)
def test_a_play_that_does_not_let_go_is_said_and_is_no_success(
    cli: Cli, massager: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("legato.cli.port_owner_process.RELEASE_S", 0.5)
    with playing(massager, tmp_path) as process:
        process.send_signal(SIGSTOP)
        code, _, err = cli("stop", "--port", str(massager))
        process.send_signal(SIGCONT)
    assert code == 5
    assert f"legato play (process {process.pid}) was asked to stop, but did not release" in err


def test_another_program_at_the_port_is_never_signalled_and_the_device_not_called_stopped(
    cli: Cli, massager: Path
) -> None:
    locker = "import serial, sys; held = serial.Serial(sys.argv[1], exclusive=True); print('held', flush=True); input()"
    with Popen([executable, "-c", locker, str(massager)], stdin=PIPE, stdout=PIPE, text=True) as process:  # noqa: S603 - our own
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        code, _, err = cli("stop", "--port", str(massager))
        assert (code, process.poll()) == (5, None)
        process.kill()
    assert f"{massager}: not stopped: " in err
    assert "has it open" in err


# What a device says of itself after a stop by its port.


@pytest.mark.parametrize(
    ("state", "mmhg", "still"),
    [
        ("faulted", 3.0, ""),
        ("faulted", 45.0, "stopped, but still holding 45 mmHg; switch the device off"),
        ("running", 3.0, "asked to stop, but it has not confirmed; switch the device off"),
        (None, 0.0, "asked to stop, but it has not confirmed; switch the device off"),
    ],
)
def test_only_a_device_that_says_that_it_is_at_rest_without_pressure_counts_as_stopped(
    state: str | None, mmhg: float, still: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopping, "AIR_OUT_S", 0.2)
    device = load.device("wrap-3")
    session: Any = SimpleNamespace(device=device, has_obeyed=True)
    measured = tuple(mmhg if channel.unit == "mmHg" else 30.0 for channel in device.channels)

    async def held() -> str:
        hub = EventBus[Event]()
        events = hub.subscribe()
        if state is not None:
            hub.publish(Telemetry(0, 0, state, measured, measured, 100, 0, 0.0, 0, 0, 0, 0))
        return await stopping._held(session, events, frozenset({"faulted"}))

    assert asyncio.run(held()).startswith(still)
    assert bool(still) == bool(asyncio.run(held()))
