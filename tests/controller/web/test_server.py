"""Bounds on connections, through a real server: nobody holds one without asking anything."""

import asyncio

import pytest

from controller.web import server
from tests.controller.web.worlds import Served, served


async def dial(world: Served, text: bytes) -> asyncio.StreamReader:
    reader, writer = await asyncio.open_connection("127.0.0.1", world.port)
    writer.write(text)
    reader.writer = writer  # type: ignore[attr-defined]
    return reader


STOP = b"POST /api/v1/emergency-stop HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"


def test_a_request_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HEAD_S", 0.2)

    async def asking() -> None:
        async with served() as world:
            silent, slow = await dial(world, b""), await dial(world, b"GET / HTTP/1.1\r\nX-A: b\r\n")
            assert [await silent.read(), await slow.read()] == [b"", b""]
            second = await dial(world, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /heal")
            assert (await second.read()).startswith(b"HTTP/1.1 200 OK")
            for reader in (silent, slow, second):
                reader.writer.close()  # type: ignore[attr-defined]

    asyncio.run(asking())


def test_connections_without_requests_make_room_for_an_emergency_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_CONNECTIONS", 5)

    async def asking() -> None:
        async with served() as world:
            idle = [await dial(world, b"GET / HT") for _ in range(20)]
            stop = await dial(world, STOP)
            assert (await stop.readline()).startswith(b"HTTP/1.1 204")
            assert len(world.bridge.asked) == 2
            assert len(world.server.server_state.connections) <= 6
            for reader in (*idle, stop):
                reader.writer.close()  # type: ignore[attr-defined]

    asyncio.run(asking())


def test_a_flood_of_headers_is_refused() -> None:
    async def asking() -> None:
        async with served() as world:
            flood = await dial(world, b"GET / HTTP/1.1\r\n" + b"X-Flood: yes\r\n" * 5000)
            assert (await flood.readline()).startswith(b"HTTP/1.1 4")
            junk = await dial(world, bytes(range(256)) + b"\r\n\r\n")
            assert (await junk.readline()).startswith(b"HTTP/1.1 400")
            for reader in (flood, junk):
                reader.writer.close()  # type: ignore[attr-defined]

    asyncio.run(asking())
