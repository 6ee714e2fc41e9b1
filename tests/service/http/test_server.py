"""Bounds on connections, through a real server: nobody holds one without asking anything."""

import asyncio
import socket
from contextlib import AsyncExitStack, ExitStack
from dataclasses import replace

import pytest

from legato.service.http import server
from legato.service.http.access_settings import Bounds
from tests.service.http.worlds import OPEN, dialled, served

STOP = b"POST /api/v1/emergency-stop HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
FEW = replace(OPEN, bounds=Bounds(connections=5))
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


def test_a_request_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HEAD_S", 0.2)

    async def asking() -> None:
        async with served() as world:
            async with dialled(world, b"") as silent, dialled(world, b"GET / HTTP/1.1\r\nX-A: b\r\n") as slow:
                assert [await silent.read(), await slow.read()] == [b"", b""]
            async with dialled(world, HEALTH + b"GET /heal") as second:
                assert (await second.read()).startswith(b"HTTP/1.1 200 OK")

    asyncio.run(asking())


def test_connections_without_requests_make_room_for_an_emergency_stop() -> None:
    async def asking() -> None:
        async with served(FEW) as world, AsyncExitStack() as idle:
            for _ in range(20):
                await idle.enter_async_context(dialled(world, b"GET / HT"))
            async with dialled(world, STOP) as stop:
                assert (await stop.readline()).startswith(b"HTTP/1.1 200")
            assert len(world.bridge.asked) == 2
            assert len(world.server.server_state.connections) <= 5

    asyncio.run(asking())


def test_connections_that_come_all_at_once_make_room_for_each_other() -> None:
    async def asking() -> None:
        async with served(FEW) as world:
            with ExitStack() as idle:
                # Nothing here waits, so that the server sees all of them in one turn of the loop.
                for _ in range(20):
                    idle.enter_context(socket.create_connection(("127.0.0.1", world.port)))
                async with dialled(world, STOP) as stop:
                    assert (await stop.readline()).startswith(b"HTTP/1.1 200")
                assert len(world.server.server_state.connections) <= 5

    asyncio.run(asking())


def test_a_flood_of_headers_is_refused() -> None:
    async def asking() -> None:
        async with served() as world:
            async with dialled(world, b"GET / HTTP/1.1\r\n" + b"X-Flood: yes\r\n" * 5000) as flood:
                assert (await flood.readline()).startswith(b"HTTP/1.1 4")
            async with dialled(world, bytes(range(256)) + b"\r\n\r\n") as junk:
                assert (await junk.readline()).startswith(b"HTTP/1.1 400")

    asyncio.run(asking())


def test_nothing_that_is_sent_waits_for_the_other_end_to_acknowledge_what_went_before() -> None:
    async def asking() -> None:
        async with served() as world, dialled(world, HEALTH) as asked:
            assert (await asked.readline()).startswith(b"HTTP/1.1 200")
            for connection in world.server.server_state.connections:
                own = connection.transport.get_extra_info("socket")
                assert own.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

    asyncio.run(asking())
