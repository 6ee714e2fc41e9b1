"""The whole physical device and the body in it: air circuits, motors, rollers and pads, and what is felt of each."""

from collections.abc import Callable
from typing import Protocol

from legato.profiles.device import Channel, Cooler, Device, Heater, Motor, Quantity, Roller
from legato.sim.bladder import Bladder
from legato.sim.circuit import Circuit
from legato.sim.heating_pad import PadModel
from legato.sim.motors import MotorModel, RollerModel

ROLLER_SPIN_UP_S = 0.1
"""Small geared motors are at their force within this ([E] estimate)."""


class ActuatorModel(Protocol):
    """Anything on a channel that is driven directly, not through valves; times are plant microseconds."""

    def drive(self, value: float, now_us: int) -> None:
        """Go for `value`, in the channel's unit (pads: duty in %)."""

    def enable(self, on: bool, now_us: int) -> None:
        """Switch the supply."""

    def felt_at(self, now_us: int) -> float:
        """What the person feels."""

    def sensed_at(self, now_us: int) -> float:
        """What a perfect sensor would say."""


class Plant:
    """A device without its electronics. It stands still until `advance` gives it the time."""

    def __init__(self, device: Device) -> None:
        self.circuits = [Circuit(p, [c for c in device.chambers if c.pump == p.name]) for p in device.pumps]
        by_pump = {p.name: circuit for p, circuit in zip(device.pumps, self.circuits, strict=True)}
        waiting = {name: iter(circuit.bladders) for name, circuit in by_pump.items()}
        self.circuit_of: list[Circuit] = [by_pump[c.pump] for c in device.chambers]
        self.bladders: list[Bladder] = [next(waiting[c.pump]) for c in device.chambers]
        """Both in the order of the device's chambers."""
        self.models: dict[int, ActuatorModel] = {
            c.index: model_of(c) for c in device.channels if c.quantity is not Quantity.PRESSURE
        }
        """By channel index."""
        bladders = iter(self.bladders)
        self.felt: list[Callable[[int], float]] = [
            next(bladders).pressure_at if c.quantity is Quantity.PRESSURE else self.models[c.index].felt_at
            for c in device.channels
        ]
        """For each channel, what is felt at a plant time; valid after `advance` to that time."""

    def advance(self, now_us: int) -> None:
        """Let time pass until `now_us`, which must not lie before the last one."""
        for circuit in self.circuits:
            circuit.advance(now_us)


def model_of(channel: Channel) -> ActuatorModel:
    """What stands behind a channel that is not air."""
    match channel.actuator:
        case Heater() | Cooler() as pad:
            return PadModel(pad)
        case Roller() as roller if channel.quantity is Quantity.POSITION:
            return RollerModel(roller.from_cm, roller.to_cm, roller.max_speed_cm_s)
        case Motor() as motor:
            return MotorModel(motor.spin_up_s)
        case _:
            return MotorModel(ROLLER_SPIN_UP_S)
