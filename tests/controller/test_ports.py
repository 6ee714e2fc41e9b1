"""Real ports: what can be opened, what cannot and why, and what happens when it goes away."""

import asyncio
import errno
import os
import termios
import threading
import tty
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import serial
from serial.tools.list_ports_common import ListPortInfo

from legato.controller.errors import NotLegato, PortBusy, PortError, PortForbidden, PortLost, PortNotFound
from legato.controller.ports.opening import open_port
from legato.controller.ports.port import BACKLOG_BYTES, Port
from legato.controller.ports.serial_ports import serial_ports
from legato.controller.ports.threaded import ThreadedPort
from legato.controller.ports.tty import explain, open_tty
from tests.exhausted import no_descriptor_left


@pytest.fixture
def pty_pair() -> Iterator[tuple[int, str]]:
    """The device's end as a raw descriptor, and the path of the host's end."""
    master, slave = os.openpty()
    tty.setraw(master)
    os.set_blocking(master, False)
    yield master, os.ttyname(slave)
    os.close(slave)
    os.close(master)


def test_bytes_go_both_ways_over_a_tty(pty_pair: tuple[int, str]) -> None:
    device, path = pty_pair

    async def main() -> None:
        port = await open_port(path, {})
        port.write(b"\x00\x11\x13hello\r\n")
        assert os.read(device, 100) == b"\x00\x11\x13hello\r\n"
        os.write(device, b"\xff\x03\x04")
        assert await port.read() == b"\xff\x03\x04"
        await port.close()

    asyncio.run(main())


def test_a_port_that_goes_away_while_it_is_opened_is_not_there(
    pty_pair: tuple[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise termios.error(5, "Input/output error")

    monkeypatch.setattr(termios, "tcsetattr", gone)
    with pytest.raises(PortNotFound, match="went away while it was opened"):
        asyncio.run(open_port(pty_pair[1], {}))


def test_a_device_that_does_not_drain_blocks_nobody_and_is_given_up(pty_pair: tuple[int, str]) -> None:
    async def main() -> None:
        port = await open_port(pty_pair[1], {})
        port.write(bytes(BACKLOG_BYTES))
        with pytest.raises(PortLost, match="stopped taking bytes"):
            port.write(bytes(BACKLOG_BYTES))
        await port.close()

    asyncio.run(main())


def test_what_the_kernel_does_not_take_at_once_follows_in_order(pty_pair: tuple[int, str]) -> None:
    device, path = pty_pair
    text = bytes(i % 251 for i in range(30_000))

    async def main() -> None:
        port = await open_port(path, {})
        port.write(text[:20_000])
        port.write(text[20_000:])
        got = b""
        while len(got) < len(text):
            try:
                got += os.read(device, 4_096)
            except BlockingIOError:
                await asyncio.sleep(0.001)
        assert got == text
        await port.close()

    asyncio.run(main())


def test_a_tty_that_goes_away_is_lost() -> None:
    async def main() -> None:
        master, slave = os.openpty()
        port = await open_port(os.ttyname(slave), {})
        os.close(slave)
        reading = asyncio.create_task(port.read())
        await asyncio.sleep(0)
        os.close(master)
        with pytest.raises(PortLost, match="went away"):
            await reading
        await port.close()

    asyncio.run(main())


def test_closing_wakes_the_reader_and_closing_twice_is_fine(pty_pair: tuple[int, str]) -> None:
    async def main() -> None:
        port = await open_port(pty_pair[1], {})
        reading = asyncio.create_task(port.read())
        await asyncio.sleep(0)
        await port.close()
        await port.close()
        with pytest.raises(PortLost):
            await reading
        with pytest.raises(PortLost):
            port.write(b"x")

    asyncio.run(main())


def _no_thread(_: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")


def test_closing_needs_no_thread_and_no_descriptor_and_lets_go_of_the_lock(
    pty_pair: tuple[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> None:
        port = open_tty(pty_pair[1])
        with monkeypatch.context() as patched, no_descriptor_left(os.getpid()):
            patched.setattr(threading.Thread, "start", _no_thread)
            await port.close()
            with pytest.raises(OSError, match="Bad file descriptor"):
                os.fstat(port._fd)
        await (await open_port(pty_pair[1], {})).close()

    asyncio.run(main())


def test_a_port_that_fails_to_close_is_closed(pty_pair: tuple[int, str], monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(_: serial.Serial) -> None:
        raise OSError("the kernel did not like it")

    async def main() -> None:
        port = await open_port(pty_pair[1], {})
        with monkeypatch.context() as patched:
            patched.setattr(serial.Serial, "close", failing)
            await port.close()

    asyncio.run(main())


def test_a_port_in_use_is_busy(pty_pair: tuple[int, str]) -> None:
    async def main() -> None:
        port = await open_port(pty_pair[1], {})
        with pytest.raises(PortBusy, match=r"(this|another) program has it open"):
            await open_port(pty_pair[1], {})
        await port.close()

    asyncio.run(main())


@pytest.mark.parametrize(
    ("url", "error", "message"),
    [
        ("/dev/there-is-none", PortNotFound, "there is no such port"),
        ("/", NotLegato, "a directory"),
        (__file__, NotLegato, "not a serial port"),
        ("gopher://x", PortNotFound, "unknown kind of port gopher://, known are a path, rfc2217://, socket://"),
        ("socket://nowhere", PortError, "host:port"),
        ("socket://127.0.0.1:1", PortNotFound, "cannot connect"),
        ("rfc2217://127.0.0.1:1", PortNotFound, "cannot connect"),
    ],
)
def test_a_port_that_cannot_be_opened_says_why(url: str, error: type[PortError], message: str) -> None:
    with pytest.raises(error, match=message):
        asyncio.run(_opened(url))


async def _opened(url: str) -> Port:
    return await open_port(url, {})


def test_a_forbidden_port_says_what_to_do() -> None:
    error = explain("/dev/ttyUSB0", PermissionError(13, "Permission denied"))
    assert isinstance(error, PortForbidden)
    assert "add yourself to dialout" in str(error)


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.EMFILE, "this program may have no more files open; raise its limit (`ulimit -n`)"),
        (errno.ENFILE, "this computer has as many files open as it can; close some program"),
    ],
)
def test_a_port_for_which_no_descriptor_is_left_says_what_to_do(number: int, told: str) -> None:
    assert str(explain("/dev/ttyUSB0", OSError(number, "Too many open files"))) == f"/dev/ttyUSB0: {told}"


def test_a_scheme_of_the_front_door_is_used() -> None:
    asked: list[str] = []

    async def open_sim(rest: str) -> Port:
        asked.append(rest)
        raise PortNotFound("no such device")

    schemes: dict[str, Callable[[str], Awaitable[Port]]] = {"sim": open_sim}
    with pytest.raises(PortNotFound):
        asyncio.run(_opened_with("sim://boots-6", schemes))
    assert asked == ["boots-6"]


async def _opened_with(url: str, schemes: dict[str, Callable[[str], Awaitable[Port]]]) -> Port:
    return await open_port(url, schemes)


def test_a_port_without_a_descriptor_is_served_by_threads_that_end_with_it() -> None:
    async def main() -> None:
        port = ThreadedPort(serial.serial_for_url("loop://", timeout=0.01))
        port.write(b"round ")
        port.write(b"and round")
        got = b""
        while got != b"round and round":
            got += await port.read()
        reading = asyncio.create_task(port.read())
        await asyncio.sleep(0)
        await port.close()
        with pytest.raises(PortLost, match="closed"):
            await reading
        with pytest.raises(PortLost):
            port.write(b"x")
        for thread in threading.enumerate():
            if thread.name in ("receive", "send"):
                thread.join(10.0)
                assert not thread.is_alive()

    asyncio.run(main())


@pytest.mark.parametrize("started", [0, 1])
def test_a_port_whose_threads_cannot_be_had_leaves_nothing_behind(
    started: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    left, start = [started], threading.Thread.start

    def begin(thread: threading.Thread) -> None:
        if thread.name in ("receive", "send"):
            left[0] -= 1
            if left[0] < 0:
                _no_thread(thread)
        start(thread)

    async def main() -> None:
        monkeypatch.setattr(threading.Thread, "start", begin)
        monkeypatch.setattr(serial, "serial_for_url", lambda *_, **__: device)
        with pytest.raises(PortError, match="cannot be served: can't start new thread"):
            await open_port("rfc2217://127.0.0.1:1", {})
        assert not device.is_open

    device = serial.serial_for_url("loop://", timeout=0.01)
    asyncio.run(main())


def test_a_network_port_carries_bytes_until_the_other_end_hangs_up() -> None:
    async def main() -> None:
        hang_up = asyncio.Event()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            async with asyncio.timeout(10):
                while b"hello" not in await reader.read(100):
                    pass
            writer.write(b"welcome")
            await writer.drain()
            await hang_up.wait()
            writer.close()
            await writer.wait_closed()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        address = server.sockets[0].getsockname()
        port = await open_port(f"socket://127.0.0.1:{address[1]}", {})
        port.write(b"hello")
        assert await port.read() == b"welcome"
        hang_up.set()
        with pytest.raises(OSError, match=r"closed|went away"):
            await port.read()
        await port.close()
        server.close()
        await server.wait_closed()

    asyncio.run(main())


def test_ports_are_listed_by_path_with_their_stable_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plugged, fixed = ListPortInfo(str(tmp_path / "ttyUSB0")), ListPortInfo(str(tmp_path / "ttyS0"))
    plugged.vid, plugged.pid, plugged.serial_number = 0x2E8A, 0x000A, "E66"
    Path(plugged.device).touch()
    by_id = tmp_path / "by-id"
    by_id.mkdir()
    (by_id / "usb-Legato_E66").symlink_to(plugged.device)
    monkeypatch.setattr("legato.controller.ports.serial_ports.comports", lambda: [plugged, fixed])
    first, second = serial_ports(by_id)
    assert (first.path, first.by_id, first.vid) == (fixed.device, None, None)
    assert (second.by_id, second.vid, second.serial_number) == (str(by_id / "usb-Legato_E66"), 0x2E8A, "E66")


def test_a_computer_without_stable_names_lists_its_ports_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("legato.controller.ports.serial_ports.comports", lambda: [ListPortInfo("/dev/ttyS0")])
    assert [port.by_id for port in serial_ports(tmp_path / "none")] == [None]
