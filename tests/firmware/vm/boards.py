"""In a MicroPython VM, with a stub of `machine`: the boards' programs start, and their outputs are the right ones.

Prints what it saw, for the test to compare.
"""

import machine  # type: ignore[import-not-found]
from device import config  # type: ignore[import-not-found]

from firmware.ports.esp32.main import WIRING as ESP32
from firmware.ports.mcu.board import McuBoard
from firmware.ports.pico.main import WIRING as PICO


def coils(wiring) -> list[int]:  # type: ignore[no-untyped-def] # a Wiring
    """The bits that were shifted into the registers since the last look, first shifted first."""
    data, clock, _latch = wiring.registers
    level = 0
    bits = []
    for pin, value in machine.EDGES:
        if pin == data:
            level = value
        elif pin == clock and value:
            bits.append(level)
    machine.EDGES[:] = []
    return bits


def try_board(wiring) -> None:  # type: ignore[no-untyped-def] # a Wiring
    """Switches everything once."""
    machine.EDGES[:] = []
    machine.READINGS[1] = 6619 + 500
    settings = config(b"12345678")
    converter = machine.ADC(machine.Pin(0))
    converter.select = wiring.select
    board = McuBoard(settings, wiring, converter)
    print("off", machine.EDGES[0] == (wiring.enable, 1), coils(wiring), machine.LEVELS[wiring.enable])
    board.valves(0b000001, 0b100000, 1)
    print("coils", coils(wiring))
    board.pump(0, 1)
    board.master(1)
    board.drive(6, 50)
    print("power", machine.LEVELS[wiring.pumps[0]], machine.LEVELS[wiring.master], machine.PULSES[wiring.drives[6]])
    machine.READINGS.update({0: 6619 + 1765, 1: 7119 + 1765, 2: 0, 8: 32768, 9: 65535})
    out = [0] * len(settings.channels)
    board.measure(out)
    print("reads", out)


try_board(PICO)
try_board(ESP32)
