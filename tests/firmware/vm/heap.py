"""In a MicroPython VM: a tick allocates nothing, whatever happens in it. Prints how many ran on a locked heap.

A long random session with faults; every tick, those that tell something too, runs with the heap locked, where whatever
allocates raises MemoryError.
"""

import binascii

import micropython  # type: ignore[import-not-found]
from scenario import FIRST_MS, Dice, Stage, make_config  # type: ignore[import-not-found]

from firmware import frame
from firmware.ports.unix.bladders import BladderBoard

TICKS = 60_000
_LARGE = 1 << 64


class Narrow:
    """`binascii` as on a board, where small integers have 31 bits: a sum of 32 bits is an object, and takes memory."""

    @staticmethod
    def crc32(data: bytes) -> int:
        return binascii.crc32(data) + _LARGE - _LARGE


class Liars(BladderBoard):
    """Bladders whose first sensor is off every 20 s: the board keeps no digest, since that takes memory."""

    ticks = 0

    def measure(self, out: list[int]) -> None:
        super().measure(out)
        self.ticks += 1
        if self.ticks % 2000 > 1980:
            out[0] = 1900


def check_lock() -> None:
    """Raises RuntimeError where this VM does not mind what happens on a locked heap."""
    micropython.heap_lock()
    try:
        bytearray(1000)
    except MemoryError:
        return
    finally:
        micropython.heap_unlock()
    raise RuntimeError("the heap lock does not hold")


def main() -> None:
    """Locks the heap in every tick."""
    check_lock()
    frame.binascii = Narrow  # type: ignore[assignment, attr-defined]
    config = make_config()
    stage = Stage(config, Liars(config, FIRST_MS), Dice(3))
    told = 0
    for _ in range(TICKS):
        now_ms = stage.receive()
        stage.answer()
        micropython.heap_lock()
        stage.core.tick(now_ms)
        micropython.heap_unlock()
        told += bool(stage.answer())
    print(f"{TICKS} ticks, {told} told", sorted(stage.host.states), sorted(stage.host.faults))


main()
