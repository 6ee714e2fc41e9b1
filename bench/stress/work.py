"""The work that every contestant does: eight actuators, a set-point each 100 ms, at times that are fixed in advance."""

from collections.abc import Iterator
from dataclasses import dataclass

from legato.profiles.anatomy import Face, Side, Zone
from legato.profiles.device import Device, Motor
from legato.profiles.schedule import Schedule, SetPoint

ACTUATORS = 8
PERIOD_MS = 100
STAGGER_MS = 10
"""The actuators take turns, so that no contestant may put all eight into one message."""

_VALUES = 100


@dataclass(frozen=True, slots=True, order=True)
class Ideal:
    """At `when_ms` of the work, `actuator` (0..7) is to go to `value` (1..100)."""

    when_ms: int
    actuator: int
    value: int


def work(seconds: float) -> Iterator[Ideal]:
    """All set-points in order of time. The values of an actuator repeat only after ten seconds."""
    for step in range(round(seconds * 1000) // PERIOD_MS):
        for actuator in range(ACTUATORS):
            value = 1 + (7 * step + 13 * actuator) % _VALUES
            yield Ideal(step * PERIOD_MS + actuator * STAGGER_MS, actuator, value)


def device() -> Device:
    """Eight motors: what they are told is what they do, without the delay that air has."""
    motors = tuple(
        Motor(
            id=f"motor_{i}",
            kind="motor",
            zone=Zone.CALF,
            side=Side.LEFT,
            face=Face.BACK,
            from_cm=20.0 + i,
            to_cm=21.0 + i,
            action="vibration",
            min_hz=20.0,
            max_hz=60.0,
            max_s=1800.0,
        )
        for i in range(ACTUATORS)
    )
    return Device(format=1, name="eight-motors", title="Eight motors, to measure with", actuators=motors)


def intensity_channels(device: Device) -> list[int]:
    """The channel of each actuator's intensity."""
    return [channel.index for channel in device.channels if channel.name == channel.actuator.id]


def schedule(seconds: float) -> Schedule:
    """The same work as a routine; its last moment puts every motor to rest."""
    motors = device()
    channels = intensity_channels(motors)
    rows = [SetPoint(ideal.when_ms, channels[ideal.actuator], float(ideal.value), 0) for ideal in work(seconds)]
    end_ms = round(seconds * 1000) + PERIOD_MS
    rows += [SetPoint(end_ms - STAGGER_MS, channel, 0.0, 0) for channel in channels]
    return Schedule("work", motors, tuple(rows), end_ms)
