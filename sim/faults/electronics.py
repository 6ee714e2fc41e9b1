"""Faults of the device's own electronics: its supply, its clock and its control loop."""

from functools import partial
from random import Random
from typing import Annotated, Literal

from pydantic import Field

from legato.sim.faults.fault import FaultBench, InjectedFault, Undo

_DRIFT_STEPS = 20


class OfDevice(InjectedFault):
    """A fault of the electronics."""

    place = "device"


class Reset(OfDevice):
    """The watchdog bites, or someone touches the reset pin: outputs fall back, the firmware starts anew."""

    kind: Literal["reset"]
    for_s: None = None

    def begin(self, bench: FaultBench, rng: Random) -> Undo:
        del rng
        bench.device.stop()
        bench.device.start()
        return _nothing


class BrownOut(OfDevice):
    """The supply fails for `for_s`: everything falls back, and boots when it returns."""

    kind: Literal["brown_out"]
    for_s: Annotated[float, Field(gt=0, le=60)] = 0.3

    def begin(self, bench: FaultBench, rng: Random) -> Undo:
        del rng
        bench.device.stop()
        return bench.device.start


class ClockOff(OfDevice):
    """The device's clock runs fast (above 0) or slow by `percent`."""

    kind: Literal["clock_off"]
    percent: Annotated[float, Field(ge=-1, le=1)] = 1.0

    def begin(self, bench: FaultBench, rng: Random) -> Undo:
        del rng
        bench.device.set_pace(rate=1.0 + self.percent / 100.0)
        return lambda: bench.device.set_pace(rate=1.0)


class ClockDrift(OfDevice):
    """The device's clock drifts away, within `over_s` from right to off by `percent`, as a crystal does that warms."""

    kind: Literal["clock_drift"]
    percent: Annotated[float, Field(ge=-1, le=1)] = -1.0
    over_s: Annotated[float, Field(ge=1, le=600)] = 10.0

    def begin(self, bench: FaultBench, rng: Random) -> Undo:
        del rng
        step = self.percent / 100.0 / _DRIFT_STEPS
        timers = [
            bench.loop.call_later(self.over_s * n / _DRIFT_STEPS, partial(bench.device.set_pace, rate=1.0 + n * step))
            for n in range(1, _DRIFT_STEPS + 1)
        ]

        def undo() -> None:
            for timer in timers:
                timer.cancel()
            bench.device.set_pace(rate=1.0)

        return undo


class SlowLoop(OfDevice):
    """The control loop takes `times` as long for every round as it should; beyond 3 times, the watchdog bites."""

    kind: Literal["slow_loop"]
    times: Annotated[float, Field(ge=1.1, le=20)] = 3.0

    def begin(self, bench: FaultBench, rng: Random) -> Undo:
        del rng
        bench.device.set_pace(slowness=self.times)
        return lambda: bench.device.set_pace(slowness=1.0)


def _nothing() -> None:
    """A reset is over as soon as it has happened."""
