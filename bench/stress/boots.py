"""The device process for emergency stops: boots whose valve coils are watched."""

import asyncio
import time

from bench.stress.stand import Notebook, serve
from legato.profiles import load
from legato.sim.board import SimBoard
from legato.sim.device import SimDevice


class WatchedBoard(SimBoard):
    """Writes down each moment when the last energised coil falls."""

    def __init__(self, boots: SimDevice, notebook: Notebook) -> None:
        super().__init__(boots.device, boots.plant, seed=0)
        self._notebook = notebook

    def valves(self, fill: int, vent: int, dump: int) -> None:
        was_on = self.fill | self.vent | self.dump
        super().valves(fill, vent, dump)
        if was_on and not (fill | vent | dump):
            self._notebook.safe_s.append(time.monotonic())


def made(loop: asyncio.AbstractEventLoop, notebook: Notebook) -> SimDevice:
    """Boots, switched on."""
    boots = SimDevice(load.device("boots-6"), 0, loop)
    boots.board = WatchedBoard(boots, notebook)
    boots.start()
    return boots


if __name__ == "__main__":
    serve(made)
