"""A simulated device as a TCP port, one host at a time: what `socket://host:port` opens."""

import asyncio
from typing import cast

from legato.sim.pipes import Wired, discard

MOST_UNSENT_BYTES = 16_384
"""What a host that does not read leaves waiting beyond this is lost, as on a real line."""


AT_ONCE = 8
"""Callers that are let in, or turned away, in one turn of the loop: few enough for any limit of descriptors."""


class _Host(asyncio.Protocol):
    """The connection of one host."""

    def __init__(self, port: "TcpPort") -> None:
        self._port = port

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        if not self._port.admit(self):
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._port.device.feed(data)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._port.dismiss(self)

    def send(self, data: bytes) -> None:
        if self._transport.get_write_buffer_size() < MOST_UNSENT_BYTES:
            self._transport.write(data)

    def drop(self) -> None:
        self._transport.abort()


class TcpPort:
    """A listening socket with `device` behind it."""

    def __init__(self, device: Wired) -> None:
        self.device = device
        self._host: _Host | None = None
        self._server: asyncio.Server | None = None

    async def open(self, host: str, port: int) -> int:
        """Listen on the running loop; returns the port number, which is a free one for `port` 0.

        Raises:
            OSError: the address cannot be used.
        """
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Host(self), host, port, backlog=AT_ONCE)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Hang up and stop listening."""
        if self._host is not None:
            self._host.drop()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def admit(self, host: _Host) -> bool:
        """Plug `host` in, unless there is one already."""
        if self._host is not None:
            return False
        self._host = host
        self.device.send = host.send
        return True

    def dismiss(self, host: _Host) -> None:
        """`host` has gone."""
        if self._host is host:
            self._host = None
            self.device.send = discard
