"""A simulated device on the bench, for tests that put faults into it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from legato.profiles.device import Device
from legato.profiles.load import device as load_device
from legato.sim.clock import VirtualLoop, run
from legato.sim.device import SimDevice
from legato.sim.faults.cable import Cable
from legato.sim.faults.fault import FaultBench
from legato.sim.faults.injector import Incident, Injector
from legato.sim.faults.process import VirtualProcess
from legato.sim.faults.script import ONE

FOOT = 0


class Workbench:
    """A device with its cable, the faults that it has, and what it was told and says."""

    def __init__(self, description: Device, loop: VirtualLoop) -> None:
        self.device = SimDevice(description, 1, loop)
        self.device.start()
        self.cable = Cable(self.device, loop)
        self.process = VirtualProcess(loop, self.cable)
        self.incidents: list[Incident] = []
        self.injector = Injector(FaultBench(self.device, self.cable, self.process, loop), 1, self.incidents.append)
        self.heard = bytearray()
        self.cable.tap = self.heard.extend

    def fail(self, **fields: object) -> None:
        self.injector.begin(ONE.validate_python(fields))

    async def press(self, seconds: float = 6.0) -> float:
        """Fill the left foot by hand, and hold what is in it; returns its pressure."""
        board = self.device.board
        board.now_us = self.device.now_us
        board.master(1)
        board.pump(0, 1)
        board.valves(1, 1, 1)
        await asyncio.sleep(seconds)
        board.now_us = self.device.now_us
        board.valves(0, 1, 0)
        await asyncio.sleep(0.1)
        return self.felt()

    async def let_go(self, seconds: float = 3.0) -> float:
        self.device.board.now_us = self.device.now_us
        self.device.board.valves(0, 0, 0)
        await asyncio.sleep(seconds)
        return self.felt()

    def felt(self) -> float:
        return self.device.felt()[FOOT]

    def read(self) -> int:
        readings = [0] * len(self.device.device.channels)
        self.device.board.now_us = self.device.now_us
        self.device.board.measure(readings)
        return readings[FOOT]


Act = Callable[[Workbench], Coroutine[Any, Any, None]]


def on_the_bench(act: Act, name: str = "boots-6") -> None:
    """Run `act` in virtual time. The firmware is off the board, so that the test has its hands on the valves."""

    async def main() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        bench = Workbench(load_device(name), loop)
        bench.device.stop()
        await act(bench)

    run(main())
