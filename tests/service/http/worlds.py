"""What these tests share: the application over a fake bridge, asked without a network or through a real server."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import uvicorn
from starlette.applications import Starlette

from legato.controller.loop_health import LoopHealth
from legato.service.http.access_settings import Rules
from legato.service.http.app import make_app
from legato.service.http.listening_socket import ListeningSocket
from legato.service.http.server import config
from tests.service.http.fakes import FakeBridge, FakeJobRunner

OPEN = Rules(rate_per_s=1e6, burst=10**6)
"""For tests that ask more than a person could."""


@dataclass
class World:
    """The application, what stands behind it, and a client of it."""

    bridge: FakeBridge
    jobs: FakeJobRunner
    app: Starlette
    client: httpx.AsyncClient


@asynccontextmanager
async def world(rules: Rules = OPEN, client: str = "127.0.0.1") -> AsyncIterator[World]:
    """Everything, without a network; `client` is the address that asks."""
    bridge, jobs = FakeBridge(), FakeJobRunner()
    app = make_app(bridge, jobs, rules, LoopHealth())
    transport = httpx.ASGITransport(app, client=(client, 50_000))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8437") as asking,
    ):
        yield World(bridge, jobs, app, asking)


Asking = Callable[[World], Awaitable[None]]


def tried(asking: Asking, rules: Rules = OPEN, client: str = "127.0.0.1") -> None:
    """Runs `asking` in a world of its own."""

    async def whole() -> None:
        async with world(rules, client) as everything:
            await asking(everything)

    asyncio.run(whole())


@dataclass
class Served:
    """A real server on a port of its own."""

    bridge: FakeBridge
    app: Starlette
    server: uvicorn.Server
    port: int


@asynccontextmanager
async def served(rules: Rules = OPEN, **tls: Path) -> AsyncIterator[Served]:
    """The application behind uvicorn, as the service runs it; `tls` are uvicorn's files, if there are any."""
    bridge, listening = FakeBridge(), ListeningSocket("127.0.0.1", 0, rules.bounds.connections)
    port = listening.getsockname()[1]
    app = make_app(bridge, FakeJobRunner(), rules, LoopHealth())
    server = uvicorn.Server(config(app, listening, **tls))
    serving = asyncio.create_task(server._serve([listening]))
    try:
        while not server.started:
            assert not serving.done()
            await asyncio.sleep(0.01)
        yield Served(bridge, app, server, port)
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def dialled(world: Served, text: bytes, limit: int = 1 << 16) -> AsyncIterator[asyncio.StreamReader]:
    """A connection of its own on which `text` was sent; hung up in the end, whatever becomes of the test."""
    reader, writer = await asyncio.open_connection("127.0.0.1", world.port, limit=limit)
    try:
        writer.write(text)
        yield reader
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
