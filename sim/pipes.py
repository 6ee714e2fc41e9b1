"""A serial line in memory: two directions with the speed of a real one, and a host's end that can lose its device."""

import asyncio
from collections.abc import Callable
from contextvars import Context
from typing import Protocol

BITS_PER_BYTE = 10
"""One start bit, eight data bits, one stop bit."""


class Wired(Protocol):
    """A device as its line sees it: bytes in by `feed`, bytes out by `send`, which whoever plugs it in sets."""

    send: Callable[[bytes], None]

    def feed(self, data: bytes) -> None:
        """Take bytes that have arrived."""


class Unplugged(ConnectionError):
    """The line is gone."""


def discard(data: bytes) -> None:
    """The `send` of a device that is not plugged in: what it says is lost."""
    del data


class PacedLine:
    """One direction of the line: bytes arrive in order, each write when its last bit has been shifted out."""

    def __init__(self, deliver: Callable[[bytes], None], loop: asyncio.AbstractEventLoop, baud: int) -> None:
        self._deliver = deliver
        self._loop = loop
        self._byte_s = BITS_PER_BYTE / baud
        # What is on the wire arrives, whatever becomes of the process that wrote it.
        self._context = Context()
        self._busy_until_s = 0.0

    def write(self, data: bytes) -> None:
        """Send `data` behind everything written before it."""
        self._busy_until_s = max(self._busy_until_s, self._loop.time()) + len(data) * self._byte_s
        self._loop.call_at(self._busy_until_s, self._deliver, data, context=self._context)


class MemoryPipe:
    """The host's end of a line to `device`: what a serial port would be if the device stood on the table."""

    def __init__(self, device: Wired, loop: asyncio.AbstractEventLoop, baud: int = 115_200) -> None:
        self._device = device
        self._held = b""
        self._gone = False
        self._arrived = asyncio.Event()
        self._to_device = PacedLine(self._reach_device, loop, baud)
        device.send = PacedLine(self._reach_host, loop, baud).write

    def write(self, data: bytes) -> None:
        """Send `data`; never waits.

        Raises:
            Unplugged: the line is gone.
        """
        self._check()
        if data:
            self._to_device.write(data)

    async def read(self) -> bytes:
        """Whatever has arrived, at least one byte.

        Raises:
            Unplugged: the line is gone, and all that had arrived before was read.
        """
        while not self._held:
            self._check()
            self._arrived.clear()
            await self._arrived.wait()
        held, self._held = self._held, b""
        return held

    async def close(self) -> None:
        """Let go of the line, as a host does."""
        self.unplug()

    def unplug(self) -> None:
        """Pull the cable: bytes on their way are lost, both ends see nothing more. Doing it twice is no harm."""
        self._gone = True
        self._device.send = discard
        self._arrived.set()

    def _check(self) -> None:
        if self._gone:
            raise Unplugged("the simulated device was unplugged")

    def _reach_device(self, data: bytes) -> None:
        if not self._gone:
            self._device.feed(data)

    def _reach_host(self, data: bytes) -> None:
        if not self._gone:
            self._held += data
            self._arrived.set()
