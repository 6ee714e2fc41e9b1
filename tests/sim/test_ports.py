"""The lines to a device: in memory as slow as a real one, a tty that outlives its hosts, and a TCP port."""

import asyncio
import contextlib
import os
from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest

from legato.sim.clock import run
from legato.sim.pipes import MemoryPipe, Unplugged, discard
from legato.sim.pty import PtyPort
from legato.sim.tcp import TcpPort


class Listener:
    """A device that keeps what it hears and says only what a test tells it to."""

    def __init__(self) -> None:
        self.send: Callable[[bytes], None] = discard
        self.heard = b""

    def feed(self, data: bytes) -> None:
        self.heard += data


@pytest.fixture
def listener() -> Listener:
    return Listener()


def test_bytes_take_as_long_as_on_a_real_line(listener: Listener) -> None:
    async def main() -> float:
        loop = asyncio.get_running_loop()
        pipe = MemoryPipe(listener, loop, baud=9600)
        listener.send(bytes(48))
        await pipe.read()
        return loop.time()

    assert run(main()) == pytest.approx(48 * 10 / 9600)


def test_writes_queue_behind_each_other_and_arrive_in_order(listener: Listener) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        pipe = MemoryPipe(listener, loop, baud=1000)
        listener.send(b"a" * 50)
        listener.send(b"b" * 10)
        assert await pipe.read() == b"a" * 50
        assert loop.time() == pytest.approx(0.5)
        assert await pipe.read() == b"b" * 10
        assert loop.time() == pytest.approx(0.6)

    run(main())


def test_both_directions_run_at_the_same_time(listener: Listener) -> None:
    async def main() -> float:
        loop = asyncio.get_running_loop()
        pipe = MemoryPipe(listener, loop, baud=1000)
        pipe.write(bytes(100))
        listener.send(bytes(100))
        await pipe.read()
        return loop.time()

    assert run(main()) == pytest.approx(1.0)
    assert listener.heard == bytes(100)


def test_an_unplugged_line_fails_writer_and_waiting_reader(listener: Listener) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        pipe = MemoryPipe(listener, loop)
        loop.call_later(1.0, pipe.unplug)
        with pytest.raises(Unplugged):
            await pipe.read()
        with pytest.raises(Unplugged):
            pipe.write(b"x")
        await pipe.close()

    run(main())


def test_bytes_on_their_way_are_lost_with_the_line(listener: Listener) -> None:
    async def main() -> None:
        pipe = MemoryPipe(listener, asyncio.get_running_loop(), baud=1000)
        pipe.write(b"too late")
        pipe.unplug()
        await asyncio.sleep(1.0)

    run(main())
    assert listener.heard == b""


def in_real_time(play: Callable[[asyncio.AbstractEventLoop], Coroutine[object, object, None]]) -> None:
    """Run `play` on a real event loop, for at most 5 s."""

    async def main() -> None:
        async with asyncio.timeout(5.0):
            await play(asyncio.get_running_loop())

    asyncio.run(main())


async def until(met: Callable[[], bool]) -> None:
    """Let the loop go on until something is so."""
    while not met():  # noqa: ASYNC110 - what is waited for happens outside this loop
        await asyncio.sleep(0.001)


def open_descriptors() -> int:
    return len(list(Path("/dev/fd").iterdir()))


def open_tty(name: str) -> int:
    return os.open(name, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)


def read_tty(tty: int) -> bytes:
    with contextlib.suppress(BlockingIOError):
        return os.read(tty, 65536)
    return b""


def test_a_tty_carries_every_byte_both_ways_and_outlives_its_hosts(listener: Listener, tmp_path: Path) -> None:
    every_byte = bytes(range(256))

    async def play(loop: asyncio.AbstractEventLoop) -> None:
        port = PtyPort(listener, loop, tmp_path / "massager")
        for _ in range(2):
            listener.heard = b""
            host = open_tty(port.name)
            os.write(host, every_byte)
            await until(lambda: len(listener.heard) == 256)
            assert listener.heard == every_byte
            listener.send(every_byte)
            assert read_tty(host) == every_byte
            os.close(host)
        port.close()

    in_real_time(play)
    assert not (tmp_path / "massager").is_symlink()


def test_a_host_that_does_not_read_does_not_block_the_device(listener: Listener) -> None:
    async def play(loop: asyncio.AbstractEventLoop) -> None:
        port = PtyPort(listener, loop)
        for _ in range(1000):
            listener.send(bytes(100))
        host = open_tty(port.name)
        assert 0 < len(read_tty(host)) < 50_000
        os.close(host)
        port.close()

    in_real_time(play)


def test_a_link_left_by_a_killed_simulator_is_replaced(listener: Listener, tmp_path: Path) -> None:
    link = tmp_path / "massager"
    link.symlink_to(tmp_path / "gone")

    async def play(loop: asyncio.AbstractEventLoop) -> None:
        port = PtyPort(listener, loop, link)
        assert str(link.readlink()).startswith("/dev/")
        port.close()

    in_real_time(play)


def test_what_else_is_at_the_path_stays(listener: Listener, tmp_path: Path) -> None:
    path = tmp_path / "massager"
    path.write_text("mine")

    async def play(loop: asyncio.AbstractEventLoop) -> None:
        with pytest.raises(FileExistsError, match="is in use"):
            PtyPort(listener, loop, path)

    in_real_time(play)
    assert path.read_text() == "mine"


def test_a_path_that_cannot_be_made_leaves_no_terminal_open(listener: Listener, tmp_path: Path) -> None:
    async def play(loop: asyncio.AbstractEventLoop) -> None:
        before = open_descriptors()
        with pytest.raises(FileNotFoundError):
            PtyPort(listener, loop, tmp_path / "no" / "such" / "folder")
        assert open_descriptors() == before

    in_real_time(play)


def test_tcp_serves_one_host_at_a_time_and_the_next_one_after_it(listener: Listener) -> None:
    async def play(_: asyncio.AbstractEventLoop) -> None:
        port = TcpPort(listener)
        number = await port.open("127.0.0.1", 0)
        for greeting in (b"first", b"again"):
            listener.heard = b""
            reader, writer = await asyncio.open_connection("127.0.0.1", number)
            writer.write(greeting)
            await until(lambda: len(listener.heard) == len(b"first"))
            assert listener.heard == greeting
            listener.send(b"welcome")
            assert await reader.readexactly(7) == b"welcome"
            other, other_writer = await asyncio.open_connection("127.0.0.1", number)
            with contextlib.suppress(ConnectionResetError):
                assert await other.read() == b""
            for each in (other_writer, writer):
                each.close()
                with contextlib.suppress(ConnectionResetError):
                    await each.wait_closed()
            await until(lambda: listener.send is discard)
        await port.close()

    in_real_time(play)


def test_tcp_hangs_up_when_the_device_goes(listener: Listener) -> None:
    async def play(_: asyncio.AbstractEventLoop) -> None:
        port = TcpPort(listener)
        number = await port.open("127.0.0.1", 0)
        reader, writer = await asyncio.open_connection("127.0.0.1", number)
        await until(lambda: listener.send is not discard)
        await port.close()
        with contextlib.suppress(ConnectionResetError):
            assert await reader.read() == b""
        writer.close()
        with contextlib.suppress(ConnectionResetError):
            await writer.wait_closed()

    in_real_time(play)
