"""The straight line through two points, composed with the calibration that the device has already."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum
from typing import Final

from legato.profiles.device import Chamber, Device, PressureSensor

MOST_ZERO_MMHG: Final = 30.0
MOST_GAIN: Final = 1.25
LEAST_GAIN: Final = 0.8
"""A sensor further off is broken, or wired wrong: a calibration would only hide it. The bounds of `PressureSensor`."""


LEAST_RISE_MMHG: Final = 5.0
"""Between the two points; the lowest pressures that are ever held lie 10 mmHg apart."""


class BrokenSensor(ValueError):
    """No calibration makes this sensor right."""


@dataclass(frozen=True, slots=True)
class Point:
    """What the device showed while the gauge read `true_mmhg` (0 with the vents open)."""

    shown_mmhg: float
    true_mmhg: float


@dataclass(frozen=True, slots=True)
class Line:
    """shown = zero + gain x true."""

    zero_mmhg: float
    gain: float


def through(low: Point, high: Point) -> Line:
    """The line through two points; raises BrokenSensor where the sensor does not follow the pressure."""
    rise = high.true_mmhg - low.true_mmhg
    if rise < LEAST_RISE_MMHG:
        raise BrokenSensor(f"the gauge rose by {rise:.1f} mmHg only: is it connected to this chamber?")
    gain = (high.shown_mmhg - low.shown_mmhg) / rise
    return _checked(Line(low.shown_mmhg - gain * low.true_mmhg, gain))


def after(sensor: PressureSensor, found: Line) -> Line:
    """The line of the bare sensor, where `found` was seen through the calibration that the device has; may raise."""
    return _checked(Line(sensor.zero_mmhg + sensor.gain * found.zero_mmhg, sensor.gain * found.gain))


def calibrated(device: Device, lines: Mapping[str, Line]) -> Device:
    """The same device with these calibrations of its chambers, by name."""
    actuators = [
        a.model_copy(update={"sensor": _with(a.sensor, lines[a.id])}) if isinstance(a, Chamber) and a.id in lines else a
        for a in device.actuators
    ]
    # Validated anew: a mere copy would keep the channels that were worked out for the original.
    return Device.model_validate_json(device.model_copy(update={"actuators": tuple(actuators)}).model_dump_json())


def mean(values: list[float]) -> float:
    """Of at least one."""
    return fsum(values) / len(values)


def _with(sensor: PressureSensor, line: Line) -> PressureSensor:
    return sensor.model_copy(update={"zero_mmhg": round(line.zero_mmhg, 3), "gain": round(line.gain, 3)})


def _checked(line: Line) -> Line:
    if not LEAST_GAIN <= line.gain <= MOST_GAIN:
        raise BrokenSensor(f"shows {line.gain:.2f} mmHg a mmHg, beyond {LEAST_GAIN} to {MOST_GAIN}: replace it")
    if abs(line.zero_mmhg) > MOST_ZERO_MMHG:
        raise BrokenSensor(f"shows {line.zero_mmhg:.1f} mmHg without pressure, beyond {MOST_ZERO_MMHG:g}: replace it")
    return line
