"""Who is let in when all connections are taken, or the system has no descriptor left: the next caller, always."""

import asyncio
import errno
import logging
import os
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from legato.service.http.access_settings import Bounds
from legato.service.http.listening_socket import ASKING, CLOSING, LISTENING, WAITING, ListeningSocket, Rank
from tests.certificates import Authority
from tests.service.http.test_server import STOP
from tests.service.http.worlds import OPEN, dialled, served

LISTEN = b"GET /api/v1/events/stream HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Serving:
    """What serves a connection, with a rank of the test's choice."""

    def __init__(self, rank: Rank, accepted: socket.socket) -> None:
        self.rank = rank
        self._accepted = accepted

    def hang_up(self) -> None:
        self._accepted.close()


class Exhausted(ListeningSocket):
    """The system has no descriptor but those that this process gives back."""

    left = 0
    _has_reserved = False

    def _accept(self) -> tuple[int, object]:
        if not self.left:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        self.left -= 1
        return super()._accept()  # type: ignore[misc, no-any-return]

    def _reserve(self) -> None:
        if not self._has_reserved:
            super()._reserve()
        self._has_reserved = True

    def _release(self) -> None:
        self.left += self._spare is not None
        super()._release()


@asynccontextmanager
async def calling(kind: type[ListeningSocket], callers: int, most: int = 4) -> AsyncIterator[ListeningSocket]:
    """A listening socket at which so many call."""
    with ExitStack() as stack:
        listening = stack.enter_context(kind("127.0.0.1", 0, most))
        for _ in range(callers):
            stack.enter_context(socket.create_connection(listening.getsockname()))
        yield listening


def admitted(listening: ListeningSocket, most_turns: int = 20) -> socket.socket:
    """The next caller, within so many turns."""
    for _ in range(most_turns):
        try:
            return listening.accept()[0]
        except BlockingIOError:
            pass
    pytest.fail("nobody was let in")


def test_what_is_closing_goes_first_then_what_waits_longest_then_a_listener_and_an_answer_last() -> None:
    async def trying() -> None:
        async with calling(ListeningSocket, 10, most=5) as listening:
            ranks: list[Rank] = [(ASKING, 0.0), (LISTENING, 0.0), (WAITING, 9.0), (WAITING, 3.0), (CLOSING, 0.0)]
            with ExitStack() as stack:
                first = [stack.enter_context(admitted(listening)) for _ in ranks]
                for accepted, rank in zip(first, ranks, strict=True):
                    listening.serve(accepted.fileno(), Serving(rank, accepted))
                for gone in (4, 3, 2, 1, 0):
                    new = stack.enter_context(admitted(listening))
                    listening.serve(new.fileno(), Serving((ASKING, 1.0), new))
                    assert [accepted.fileno() < 0 for accepted in first] == [n >= gone for n in range(5)]

    asyncio.run(trying())


def test_no_answer_gives_way_together_with_those_who_wait() -> None:
    async def trying() -> None:
        async with calling(ListeningSocket, 9, most=8) as listening:
            with ExitStack() as stack:
                first = [stack.enter_context(admitted(listening)) for _ in range(8)]
                for accepted in first:
                    rank = (WAITING if accepted is first[-1] else ASKING, 0.0)
                    listening.serve(accepted.fileno(), Serving(rank, accepted))
                stack.enter_context(admitted(listening))
                assert [accepted.fileno() < 0 for accepted in first] == [False] * 7 + [True]

    asyncio.run(trying())


def test_nobody_gives_way_before_what_he_has_sent_could_be_read() -> None:
    async def trying() -> None:
        async with calling(ListeningSocket, 2, most=1) as listening:
            with admitted(listening) as first:
                listening.serve(first.fileno(), Serving((WAITING, 0.0), first))
                for _ in range(3):
                    with pytest.raises(BlockingIOError):
                        listening.accept()
                    assert first.fileno() >= 0
                admitted(listening).close()
                assert first.fileno() < 0

    asyncio.run(trying())


def test_with_no_descriptor_left_the_next_caller_gets_the_spare_one_and_then_that_of_who_asks_for_nothing() -> None:
    async def trying() -> None:
        async with calling(Exhausted, 2) as listening:
            assert isinstance(listening, Exhausted)
            with admitted(listening) as first:
                listening.serve(first.fileno(), Serving((WAITING, 0.0), first))
                for _ in range(4):
                    with pytest.raises(BlockingIOError):
                        listening.accept()
                    assert first.fileno() >= 0
                with pytest.raises(BlockingIOError):
                    listening.accept()
                assert first.fileno() < 0
                listening.left = 1
                admitted(listening).close()

    asyncio.run(trying())


def test_where_nobody_has_a_descriptor_to_give_asyncio_is_told_once_a_turn() -> None:
    async def trying() -> None:
        async with calling(Exhausted, 2) as listening:
            admitted(listening).close()
            for _ in range(3):
                with pytest.raises(OSError, match="Too many open files") as told:
                    listening.accept()
                assert told.value.errno == errno.EMFILE
                with pytest.raises(BlockingIOError):
                    listening.accept()

    asyncio.run(trying())


def test_those_who_only_listen_do_not_keep_an_emergency_stop_out() -> None:
    async def asking() -> None:
        rules = replace(OPEN, bounds=Bounds(connections=6, listeners=3))
        async with served(rules) as world:
            with ExitStack() as stack:
                for text in [*[LISTEN] * 6, *[b""] * 12]:
                    busy = stack.enter_context(socket.create_connection(("127.0.0.1", world.port)))
                    busy.sendall(text)
                async with dialled(world, STOP) as stop:
                    assert (await stop.readline()).startswith(b"HTTP/1.1 2")

    asyncio.run(asking())


def test_callers_who_never_shake_hands_do_not_keep_an_emergency_stop_out(tmp_path: Path) -> None:
    authority = Authority(tmp_path, "authority")
    cert, key = authority.issue("127.0.0.1")

    async def asking() -> None:
        async with served(replace(OPEN, bounds=Bounds(connections=5)), ssl_certfile=cert, ssl_keyfile=key) as world:
            with ExitStack() as stack:
                for _ in range(20):
                    stack.enter_context(socket.create_connection(("127.0.0.1", world.port)))
                trusting = ssl.create_default_context(cafile=authority.cert)
                reader, writer = await asyncio.open_connection("127.0.0.1", world.port, ssl=trusting)
                writer.write(STOP)
                assert (await reader.readline()).startswith(b"HTTP/1.1 2")
                writer.close()
                await writer.wait_closed()

    asyncio.run(asking())


def test_a_stream_that_nobody_reads_gives_its_connection_back(caplog: pytest.LogCaptureFixture) -> None:
    async def asking() -> None:
        rules = replace(OPEN, bounds=Bounds(connections=2))
        async with served(rules) as world, dialled(world, LISTEN) as reader:
            await reader.readline()
            own = next(iter(world.server.server_state.connections))
            own.transport.write(bytes(1 << 24))
            own.transport.close()
            for _ in range(3):
                async with dialled(world, STOP) as stop:
                    assert (await stop.readline()).startswith(b"HTTP/1.1 2")

    with caplog.at_level(logging.WARNING):
        asyncio.run(asking())
    assert all(record.name == "legato.service.http.listening_socket" for record in caplog.records)


@pytest.mark.parametrize(
    ("descriptors", "bounds"),
    [(10_000, Bounds()), (500, Bounds(400, 64, 200)), (20, Bounds(16, 4, 8)), (10, Bounds(8, 2, 4))],
)
def test_clients_share_the_descriptors_that_are_left(descriptors: int, bounds: Bounds) -> None:
    assert Bounds.within(descriptors) == bounds
    assert bounds.connections + bounds.requests <= descriptors
    assert bounds.listeners + bounds.requests <= bounds.connections * 3 // 4
