"""One pump and its chambers: check valve, manifold with a normally-open dump, a fill valve and a vent per chamber.

Nothing happens when it is polled. Between two events (a valve has moved, the pump was switched) the air is followed on
a grid anchored at the event: chambers that air flows into or out of on a fine one, closed ones, which only leak and
creep, on a coarse one.
"""

from collections.abc import Callable, Sequence
from heapq import heappop, heappush
from itertools import count
from typing import TypeVar

from legato.profiles.device import Chamber, Pump
from legato.sim.bladder import REST_MMHG, Bladder, Valve
from legato.sim.first_order_lag import FirstOrderLag
from legato.sim.manifold import Branch, Manifold

T = TypeVar("T")

FINE_US = (500, 10_000)
FINE_STEPS = 4
"""Shortest and longest fine step; within these, so many steps in the shortest time constant of flow."""

COARSE_US = 200_000
COARSE_STEPS = 20
"""Longest coarse step; below it, so many steps in the shortest time constant of creep."""

DUMP_BORE_MM = 3.0
DUMP_COIL_MS = 10
"""The dump valve is one size larger than the fills, with the same coil ([E] estimate)."""

_NEVER = 1 << 62


class Circuit:
    """The air of one pump; times are plant microseconds and never go back."""

    def __init__(self, pump: Pump, chambers: Sequence[Chamber]) -> None:
        self.bladders = [Bladder(c) for c in chambers]
        self.dump = Valve(DUMP_BORE_MM, DUMP_COIL_MS, is_open=True)
        self.strength = 1.0
        """How much of its flow the pump really gives."""
        self._free_flow_l_s = pump.flow_l_min / 60.0
        self._speed = FirstOrderLag(pump.spin_up_s)
        self._manifold = Manifold(pump.dead_head_mmhg)
        self._pending: list[tuple[int, int, Valve, bool]] = []
        self._numbers = count()
        creep_s = min((c.creep_tau_s for c in chambers), default=10.0)
        self._fine_us = self._fine_step_us()
        self._coarse_us = min(int(creep_s * 1e6) // COARSE_STEPS, COARSE_US)
        self._regroup(0)

    def switch(self, valve: Valve, now_us: int, *, is_open: bool) -> None:
        """Energise or release a coil of this circuit: the valve has moved when its coil delay is over."""
        heappush(self._pending, (now_us + valve.coil_us, next(self._numbers), valve, is_open))

    def run_pump(self, on: bool, now_us: int) -> None:
        """Switch the pump's motor."""
        self.advance(now_us)
        self._commit(now_us)
        self._speed.aim(1.0 if on else 0.0, now_us)
        self._regroup(now_us)

    def alter(self, change: Callable[[], T], now_us: int) -> T:
        """Let something happen to the hardware itself: `change` may touch bladders, valves and `strength`."""
        self.advance(now_us)
        self._commit(now_us)
        changed = change()
        self._fine_us = self._fine_step_us()
        self._regroup(now_us)
        return changed

    def advance(self, now_us: int) -> None:
        """Bring the air to `now_us`; every event up to and at that time has happened."""
        pending = self._pending
        while pending and pending[0][0] <= now_us:
            at_us = pending[0][0]
            self._flow_to(at_us)
            self._commit(at_us)
            while pending and pending[0][0] == at_us:
                _, _, valve, is_open = heappop(pending)
                valve.move(is_open)
            self._regroup(at_us)
        self._flow_to(now_us)

    def _fine_step_us(self) -> int:
        flow_s = min((b.time_constant_s for b in self.bladders), default=1.0)
        return min(max(int(flow_s * 1e6) // FINE_STEPS, FINE_US[0]), FINE_US[1])

    def _flow_to(self, now_us: int) -> None:
        """Take the grid steps up to `now_us`."""
        while self._next_fine_us <= now_us:
            self._step_fine(self._next_fine_us)
        while self._next_coarse_us <= now_us:
            self._step(self._closed, self._next_coarse_us)
            self._next_coarse_us += self._coarse_us

    def _step_fine(self, at_us: int) -> None:
        self._next_fine_us = at_us + self._fine_us
        self._step_filling(at_us)
        self._step(self._venting, at_us)
        if any(b.pressure_mmhg < REST_MMHG for b in self._venting):
            self._commit(at_us)
            self._regroup(at_us)

    def _step_filling(self, at_us: int) -> None:
        """Chambers on the manifold: what the pump gives is shared out."""
        filling = self._filling
        if filling:
            dt = 0.0
            for bladder in filling:
                dt = bladder.move(at_us)
            for bladder, inflow in zip(filling, self._inflows(at_us), strict=False):
                bladder.turn(inflow - bladder.losses(), dt)

    def _inflows(self, at_us: int) -> list[float]:
        """Flow through the open fill valves in L/s, in the order of `_filling`."""
        branches: list[Branch] = [(b.fill.coefficient, b.pressure_mmhg) for b in self._filling]
        if self.dump.is_open:
            branches.append((self.dump.coefficient, 0.0))
        return self._manifold.share(self.strength * self._free_flow_l_s * self._speed.at(at_us), branches)

    @staticmethod
    def _step(bladders: list[Bladder], at_us: int) -> None:
        """Chambers by themselves: they only lose air."""
        for bladder in bladders:
            dt = bladder.move(at_us)
            bladder.turn(-bladder.losses(), dt)

    def _commit(self, at_us: int) -> None:
        """Bring every chamber to the time of an event, whatever grid it is on."""
        for bladder in self.bladders:
            bladder.move(at_us)

    def _regroup(self, at_us: int) -> None:
        """After an event: who is filling, venting or closed now, with which flows; the grids start anew."""
        self._filling: list[Bladder] = []
        self._venting: list[Bladder] = []
        self._closed: list[Bladder] = []
        for bladder in self.bladders:
            self._group_of(bladder).append(bladder)
        for bladder in self._venting + self._closed:
            bladder.turn(-bladder.losses(), 0.0)
        for bladder, inflow in zip(self._filling, self._inflows(at_us) if self._filling else (), strict=False):
            bladder.turn(inflow - bladder.losses(), 0.0)
        self._next_fine_us = at_us + self._fine_us if self._filling or self._venting else _NEVER
        self._next_coarse_us = at_us + self._coarse_us

    def _group_of(self, bladder: Bladder) -> list[Bladder]:
        bladder.level = False
        if bladder.fill.is_open:
            return self._filling
        if not (bladder.vent.is_open or bladder.hole):
            return self._closed
        if bladder.pressure_mmhg >= REST_MMHG:
            return self._venting
        bladder.rest()
        return self._closed
