"""`legato doctor`: what is wrong is found, and said with what to do; nothing moves meanwhile."""

import asyncio
import grp
import json
import os
import random
import select
import subprocess
import sys
import termios
import threading
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from legato.app.finding import Finding, Level
from legato.controller.link.host_messages import Arm
from legato.controller.ports.port import BAUD, Port
from legato.errors import DeviceFaulted, LinkLost, PortError
from legato.firmware import wire
from legato.profiles import load
from legato.sim import clock
from legato.sim.device import SimDevice
from legato.sim.pipes import MemoryPipe
from legato.tools.doctor import computer, serialport
from legato.tools.doctor.device import device
from legato.tools.doctor.machine import Machine, Process
from tests.front_door import Cli
from tests.running import ready, running

Setup = Callable[[SimDevice], None]


def examined(setup: Setup = lambda _: None, line: type[MemoryPipe] = MemoryPipe) -> dict[str, Finding]:
    """What is found of a simulated wrap-3, by check, in virtual time."""

    async def main() -> dict[str, Finding]:
        loop = asyncio.get_running_loop()
        simulated = SimDevice(load.device("wrap-3"), 1, loop)
        simulated.start()
        setup(simulated)

        async def opener(_: str) -> Port:
            return line(simulated, loop)

        findings = {finding.check: finding async for finding in device("test://it", {"test": opener})}
        assert not simulated.board.fill
        return findings

    return clock.run(main())


class Lossy(MemoryPipe):
    """A line that loses every fourth of the host's frames."""

    dice = random.Random(3)

    def write(self, data: bytes) -> None:
        if self.dice.random() > 0.25:
            super().write(data)


class Noisy(MemoryPipe):
    """A line with a bit error now and then on the way to the host."""

    dice = random.Random(3)

    async def read(self) -> bytes:
        data = bytearray(await super().read())
        if self.dice.random() < 0.3:
            data[len(data) // 2] ^= 4
        return bytes(data)


class Junk(MemoryPipe):
    """What a line at the wrong baud rate gives."""

    async def read(self) -> bytes:
        return bytes(b ^ 0x55 for b in await super().read())


def test_a_sound_device_passes_every_check() -> None:
    found = examined()
    assert {f.level for f in found.values()} == {Level.OK}
    assert list(found) == ["device", "firmware", "state", "speed", "line"]
    assert "wrap-3" in found["device"].text
    assert "clock known to" in found["speed"].text


def test_another_firmware_is_a_warning_that_names_both_and_the_remedy() -> None:
    def outdated(simulated: SimDevice) -> None:
        simulated.core._link._config.version = (0, 0, 9)

    firmware = examined(outdated)["firmware"]
    assert (firmware.level, "0.0.9, older than the 0.1.0" in firmware.text) == (Level.WARN, True)
    assert firmware.advice.startswith("`legato flash`")


def test_a_firmware_that_is_newer_is_not_to_be_flashed_back() -> None:
    def renewed(simulated: SimDevice) -> None:
        simulated.core._link._config.version = (9, 0, 0)

    firmware = examined(renewed)["firmware"]
    assert (firmware.level, "9.0.0, newer than the 0.1.0" in firmware.text) == (Level.WARN, True)
    assert ("flash" in firmware.advice, "a newer Legato" in firmware.advice) == (False, True)


def test_a_silent_port_and_one_at_the_wrong_baud_rate_are_told_apart() -> None:
    silent, junk = examined(SimDevice.stop)["device"], examined(line=Junk)["device"]
    assert (silent.error, "nothing answers" in silent.text) == (PortError, True)
    assert (junk.error, "something else speaks there" in junk.text) == (PortError, True)


@pytest.mark.parametrize("set_to", [9_600, 57_600, 1_000_000])
def test_a_device_at_another_baud_rate_is_found_at_its_own(set_to: int) -> None:
    class Elsewhere(Junk):
        baud = BAUD

        def write(self, data: bytes) -> None:
            super().write(data if self.baud == set_to else bytes(b ^ 0x33 for b in data))

        async def read(self) -> bytes:
            data = await super().read()
            return bytes(b ^ 0x55 for b in data) if self.baud == set_to else data

        def retune(self, baud: int) -> None:
            self.baud = baud

    found = examined(line=Elsewhere)
    assert (found["device"].error, found["baud"].error) == (PortError, PortError)
    assert found["baud"].text == f"it answers at {set_to} baud, but Legato uses 115200"


def test_noise_at_every_baud_rate_is_said_to_be_that_and_silence_is_not_tried() -> None:
    class Noise(Junk):
        def retune(self, baud: int) -> None:
            if baud > 500_000:
                raise OSError("this chip cannot")

    assert examined(line=Noise)["baud"].level is Level.WARN
    assert "baud" not in examined(SimDevice.stop, line=Noise)
    assert "baud" not in examined(line=Junk)


def test_a_real_terminal_at_another_baud_rate_is_found_at_its_own(cli: Cli, tmp_path: Path) -> None:
    with massager(tmp_path) as tty, set_to(termios.B57600, tty) as wrong:
        code, out, _ = cli("doctor", wrong)
    assert (code, "FAIL  baud          it answers at 57600 baud, but Legato uses 115200" in out) == (4, True)


@contextmanager
def massager(folder: Path) -> Iterator[Path]:
    """A simulated wrap-3 behind a terminal."""
    with running("sim", "--device", "wrap-3", "--pty", str(folder / "massager")) as sim:
        yield Path(ready(sim))


@contextmanager
def set_to(speed: int, device: Path) -> Iterator[str]:
    """A terminal on which the device behind `device` is to be understood at one speed only."""
    master, slave = os.openpty()
    tty.setraw(slave)
    behind = os.open(device, os.O_RDWR | os.O_NOCTTY)
    tty.setraw(behind)
    is_over = threading.Event()

    def relay() -> None:
        while not is_over.is_set():
            ready, _, _ = select.select([master, behind], [], [], 0.05)
            for end in ready:
                data = os.read(end, 4096)
                is_heard = termios.tcgetattr(master)[5] == speed
                os.write(behind if end == master else master, data if is_heard else bytes(b ^ 0x55 for b in data))

    relaying = threading.Thread(target=relay)
    relaying.start()
    try:
        yield os.ttyname(slave)
    finally:
        is_over.set()
        relaying.join()
        for descriptor in (behind, slave, master):
            os.close(descriptor)


def test_debug_text_between_the_frames_is_a_warning_and_no_bad_line() -> None:
    def printing(simulated: SimDevice) -> None:
        loop = asyncio.get_running_loop()
        for n in range(100):
            loop.call_later(n / 10, lambda: simulated.send(b"[42] adc=1023\r\n"))

    found = examined(printing)
    assert (found["line"].level, found["text"].level) == (Level.OK, Level.WARN)
    assert 'such as "[42] adc=1023"' in found["text"].text


def test_another_protocol_is_refused() -> None:
    class Newer(MemoryPipe):
        async def read(self) -> bytes:
            await super().read()
            return wire.encode(wire.WELCOME, 1, 0, b"\2\0\0")

    found = examined(line=Newer)["device"]
    assert (found.error, "protocol 2, this host 1" in found.text) == (PortError, True)


def test_a_lossy_line_fails_and_a_noisy_one_is_seen() -> None:
    lossy, noisy = examined(line=Lossy)["line"], examined(line=Noisy)["line"]
    assert (lossy.level, lossy.error) == (Level.FAIL, LinkLost)
    assert noisy.level is not Level.OK
    assert " 0.0 % of frames unreadable" not in noisy.text
    assert noisy.text.startswith("bad line: ")
    assert noisy.advice.startswith("check the cable")


def test_a_latched_fault_and_a_broken_sensor_are_said() -> None:
    def stopped(simulated: SimDevice) -> None:
        simulated.feed(wire.encode(wire.ESTOP, 1, 0))

    def unplugged(simulated: SimDevice) -> None:
        simulated.board.wires.append(lambda readings: readings.__setitem__(6, wire.INVALID))

    fault, sensor = examined(stopped)["state"], examined(unplugged)["state"]
    assert (fault.error, "emergency stop" in fault.text) == (DeviceFaulted, True)
    assert (sensor.level, "channel 6" in sensor.text) == (Level.WARN, True)


def test_a_session_that_is_on_is_neither_ended_nor_kept_going() -> None:
    states = []

    def armed(simulated: SimDevice) -> None:
        core = simulated.core
        arm = Arm(core._session.boot_id, core._session.nonce)
        simulated.feed(wire.encode(arm.kind, 1, 77, arm.pack()))
        simulated.watch = lambda _: states.append(simulated.core.state)

    assert examined(armed)["state"].level is Level.WARN
    assert states[0] == wire.ARMED
    # Nobody beats, so the device ends it by itself after its 1.5 s, while it is examined.
    assert (states[-1], wire.FAULTED in states) == (wire.IDLE, False)


def test_what_is_no_serial_port_fails_with_the_exit_code_of_ports(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    code, out, _ = cli("doctor", str(tmp_path / "nothing"))
    assert (code, "there is no such port" in out) == (4, True)
    code, out, _ = cli("doctor", str(file), "--json")
    last = json.loads(out)["checks"][-1]
    assert (code, last["level"], "is not a serial port" in last["text"]) == (4, "fail", True)


@pytest.mark.parametrize(("group", "advice"), [("dialout", "usermod -aG dialout $USER"), ("root", "a udev rule")])
def test_a_port_that_this_user_may_not_open_names_its_group(
    monkeypatch: pytest.MonkeyPatch, group: str, advice: str
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setattr(grp, "getgrgid", lambda _: grp.struct_group((group, "x", 20, [])))
    last = list(serialport.port(Path("/dev/null"), Machine()))[-1]
    assert (last.check, last.error) == ("permission", PortError)
    assert advice in last.advice


def test_a_port_that_another_program_has_open_names_that_program_unless_it_is_the_service() -> None:
    master, slave = os.openpty()
    command = [sys.executable, "-c", "input()"]
    with subprocess.Popen(command, stdin=slave) as holder:  # noqa: S603 - our own interpreter
        try:
            held = Path(os.ttyname(slave))
            last = list(serialport.port(held, Machine()))[-1]
            served = list(serialport.port(held, Machine(service=holder.pid)))[-1]
        finally:
            holder.kill()
            os.close(master)
            os.close(slave)
    assert (last.check, last.level, last.error) == ("free", Level.FAIL, PortError)
    assert f"({holder.pid})" in last.text
    assert (served.check, served.level) == ("free", Level.OK)


def test_of_many_programs_that_have_a_port_open_a_few_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = [Process(pid, "cat") for pid in range(1, 51)]
    monkeypatch.setattr(Machine, "holders", lambda *_: crowd)
    last = list(serialport.port(Path("/dev/null"), Machine()))[-1]
    assert last.text == "cat (1), cat (2), cat (3) and 47 more have it open"


def test_a_slow_chip_and_a_modem_manager_are_warnings(tmp_path: Path) -> None:
    timer = tmp_path / "class" / "tty" / "null" / "device" / "latency_timer"
    timer.parent.mkdir(parents=True)
    timer.write_text("16\n")
    last = list(serialport.port(Path("/dev/null"), Machine(tmp_path, tmp_path)))[-1]
    assert (last.check, last.level, "16 ms" in last.text) == ("latency", Level.WARN, True)
    (tmp_path / "12").mkdir()
    (tmp_path / "12" / "comm").write_text("ModemManager\n")
    (manager,) = computer.modem_manager(Machine(proc=tmp_path))
    assert (manager.level, "ID_MM_DEVICE_IGNORE" in manager.advice) == (Level.WARN, True)


@pytest.mark.parametrize(
    ("year", "is_set", "level"),
    [(2027, True, Level.OK), (2027, None, Level.OK), (2027, False, Level.WARN), (1970, True, Level.FAIL)],
)
def test_a_clock_that_is_wrong_or_left_alone_is_seen(year: int, is_set: bool | None, level: Level) -> None:
    (found,) = computer.clock(datetime(year, 1, 1, tzinfo=UTC), is_set)
    assert found.level is level


def test_the_whole_of_it_on_a_simulated_device_behind_a_terminal(cli: Cli, tmp_path: Path) -> None:
    with massager(tmp_path) as tty:
        code, out, _ = cli("doctor", str(tty), "--json")
    checks = {check["check"]: check["level"] for check in json.loads(out)["checks"]}
    assert (code, json.loads(out)["healthy"]) == (0, True)
    assert {"clock", "disk", "port", "permission", "free", "device", "firmware", "state"} <= set(checks)
