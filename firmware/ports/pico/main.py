"""The firmware on a Raspberry Pi Pico, wired for `wrap-3`: see docs/how-to/hardware.md."""

from machine import ADC, Pin  # type: ignore[import-not-found]

from firmware.ports.mcu.start import start
from firmware.ports.mcu.wiring import Wiring

WIRING = Wiring(
    uart=(0, 0, 1),
    registers=(2, 3, 4),
    enable=5,
    select=(6, 7, 8, 9),
    pumps=(10,),
    master=11,
    strap=22,
    drives={6: 12, 7: 13, 8: 14, 9: 15},
    inputs={0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 9, 8: 10, 9: 11},
    zero=6619,
    span=17653,
)

start(WIRING, ADC(Pin(26)))
