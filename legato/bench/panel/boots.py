"""The device process for the panel's stops: boots that note each moment when a vent opens while nothing fills."""

import asyncio
import time

from legato.bench.fire.stand import Notebook, serve
from profiles import load
from sim.board import Board
from sim.device import SimDevice


class WatchedBoard(Board):
    """A vent is open where its coil has no current."""

    def __init__(self, boots: SimDevice, notebook: Notebook) -> None:
        super().__init__(boots.device, boots.plant, seed=0)
        self._notebook = notebook

    def valves(self, fill: int, vent: int, dump: int) -> None:
        opened = self.vent & ~vent
        super().valves(fill, vent, dump)
        if opened and not fill:
            self._notebook.safe_s.append(time.monotonic())


def made(loop: asyncio.AbstractEventLoop, notebook: Notebook) -> SimDevice:
    """Boots, switched on."""
    boots = SimDevice(load.device("boots-6"), 0, loop)
    boots.board = WatchedBoard(boots, notebook)
    boots.start()
    return boots


if __name__ == "__main__":
    serve(made)
