"""A device behind a TCP socket, such as a serial server or `legato sim --tcp`."""

import asyncio
import contextlib
import os
from typing import Final

from legato.controller.errors import PortLost, PortNotFound
from legato.controller.ports.port import BACKLOG_BYTES, host_and_port

_CHUNK: Final = 4096
_PATIENCE_S: Final = 5.0


async def open_socket(rest: str) -> "SocketPort":
    """Connects to `host:port`; raises a PortError."""
    host, port = host_and_port(rest)
    try:
        async with asyncio.timeout(_PATIENCE_S):
            reader, writer = await asyncio.open_connection(host, port)
    except OSError as error:
        # The event loop puts a sentence of its own into `strerror` where there is a number.
        why = (
            os.strerror(error.errno).lower()
            if error.errno and error.errno > 0
            else f"no answer within {_PATIENCE_S:g} s"
        )
        raise PortNotFound(f"socket://{rest}: cannot connect: {why}") from error
    return SocketPort(reader, writer)


class SocketPort:
    """An open connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def write(self, data: bytes) -> None:
        """Sends `data`; raises PortLost."""
        if self._writer.is_closing():
            raise PortLost("the connection is closed")
        self._writer.write(data)
        if self._writer.transport.get_write_buffer_size() > BACKLOG_BYTES:
            raise PortLost("the device has stopped taking bytes")

    async def read(self) -> bytes:
        """What has arrived; raises OSError."""
        data = await self._reader.read(_CHUNK)
        if not data:
            raise PortLost("the other end closed the connection")
        return data

    async def close(self) -> None:
        """Closes the connection; one that is broken already is no reason to complain."""
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()
