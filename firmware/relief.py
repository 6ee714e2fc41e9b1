"""The second way out: after a fault all vents are open; where the air does not leave, the fill valve opens too."""

from . import wire
from .chamber import ChamberController
from .ticks import TICK_MS

LOOK_TICKS = 30
LIMP = 10
UNFELT = 100
"""A vent that lets off less than 1 mmHg in 0.3 s, or not all but 10 mmHg in its nominal time, has failed."""


class Relief:
    """Watches the pressures fall while faulted. `mask`: the fill valves to open towards the open dump, pump off."""

    def __init__(self, chambers: list[ChamberController]) -> None:
        self._chambers = chambers
        self._lowest = [wire.INVALID] * len(chambers)
        self.reset()

    def reset(self) -> None:
        """Nothing has failed yet; the first look is only for comparison."""
        self.mask = 0
        self._wait = 0
        self._since = 0
        for number in range(len(self._lowest)):
            self._lowest[number] = wire.INVALID

    def watch(self, readings: list[int], ticks: int) -> int:
        """While faulted, `ticks` after the last call; returns the mask."""
        self._since += ticks
        self._wait -= ticks
        if self._wait <= 0:
            self._wait = LOOK_TICKS
            for chamber in self._chambers:
                self._look(chamber, readings[chamber.channel])
        return self.mask

    def _look(self, chamber: ChamberController, pressure: int) -> None:
        """Compare with the lowest so far: a sensor that trembles hides a vent that has failed for one look at most."""
        lowest = self._lowest[chamber.number]
        if pressure == wire.INVALID:
            # No reading, so the last credible one counts.
            has_failed = (chamber.pressure if lowest == wire.INVALID else lowest) > UNFELT
        else:
            is_late = self._since * TICK_MS > chamber.air.vent_ms
            has_failed = pressure > UNFELT and (is_late or lowest - pressure < LIMP)
            self._lowest[chamber.number] = min(lowest, pressure)
        if has_failed:
            self.mask |= chamber.bit
