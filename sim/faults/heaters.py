"""Faults of the heat: a relay whose contacts have welded."""

from random import Random
from typing import Literal

from legato.profiles.device import Cooler, Device, Heater, Name
from legato.sim.faults.fault import FaultBench, InjectedFault, Undo, UnknownTarget
from legato.sim.plant import ActuatorModel

FULL_DUTY_PCT = 100.0


class HeaterStuckOn(InjectedFault):
    """The relay of a heater or cooler sticks: it works at full power for as long as the master enable is on."""

    place = "plant"

    kind: Literal["heater_stuck_on"]
    heater: Name

    def check(self, device: Device) -> None:
        self.channel(device)

    def channel(self, device: Device) -> int:
        """Its channel; raises UnknownTarget."""
        pads = {c.name: c.index for c in device.channels if isinstance(c.actuator, Heater | Cooler)}
        if self.heater not in pads:
            raise UnknownTarget("heater", self.heater, tuple(pads))
        return pads[self.heater]

    def begin(self, bench: FaultBench, rng: Random) -> Undo:
        del rng
        models, channel = bench.device.plant.models, self.channel(bench.device.device)
        relay = _WeldedRelay(models[channel], bench.device.now_us)
        models[channel] = relay

        def undo() -> None:
            models[channel] = relay.mended(bench.device.now_us)

        return undo


class _WeldedRelay:
    """Stands between the board and a pad: what the board wants is only remembered."""

    def __init__(self, pad: ActuatorModel, now_us: int) -> None:
        self._pad = pad
        self._wanted = 0.0
        pad.drive(FULL_DUTY_PCT, now_us)
        self.felt_at = pad.felt_at
        self.sensed_at = pad.sensed_at
        self.enable = pad.enable

    def drive(self, value: float, now_us: int) -> None:
        del now_us
        self._wanted = value

    def mended(self, now_us: int) -> ActuatorModel:
        """The pad, which does again what the board wants."""
        self._pad.drive(self._wanted, now_us)
        return self._pad
