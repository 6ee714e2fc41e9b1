"""Faults of the sensors: the truth stays what it is, the firmware reads something else."""

from collections.abc import Callable
from random import Random
from typing import Annotated, Literal

from pydantic import Field

from legato.firmware import wire
from legato.profiles.device import Chamber, Cooler, Device, Heater, Name
from legato.sim.faults.fault import FaultBench, InjectedFault, Undo, UnknownTarget

Distortion = Callable[[int], int]
"""From what a sound sensor says, in tenths, to what the firmware reads."""


class OfSensor(InjectedFault):
    """A fault of the sensor of one chamber, heater or cooler, named as the actuator is."""

    place = "sensor"

    sensor: Name

    def check(self, device: Device) -> None:
        self.channel(device)

    def channel(self, device: Device) -> int:
        """Its channel; raises UnknownTarget."""
        sensed = {c.name: c.index for c in device.channels if isinstance(c.actuator, Chamber | Heater | Cooler)}
        if self.sensor not in sensed:
            raise UnknownTarget("sensor", self.sensor, tuple(sensed))
        return sensed[self.sensor]

    def begin(self, bench: FaultBench, rng: Random) -> Undo:
        wires, channel, distort = bench.device.board.wires, self.channel(bench.device.device), self.distortion(rng)

        def mislead(readings: list[int]) -> None:
            if readings[channel] != wire.INVALID:
                readings[channel] = distort(readings[channel])

        wires.append(mislead)
        return lambda: wires.remove(mislead)

    def distortion(self, rng: Random) -> Distortion:
        """What becomes of readings from now on."""
        raise NotImplementedError


class SensorOffset(OfSensor):
    """A sensor shows `by` too much (or, below 0, too little), in its own unit."""

    kind: Literal["sensor_offset"]
    by: Annotated[float, Field(ge=-50, le=50)] = 10.0

    def distortion(self, rng: Random) -> Distortion:
        del rng
        return lambda now: max(0, now + round(self.by * 10))


class SensorNoise(OfSensor):
    """A sensor trembles, with a standard deviation of `sd` in its own unit."""

    kind: Literal["sensor_noise"]
    sd: Annotated[float, Field(ge=0.5, le=40)] = 5.0

    def distortion(self, rng: Random) -> Distortion:
        return lambda now: max(0, now + round(rng.gauss(0.0, self.sd) * 10))


class SensorStuck(OfSensor):
    """A sensor goes on saying what it said when it stuck."""

    kind: Literal["sensor_stuck"]

    def distortion(self, rng: Random) -> Distortion:
        del rng
        said: list[int] = []

        def repeat(now: int) -> int:
            if not said:
                said.append(now)
            return said[0]

        return repeat


class SensorOpen(OfSensor):
    """A wire of the sensor is broken: the converter is at its end, which the board takes for no reading at all."""

    kind: Literal["sensor_open"]

    def distortion(self, rng: Random) -> Distortion:
        del rng
        return lambda _: wire.INVALID


class SensorShort(OfSensor):
    """A sensor is shorted: it says 0 all the time, which looks like a reading."""

    kind: Literal["sensor_short"]

    def distortion(self, rng: Random) -> Distortion:
        del rng
        return lambda _: 0


class SensorNan(OfSensor):
    """A sensor gives no number for `share` of its samples."""

    kind: Literal["sensor_nan"]
    share: Annotated[float, Field(gt=0, le=1)] = 0.5

    def distortion(self, rng: Random) -> Distortion:
        return lambda now: wire.INVALID if rng.random() < self.share else now
