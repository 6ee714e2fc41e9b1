"""Power-on of a microcontroller: the firmware starts, unless its strap says otherwise."""

import os
import select
import time

from device import config  # type: ignore[import-not-found]
from machine import UART, WDT, Pin, unique_id  # type: ignore[import-not-found]

from ...core import Core
from ...device_link import MAX_WAITING
from ...ticks import MASK
from ..runtime import Runtime, serve
from .board import McuBoard
from .wiring import Wiring

BAUD = 115200
RECEIVED = 512
WATCHDOG_MS = 1000
"""Long enough for every board's hardware, short enough that a hanging program lets go before the person minds."""


class Mcu(Runtime):
    """A serial line and a watchdog, which is fed only after a tick has moved its outputs."""

    def __init__(self, wiring: Wiring) -> None:
        number, transmit, receive = wiring.uart
        self._uart = UART(number, BAUD, tx=Pin(transmit), rx=Pin(receive), rxbuf=RECEIVED, txbuf=MAX_WAITING)
        self._readable = select.poll()
        self._readable.register(self._uart, select.POLLIN)
        self._watchdog = WDT(timeout=WATCHDOG_MS)

    def now_ms(self) -> int:
        ticks_ms: int = time.ticks_ms()  # type: ignore[attr-defined]
        return ticks_ms & MASK

    def read(self, wait_ms: int) -> bytes | None:
        if not self._readable.poll(wait_ms):
            return b""
        return self._uart.read(self._uart.any()) or b""

    def write(self, data: bytes) -> None:
        if data:
            self._uart.write(data)

    def after_tick(self) -> None:
        self._watchdog.feed()


def start(wiring: Wiring, converter) -> None:  # type: ignore[no-untyped-def] # a machine.ADC
    """Runs the firmware for ever; with the strap held low it returns at once, so that the prompt can be reached."""
    settings = config((unique_id() + bytes(8))[:8])
    board = McuBoard(settings, wiring, converter)
    if not Pin(wiring.strap, Pin.IN).value():
        return
    serve(Core(settings, board, int.from_bytes(os.urandom(4), "little")), Mcu(wiring))
