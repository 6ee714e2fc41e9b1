"""In a MicroPython VM, with a stub of `machine`: a board whose first sensor was calibrated. Prints two readings."""

import machine  # type: ignore[import-not-found]
from device import config  # type: ignore[import-not-found]

from firmware.ports.mcu.board import McuBoard
from firmware.ports.pico.main import WIRING

ZERO = WIRING.zero + WIRING.span * 8 // 100
"""8 mmHg above what the data sheet says: too far to be taken for the zero without a calibration."""

machine.READINGS[0] = ZERO
settings = config(b"12345678")
converter = machine.ADC(machine.Pin(0))
converter.select = WIRING.select
board = McuBoard(settings, WIRING, converter)
machine.READINGS[0] = ZERO + WIRING.span * 22 // 100
machine.READINGS[1] = WIRING.zero + WIRING.span * 30 // 100
out = [0] * len(settings.channels)
board.measure(out)
print(out[0], out[1])
