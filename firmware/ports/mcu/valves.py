"""The valve coils: a chain of 74HC595 shift registers, clocked out by hand."""

from machine import Pin  # type: ignore[import-not-found]

from .wiring import Wiring


class ShiftRegisters:
    """`bits` coils; the last bit shifted out sits at the first output of the first register."""

    def __init__(self, wiring: Wiring, bits: int) -> None:
        # Before anything else: a register keeps what it had through a reset of the controller.
        self._off = Pin(wiring.enable, Pin.OUT, value=1)
        data, clock, latch = wiring.registers
        self._data = Pin(data, Pin.OUT, value=0)
        self._clock = Pin(clock, Pin.OUT, value=0)
        self._latch = Pin(latch, Pin.OUT, value=0)
        self._bits = bits
        self.show(0)
        self._off.value(0)

    def show(self, word: int) -> None:
        """Energises the coils whose bits are 1."""
        for n in range(self._bits - 1, -1, -1):
            self._data.value(word >> n & 1)
            self._clock.value(1)
            self._clock.value(0)
        self._latch.value(1)
        self._latch.value(0)
