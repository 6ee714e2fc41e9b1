"""What the service tells, for a program with an event loop; a thread reads it, since the client is a plain one."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from pydantic import TypeAdapter, ValidationError

from legato.service.client.client import Client, Declined, Unreachable
from legato.service.devices.state import News

_NEWS: TypeAdapter[News] = TypeAdapter(News)

Told = News | Exception | None
"""A piece of news; at the end what went wrong, or None where the service has simply ended."""


@asynccontextmanager
async def following(client: Client) -> AsyncIterator[AsyncIterator[News]]:
    """News from the present state of every device on, while the block runs.

    The iterator raises Unreachable where the service goes away, Declined where it lets nobody listen.
    """
    loop, told = asyncio.get_running_loop(), asyncio.Queue[Told]()
    sockets: list[socket.socket] = []

    def put(item: Told) -> None:
        with suppress(RuntimeError):  # the loop has ended before the thread
            loop.call_soon_threadsafe(told.put_nowait, item)

    thread = threading.Thread(target=_read, args=(client, sockets.append, put), name="news", daemon=True)
    thread.start()
    try:
        yield _until_the_end(told)
    finally:
        for held in sockets:
            with suppress(OSError):
                held.shutdown(socket.SHUT_RDWR)
        await asyncio.to_thread(thread.join)


def _read(client: Client, hold: Callable[[socket.socket], None], put: Callable[[Told], None]) -> None:
    try:
        for item in client.news(hold):
            put(_NEWS.validate_python(item, strict=False))
        put(None)
    except ValidationError:
        put(Unreachable("the service speaks another version of Legato; use the `legato` that it was started with"))
    except (Unreachable, Declined) as error:
        put(error)


async def _until_the_end(told: asyncio.Queue[Told]) -> AsyncIterator[News]:
    while (item := await told.get()) is not None:
        if isinstance(item, Exception):
            raise item
        yield item
