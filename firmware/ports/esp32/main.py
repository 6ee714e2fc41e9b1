"""The firmware on an ESP32, wired for `wrap-3`: see docs/how-to/hardware.md."""

from machine import ADC, Pin  # type: ignore[import-not-found]

from firmware.ports.mcu.start import start
from firmware.ports.mcu.wiring import Wiring

# Pins 0, 2, 5, 12 and 15 decide how an ESP32 boots, 6 to 11 are its flash, 1 and 3 its prompt, 34 to 39 inputs only.
WIRING = Wiring(
    uart=(2, 17, 36),
    registers=(23, 18, 19),
    enable=4,
    select=(21, 22, 25, 26),
    pumps=(27,),
    master=13,
    strap=39,
    drives={6: 32, 7: 33, 8: 14, 9: 16},
    inputs={0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 9, 8: 10, 9: 11},
    zero=6619,
    span=17653,
)

start(WIRING, ADC(Pin(34), atten=ADC.ATTN_11DB))
