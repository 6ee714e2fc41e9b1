"""`legato sim`: a simulated massager in real time, on a tty or a TCP port."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

from legato import output
from legato.errors import CommandError, Exit
from profiles import load
from profiles.device import Device
from sim.device import SimDevice
from sim.pty import PtyPort
from sim.tcp import TcpPort
from sim.trace import Trace


def sim(device: str, pty: Path | None, tcp: str | None, seed: int, trace: Path | None) -> None:
    """Serves until SIGINT, SIGTERM or SIGHUP; says `ready PATH` on stdout once PATH can be opened."""
    if pty is not None and tcp is not None:
        raise CommandError(Exit.USAGE, "legato sim: a device has one line, so give either --pty or --tcp")
    asyncio.run(_serve(load.device(device), pty, _address(tcp) if tcp else None, seed, trace))


async def _serve(
    description: Device, link: Path | None, address: tuple[str, int] | None, seed: int, trace: Path | None
) -> None:
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, ended.set)
    device = SimDevice(description, seed, loop)
    device.start()
    with ExitStack() as stack:
        stack.callback(device.stop)
        if trace is not None:
            # Line by line, so that another program can watch the file grow.
            Trace(device, stack.enter_context(trace.open("w", buffering=1, encoding="utf-8", newline="")))
        async with _plugged_in(device, link, address) as name:
            output.data(f"ready {name}")
            await ended.wait()


@asynccontextmanager
async def _plugged_in(device: SimDevice, link: Path | None, address: tuple[str, int] | None) -> AsyncIterator[str]:
    """The device on its line; gives the name under which a host opens it."""
    if address is None:
        port = _opened_pty(device, link)
        try:
            yield port.name
        finally:
            port.close()
        return
    server = TcpPort(device)
    try:
        number = await server.open(*address)
    except OSError as error:
        raise CommandError(Exit.PORT, f"{address[0]}:{address[1]}: {error.strerror}; choose another address") from None
    try:
        yield f"socket://{address[0]}:{number}"
    finally:
        await server.close()


def _opened_pty(device: SimDevice, link: Path | None) -> PtyPort:
    try:
        return PtyPort(device, asyncio.get_running_loop(), link)
    except OSError as error:
        raise CommandError(Exit.PORT, f"{error}") from None


def _address(text: str) -> tuple[str, int]:
    host, _, number = text.rpartition(":")
    if host and number.isdecimal() and int(number) < 1 << 16:
        return host.strip("[]"), int(number)
    raise CommandError(Exit.USAGE, f"legato sim: --tcp {text}: an address is HOST:PORT, such as 127.0.0.1:7000")
