"""What a microcontroller's converter reads (0..65535 of the supply), in tenths of a unit."""

from ... import wire

NTC_RAW = (50511, 47293, 43816, 40170, 36454, 32768, 29202, 25830, 22706, 19860, 17306, 15040, 13049)
"""A 10 kOhm thermistor (B 3950) to ground with 10 kOhm to the supply, at 0, 5, ... 60 degC."""

STEP_TENTHS = 50

SHORT = 1000
OPEN = 64500
"""Beyond these no sensor is connected, or its wires touch."""


def pressure(raw: int, zero: int, span: int) -> int:
    """Tenths of mmHg of a linear gauge sensor that reads `zero` without pressure and `span` more for 100 mmHg."""
    if raw < SHORT or raw > OPEN:
        return wire.INVALID
    return max(0, (raw - zero) * 1000 // span)


def temperature(raw: int) -> int:
    """Tenths of a degree of the thermistor: a straight line between the entries of its table."""
    if raw < SHORT or raw > OPEN:
        return wire.INVALID
    last = len(NTC_RAW) - 1
    for n in range(last):
        if raw >= NTC_RAW[n + 1]:
            fall = NTC_RAW[n] - NTC_RAW[n + 1]
            return max(0, n * STEP_TENTHS + (NTC_RAW[n] - raw) * STEP_TENTHS // fall)
    return last * STEP_TENTHS
