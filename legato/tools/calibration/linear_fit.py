"""The straight line through two points, combined with the device's existing calibration."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum
from typing import Final

from legato.profiles.device import Chamber, Device, PressureSensor

MOST_ZERO_MMHG: Final = 30.0
MOST_GAIN: Final = 1.25
LEAST_GAIN: Final = 0.8
"""A sensor further off is broken or miswired; calibration would only hide that. The bounds of `PressureSensor`."""


LEAST_RISE_MMHG: Final = 5.0
"""The minimum between the two points; the lowest pressures that are held are 10 mmHg apart."""


class BrokenSensor(ValueError):
    """This sensor cannot be corrected by calibration."""


@dataclass(frozen=True, slots=True)
class Point:
    """The device's reading while the gauge read `true_mmhg` (0 with the vents open)."""

    shown_mmhg: float
    true_mmhg: float


@dataclass(frozen=True, slots=True)
class Line:
    """shown = zero + gain x true."""

    zero_mmhg: float
    gain: float


def through(low: Point, high: Point) -> Line:
    """The line through two points; raises BrokenSensor if the sensor does not follow the pressure."""
    rise = high.true_mmhg - low.true_mmhg
    if rise < LEAST_RISE_MMHG:
        raise BrokenSensor(f"the gauge rose by only {rise:.1f} mmHg: is it connected to this chamber?")
    gain = (high.shown_mmhg - low.shown_mmhg) / rise
    return _checked(Line(low.shown_mmhg - gain * low.true_mmhg, gain))


def after(sensor: PressureSensor, found: Line) -> Line:
    """The line of the bare sensor, if `found` was measured through its existing calibration; may raise BrokenSensor."""
    return _checked(Line(sensor.zero_mmhg + sensor.gain * found.zero_mmhg, sensor.gain * found.gain))


def calibrated(device: Device, lines: Mapping[str, Line]) -> Device:
    """The device with these calibrations of its chambers, by name."""
    actuators = [
        a.model_copy(update={"sensor": _with(a.sensor, lines[a.id])}) if isinstance(a, Chamber) and a.id in lines else a
        for a in device.actuators
    ]
    # Validated again: a mere copy would keep the channels derived from the original.
    return Device.model_validate_json(device.model_copy(update={"actuators": tuple(actuators)}).model_dump_json())


def mean(values: list[float]) -> float:
    """The mean of at least one value."""
    return fsum(values) / len(values)


def _with(sensor: PressureSensor, line: Line) -> PressureSensor:
    return sensor.model_copy(update={"zero_mmhg": round(line.zero_mmhg, 3), "gain": round(line.gain, 3)})


def _checked(line: Line) -> Line:
    if not LEAST_GAIN <= line.gain <= MOST_GAIN:
        raise BrokenSensor(f"shows {line.gain:.2f} mmHg per mmHg, outside {LEAST_GAIN} to {MOST_GAIN}: replace it")
    if abs(line.zero_mmhg) > MOST_ZERO_MMHG:
        raise BrokenSensor(
            f"shows {line.zero_mmhg:.1f} mmHg without pressure, more than {MOST_ZERO_MMHG:g}: replace it"
        )
    return line
