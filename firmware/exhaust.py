"""The second way out: after a fault all vents are open; where the air does not leave, the fill valve opens too."""

from firmware import wire
from firmware.chamber import Chamber

LOOK_TICKS = 30
LIMP = 10
UNFELT = 100
"""A vent that lets off less than 1 mmHg in 0.3 s, above 10 mmHg, has failed."""


class Exhaust:
    """Watches the pressures fall while faulted. `relief`: the fill valves to open towards the open dump, pump off."""

    def __init__(self, chambers: list[Chamber]) -> None:
        self._chambers = chambers
        self._before = [0] * len(chambers)
        self.reset()

    def reset(self) -> None:
        """Nothing has failed yet; the first look is only for comparison."""
        self.relief = 0
        self._ticks = 0

    def watch(self, readings: list[int]) -> int:
        """A tick while faulted; returns the mask."""
        if self._ticks % LOOK_TICKS == 0:
            for chamber in self._chambers:
                self._look(chamber, readings[chamber.channel])
        self._ticks += 1
        return self.relief

    def _look(self, chamber: Chamber, pressure: int) -> None:
        fallen = self._before[chamber.number] - pressure
        if self._ticks and UNFELT < pressure < wire.INVALID and fallen < LIMP:
            self.relief |= chamber.bit
        self._before[chamber.number] = pressure
