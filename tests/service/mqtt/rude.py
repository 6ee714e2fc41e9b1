"""Brokers that mosquitto would never be, a few lines of asyncio each."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from tests.service.mqtt.stand_in import closed

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def stub(talk: Talk, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A broker that does `talk` with everybody who comes, until the end; the port it is at."""
    talks: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def talked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            await talk(reader, writer)
        writer.close()

    def came(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks[asyncio.ensure_future(talked(reader, writer))] = writer

    server = await asyncio.start_server(came, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for each in talks:
            each.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        for writer in talks.values():  # also of those that had no time to begin
            await closed(writer)


async def packet(reader: asyncio.StreamReader) -> bytes:
    """One packet of a client: the byte of its kind, and what follows the length."""
    kind, length, shift = await reader.readexactly(1), 0, 0
    while True:
        (digit,) = await reader.readexactly(1)
        length |= (digit & 0x7F) << shift
        shift += 7
        if digit < 0x80:
            return kind + await reader.readexactly(length)


async def welcome(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """As a broker of MQTT 3.1.1 says hello, and answers what wants an answer."""
    while True:
        got = await packet(reader)
        kind = got[0] >> 4
        if kind == 1:
            writer.write(b"\x20\x02\x00\x00")
        elif kind == 8:
            writer.write(b"\x90\x03" + got[1:3] + b"\x01")
        elif kind == 3 and got[0] & 6:
            at = 3 + got[2]
            writer.write(b"\x40\x02" + got[at : at + 2])


def version(connect: bytes) -> int:
    """The protocol that a first packet asks for: 4 is MQTT 3.1.1."""
    return connect[7]
