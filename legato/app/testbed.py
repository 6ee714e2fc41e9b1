"""A simulated device on a test bench in virtual time, with a cable, a host, and scheduled faults."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from legato.controller.errors import PortLost
from legato.controller.ports.port import Port
from legato.profiles.device import Device
from legato.sim.clock import VirtualLoop
from legato.sim.device import SimDevice
from legato.sim.faults.cable import Cable
from legato.sim.faults.fault import FaultBench
from legato.sim.faults.injector import Incident, Injector
from legato.sim.faults.process import VirtualProcess
from legato.sim.faults.script import Script
from legato.sim.pipes import Unplugged

T = TypeVar("T")


class Testbed:
    """The device is switched on during set-up. Its host can be stopped and killed only in virtual time."""

    __test__ = False

    def __init__(
        self, description: Device, seed: int, on_incident: Callable[[Incident], None] = lambda _: None
    ) -> None:
        loop = asyncio.get_running_loop()
        if not isinstance(loop, VirtualLoop):
            raise TypeError("a testbed needs virtual time; see sim.clock.run")
        self.device = SimDevice(description, seed, loop)
        self.device.start()
        self.cable = Cable(self.device, loop)
        self._process = VirtualProcess(loop, self.cable)
        self._injector = Injector(FaultBench(self.device, self.cable, self._process, loop), seed, on_incident)

    def break_down(self, script: Script) -> None:
        """Schedules the faults of `script`; their times count from now."""
        self._injector.schedule(script)

    def repair(self) -> None:
        """Ends all faults that are still active."""
        self._injector.end_all()

    async def host(self, main: Coroutine[Any, Any, T]) -> T | None:
        """Runs `main` as the host's process; None if it is killed."""
        return await self._process.run(main)

    async def plug_in(self) -> Port:
        """The port for a session to open; raises PortLost while the cable is unplugged."""
        try:
            return self.cable.connect()
        except Unplugged as error:
            raise PortLost(str(error)) from None
