"""In a MicroPython VM: a tick that tells nothing allocates nothing. Prints how many such ticks ran on a locked heap.

The scenario runs twice with the same dice: first to learn in which ticks a STATUS or FAULT is made, which takes memory;
then all others run with the heap locked, where whatever allocates raises MemoryError.
"""

import micropython  # type: ignore[import-not-found]
from scenario import FIRST_MS, Dice, Stage, make_config  # type: ignore[import-not-found]

from firmware.ports.unix.bladders import Bladders

TICKS = 20_000


def make_stage() -> Stage:
    """The same every time; the board keeps no digest, since that takes memory."""
    config = make_config()
    return Stage(config, Bladders(config, FIRST_MS), Dice(2))


def check_lock() -> None:
    """Raises RuntimeError where this VM does not mind what happens on a locked heap."""
    micropython.heap_lock()
    try:
        bytearray(TICKS)
    except MemoryError:
        return
    finally:
        micropython.heap_unlock()
    raise RuntimeError("the heap lock does not hold")


def silent_ticks() -> bytearray:
    """1 for every tick that tells nothing."""
    stage = make_stage()
    silent = bytearray(TICKS)
    for tick in range(TICKS):
        now_ms = stage.receive()
        stage.answer()
        stage.core.tick(now_ms)
        silent[tick] = not stage.answer()
    return silent


def main() -> None:
    """Locks the heap in every silent tick."""
    check_lock()
    silent = silent_ticks()
    stage = make_stage()
    for tick in range(TICKS):
        now_ms = stage.receive()
        stage.answer()
        if silent[tick]:
            micropython.heap_lock()
        stage.core.tick(now_ms)
        if silent[tick]:
            micropython.heap_unlock()
        stage.answer()
    print(sum(silent), "ticks", sorted(stage.host.states), sorted(stage.host.faults))


main()
