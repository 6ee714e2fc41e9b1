"""The stand-ins of the peers' hardware: they understand what the peers send, in whatever pieces it comes."""

import asyncio
from collections.abc import Callable

import pytest

from bench.peers.devices import firmata, grbl, modbus, telemetrix
from bench.peers.devices.lines import Lines, line
from bench.peers.devices.writing import Writing
from bench.stress.stand import Notebook
from legato.sim.clock import run

Made = Callable[[Notebook], Writing]


def hex_bytes(text: str) -> bytes:
    return bytes.fromhex(text)


def written(made: Made, data: bytes, piece: int) -> tuple[list[tuple[int, int]], bytes]:
    """What a device does with `data`, handed over in pieces, and what it answers."""
    notebook, said = Notebook(), bytearray()
    device = made(notebook)
    device.send = said.extend
    for at in range(0, len(data), piece):
        device.feed(data[at : at + piece])
    return [(stamp.actuator, stamp.value) for stamp in notebook.executed], bytes(said)


@pytest.mark.parametrize("piece", [1, 3, 100])
class TestWhateverThePieces:
    def test_lines(self, piece: int) -> None:
        assert written(Lines, line(3, 57) + line(0, 100) + b"7 ", piece) == ([(3, 57), (0, 100)], b"")

    def test_modbus_takes_a_register_and_answers_with_the_request(self, piece: int) -> None:
        request = hex_bytes("01 06 00 01 00 03 98 0b")
        broken = hex_bytes("01 06 00 01 00 03 98 0c")
        assert written(modbus.Registers, request + broken + request, piece) == ([(1, 3), (1, 3)], request * 2)

    def test_firmata_takes_analog_messages_among_others(self, piece: int) -> None:
        data = hex_bytes("f4 03 03  f0 69 00 f7  c0 01  ff  e3 39 00  90 7f 00  e0 48 01")
        assert written(firmata.FirmataDevice, data, piece) == ([(3, 57), (0, 200)], b"")

    def test_telemetrix_takes_analog_writes_and_says_who_it_is(self, piece: int) -> None:
        data = hex_bytes("01 06  01 05  04 03 02 00 39  01 11  04 03 07 01 00")
        answers = hex_bytes("02 06 01  04 05 05 04 01")
        assert written(telemetrix.TelemetrixDevice, data, piece) == ([(2, 57), (7, 256)], answers)


def test_the_check_of_modbus_is_that_of_its_specification() -> None:
    assert modbus.crc16(hex_bytes("02 07")) == 0x1241


def test_a_grbl_like_device_spaces_its_blocks_whenever_the_lines_come() -> None:
    async def spaced() -> tuple[list[float], int]:
        loop, notebook, oks = asyncio.get_running_loop(), Notebook(), bytearray()
        began: list[float] = []

        class Timed(grbl.Planner):
            def write(self, actuator: int, value: int) -> None:
                super().write(actuator, value)
                began.append(loop.time())

        device = Timed(loop, notebook)
        device.send = oks.extend
        start_s = loop.time()
        device.feed(b"G93\n" + b"".join(grbl.move(n % 8, n, 10) for n in range(20)))
        taken = oks.count(b"ok")
        await asyncio.sleep(1)
        assert [stamp.value for stamp in notebook.executed] == list(range(20))
        return [at - start_s for at in began], taken

    began, taken = run(spaced())
    assert began == pytest.approx([n / 100 for n in range(20)])
    # The line of settings, the block that moves, and a full planner behind it.
    assert taken == 2 + grbl.PLANNER_BLOCKS


def test_a_planner_that_has_run_dry_is_late_for_ever_after() -> None:
    async def last_s() -> float:
        loop = asyncio.get_running_loop()
        device = grbl.Planner(loop, Notebook())
        device.send = lambda _: None
        device.feed(grbl.move(0, 1, 10))
        await asyncio.sleep(0.5)
        before_s = loop.time()
        device.feed(grbl.move(1, 2, 10))
        return loop.time() - before_s

    assert run(last_s()) == 0
