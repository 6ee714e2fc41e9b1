"""Faults of the air: hoses, bladders, valves and pumps."""

from functools import partial
from random import Random
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from legato.profiles.device import Device, Name
from legato.sim.bladder import Bladder, Valve
from legato.sim.faults.fault import FaultBench, InjectedFault, OfChamber, Undo, UnknownTarget
from legato.sim.manifold import coefficient

HOSE_BORE_MM = 3.0
"""An open hose lets the air out a little faster than a vent does ([E] estimate)."""


class OfBladder(OfChamber):
    """A fault that changes one bladder, its hose or its valves."""

    def begin(self, bench: FaultBench, rng: Random) -> Undo:
        del rng
        number, plant = self.number(bench.device.device), bench.device.plant
        circuit = plant.circuit_of[number]
        undo = circuit.alter(partial(self.change, plant.bladders[number]), bench.device.now_us)
        return lambda: circuit.alter(undo, bench.device.now_us)

    def change(self, bladder: Bladder) -> Undo:
        """What happens to the bladder; returns what puts it right."""
        raise NotImplementedError


class HoseOff(OfBladder):
    """The chamber's hose comes off: what it holds and what it is given goes into the room."""

    kind: Literal["hose_off"]

    def change(self, bladder: Bladder) -> Undo:
        return _punctured(bladder, HOSE_BORE_MM)


class Leak(OfBladder):
    """The bladder has a hole of `bore_mm`."""

    kind: Literal["leak"]
    bore_mm: Annotated[float, Field(ge=0.1, le=2)] = 0.6

    def change(self, bladder: Bladder) -> Undo:
        return _punctured(bladder, self.bore_mm)


class Kink(OfBladder):
    """The hose is bent over: only `open_pct` of its section is left, on the way in and on the way out."""

    kind: Literal["kink"]
    open_pct: Annotated[float, Field(ge=1, le=60)] = 5.0

    def change(self, bladder: Bladder) -> Undo:
        _narrow(bladder, self.open_pct / 100.0)
        return lambda: _narrow(bladder, 100.0 / self.open_pct)


class OfValve(OfBladder):
    """A fault of the chamber's fill valve, or of its vent."""

    valve: Literal["fill", "vent"]
    sticks_open: ClassVar[bool]

    def change(self, bladder: Bladder) -> Undo:
        valve: Valve = getattr(bladder, self.valve)
        valve.stick(self.sticks_open)
        return lambda: valve.stick(None)


class ValveStuckOpen(OfValve):
    """A valve stays open, whatever its coil says."""

    kind: Literal["valve_stuck_open"]
    sticks_open = True


class ValveStuckClosed(OfValve):
    """A valve stays closed, whatever its coil says."""

    kind: Literal["valve_stuck_closed"]
    sticks_open = False


class LimbRemoved(OfBladder):
    """The leg is pulled out, and stays out: the bladder takes `times` as much air before it meets anything."""

    kind: Literal["limb_removed"]
    for_s: None = None
    times: Annotated[float, Field(ge=1.1, le=4)] = 2.0

    def change(self, bladder: Bladder) -> Undo:
        bladder.reshape(bladder.slack_l * self.times)
        return lambda: bladder.reshape(bladder.slack_l / self.times)


class LimbMoving(OfChamber):
    """The person moves: every `every_s` the leg presses on the bladder for `press_s`, for `by_mmhg` more pressure."""

    kind: Literal["limb_moving"]
    by_mmhg: Annotated[float, Field(ge=1, le=15)] = 15.0
    press_s: Annotated[float, Field(ge=0.1, le=2)] = 1.0
    every_s: Annotated[float, Field(ge=2.5, le=60)] = 4.0

    def begin(self, bench: FaultBench, rng: Random) -> Undo:
        limb = _Limb(self, bench, self.number(bench.device.device))
        bench.loop.call_later(rng.random() * self.every_s, limb.press)
        return limb.rest


class _Limb:
    """A leg that presses on its bladder now and then."""

    def __init__(self, fault: LimbMoving, bench: FaultBench, number: int) -> None:
        self._fault = fault
        self._loop = bench.loop
        self._device = bench.device
        self._circuit = bench.device.plant.circuit_of[number]
        self._bladder = bench.device.plant.bladders[number]
        self._taken_l = 0.0
        self._is_over = False

    def press(self) -> None:
        if not self._is_over:
            self._take(self._bladder.displacement_l(self._fault.by_mmhg))
            self._loop.call_later(self._fault.press_s, self._let_go)
            self._loop.call_later(self._fault.every_s, self.press)

    def rest(self) -> None:
        self._is_over = True
        self._let_go()

    def _let_go(self) -> None:
        self._take(-self._taken_l)

    def _take(self, volume_l: float) -> None:
        self._taken_l += volume_l
        self._circuit.alter(lambda: self._bladder.press(volume_l), self._device.now_us)


class OfPump(InjectedFault):
    """A fault of one pump, named as in the device description."""

    place = "plant"

    pump: Name

    def check(self, device: Device) -> None:
        self.number(device)

    def number(self, device: Device) -> int:
        """The pump's number; raises UnknownTarget."""
        names = tuple(p.name for p in device.pumps)
        if self.pump not in names:
            raise UnknownTarget("pump", self.pump, names)
        return names.index(self.pump)

    def begin(self, bench: FaultBench, rng: Random) -> Undo:
        del rng
        circuit = bench.device.plant.circuits[self.number(bench.device.device)]

        def give(share: float) -> None:
            circuit.strength = share

        circuit.alter(partial(give, self.share), bench.device.now_us)
        return lambda: circuit.alter(partial(give, 1.0), bench.device.now_us)

    @property
    def share(self) -> float:
        """How much of its flow the pump still gives."""
        raise NotImplementedError


class WeakPump(OfPump):
    """A pump gives only `flow_pct` of its flow."""

    kind: Literal["weak_pump"]
    flow_pct: Annotated[float, Field(ge=5, le=95)] = 30.0

    @property
    def share(self) -> float:
        return self.flow_pct / 100.0


class DeadPump(OfPump):
    """A pump gives nothing at all."""

    kind: Literal["dead_pump"]

    @property
    def share(self) -> float:
        return 0.0


def _punctured(bladder: Bladder, bore_mm: float) -> Undo:
    bladder.hole = coefficient(bore_mm)

    def mend() -> None:
        bladder.hole = 0.0

    return mend


def _narrow(bladder: Bladder, share: float) -> None:
    bladder.fill.coefficient *= share
    bladder.vent.coefficient *= share
