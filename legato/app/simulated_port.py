"""The port scheme `sim://DEVICE`: a simulated device inside this process, in real time."""

import asyncio

from legato.controller.errors import PortNotFound
from legato.controller.ports.port import Port
from legato.profiles import load
from legato.profiles.errors import InvalidFile
from legato.sim.device import SimDevice
from legato.sim.pipes import MemoryPipe


class SimPort(MemoryPipe):
    """A line to a simulated device that is powered while the line is open."""

    def __init__(self, device: SimDevice, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(device, loop)
        self._powered = device
        # If this process stalls, that is the host stalling, not the board: it would not reset a real device.
        device.is_watched = False
        device.start()

    async def close(self) -> None:
        await super().close()
        self._powered.stop()


async def open_sim(name: str) -> Port:
    """A built-in device by name, or the one in a file; raises PortNotFound if there is none."""
    try:
        device = load.device(name)
    except InvalidFile as error:
        raise PortNotFound(f"sim://{name}: {error}") from None
    loop = asyncio.get_running_loop()
    return SimPort(SimDevice(device, seed=0, loop=loop), loop)
