"""The cable between a device and its pipe: filters put into it disturb the bytes of one direction, or of both."""

import asyncio
from collections.abc import Callable
from functools import partial

from legato.sim.pipes import MemoryPipe, Unplugged, Wired, discard

Onward = Callable[[bytes], None]
ByteFilter = Callable[[bytes, Onward], None]
"""Takes bytes on their way and hands them on: changed, later, more than once, or never."""


class Lane:
    """One direction of the cable: bytes pass its filters in the order in which they were put in."""

    def __init__(self, deliver: Onward) -> None:
        self._deliver = deliver
        self._filters: tuple[ByteFilter, ...] = ()

    def insert(self, byte_filter: ByteFilter) -> Callable[[], None]:
        """Put `byte_filter` in, behind those that are there; returns what takes it out again."""
        self._filters = (*self._filters, byte_filter)
        return partial(self._take_out, byte_filter)

    def carry(self, data: bytes) -> None:
        """Bytes enter at one end."""
        self._pass(self._filters, data)

    def _pass(self, filters: tuple[ByteFilter, ...], data: bytes) -> None:
        if not data:
            return
        if filters:
            filters[0](data, partial(self._pass, filters[1:]))
        else:
            self._deliver(data)

    def _take_out(self, byte_filter: ByteFilter) -> None:
        self._filters = tuple(s for s in self._filters if s is not byte_filter)


class Cable:
    """Looks like the device to a pipe, and like a pipe to the device. `tap` hears what reaches the device."""

    def __init__(self, device: Wired, loop: asyncio.AbstractEventLoop) -> None:
        self.send: Onward = discard
        self.tap: Onward = discard
        self.to_device = Lane(self._reach_device)
        self.to_host = Lane(self._reach_host)
        self._device = device
        self._loop = loop
        self._pipe: MemoryPipe | None = None
        self._is_plugged = True
        device.send = self.to_host.carry

    def feed(self, data: bytes) -> None:
        """Bytes from the host."""
        self.to_device.carry(data)

    def connect(self) -> MemoryPipe:
        """A new line in memory through this cable.

        Raises:
            Unplugged: the cable is pulled.
        """
        if not self._is_plugged:
            raise Unplugged("the simulated device is not plugged in")
        self._pipe = MemoryPipe(self, self._loop)
        return self._pipe

    def pull(self) -> None:
        """Pull the plug: a line in memory breaks, any other falls silent, until `plug`."""
        self._is_plugged = False
        if self._pipe is not None:
            self._pipe.unplug()

    def plug(self) -> None:
        """Plug in again."""
        self._is_plugged = True

    def _reach_device(self, data: bytes) -> None:
        if self._is_plugged:
            self.tap(data)
            self._device.feed(data)

    def _reach_host(self, data: bytes) -> None:
        if self._is_plugged:
            self.send(data)
