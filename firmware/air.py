"""The air of the whole device: chambers and pumps together, and the valves they move."""

from .board import Io
from .chamber import ChamberController
from .config import Config
from .pump import PumpScheduler
from .ramp import Ramp


class AirSystem:
    """Chambers numbered in the order of their channels; the board hears of changes only."""

    def __init__(self, config: Config, ramps: list[Ramp], io: Io) -> None:
        self._io = io
        self.chambers: list[ChamberController] = []
        for channel, settings in enumerate(config.channels):
            if settings.air is not None:
                self.chambers.append(ChamberController(len(self.chambers), channel, settings.air, ramps[channel]))
        self._pumps = [PumpScheduler(n, [c for c in self.chambers if c.air.pump == n]) for n in range(config.pumps)]
        self._runs = [0] * config.pumps
        self._level = 0
        self._fill = 0
        self._closed = 0
        self._dump = 0

    def control(self, session_ms: int, level: int, rises: bool) -> None:
        """One tick: follow the plan, decide, share out the air, move valves and pumps. `rises`: commands may."""
        is_steady = level == self._level
        self._level = level
        closed = self._closed
        hungry = False
        for chamber in self.chambers:
            if is_steady and chamber.ramp.at_rest and chamber.low <= chamber.pressure <= chamber.high:
                continue
            chamber.control(session_ms, level, rises)
            hungry = hungry or chamber.hungry
            if chamber.venting:
                closed &= ~chamber.bit
            else:
                closed |= chamber.bit
        self._serve(hungry, closed)
        self._switch_pumps()

    def is_filled(self) -> bool:
        """Whether every chamber has what the plan wants of it now."""
        for chamber in self.chambers:  # noqa: SIM110 - a generator would allocate within the tick
            if not chamber.is_filled():
                return False
        return True

    def shut(self, relief: int) -> None:
        """Safe state: pumps off, vents and dumps open; the fill valves in the mask `relief` open as another way out."""
        for pump in self._pumps:
            pump.halt()
        for chamber in self.chambers:
            chamber.shut()
        self._move(relief, 0, 0)
        self._switch_pumps()

    def _serve(self, hungry: bool, closed: int) -> None:
        """Share out the air; a pump that stands has nothing to do until a chamber wants some."""
        fill = 0
        dump = 0
        for pump in self._pumps:
            if hungry or pump.on:
                pump.serve()
            if pump.fill:
                fill |= pump.fill
                dump |= pump.bit
        self._move(fill, closed, dump)

    def _move(self, fill: int, closed: int, dump: int) -> None:
        if fill != self._fill or closed != self._closed or dump != self._dump:
            self._fill = fill
            self._closed = closed
            self._dump = dump
            self._io.valves(fill, closed, dump)

    def _switch_pumps(self) -> None:
        for pump in self._pumps:
            if pump.on != self._runs[pump.number]:
                self._runs[pump.number] = pump.on
                self._io.pump(pump.number, pump.on)
