"""`legato sim`: a simulated massager in real time, on a tty or a TCP port."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path

from legato.errors import PortError, UsageError
from legato.files import insist_on_file
from legato.process.signals import ending_signals
from legato.profiles import load
from legato.profiles.device import Device
from legato.sim.device import SimDevice
from legato.sim.fault_socket import MOST, FaultSocket
from legato.sim.faults.cable import Cable
from legato.sim.faults.fault import FaultBench
from legato.sim.faults.injector import Injector
from legato.sim.faults.process import ElsewhereHost
from legato.sim.pipes import Wired
from legato.sim.pty import PtyPort
from legato.sim.tcp import TcpPort
from legato.sim.trace import Trace
from legato.terminal import output

EMPTYING_S = 6.0
"""How long the trace continues after power-off, while the chambers vent."""

LOOK_S = 0.05


def sim(device: str, pty: Path | None, tcp: str | None, seed: int, trace: Path | None, control: Path | None) -> None:
    """Serves until SIGINT, SIGTERM or SIGHUP; prints `ready PATH` to stdout once PATH can be opened."""
    if pty is not None and tcp is not None:
        raise UsageError("legato sim: a device has one line, so give either --pty or --tcp")
    asyncio.run(_serve(load.device(device), pty, _address(tcp) if tcp else None, seed, trace, control))


async def _serve(
    description: Device,
    link: Path | None,
    address: tuple[str, int] | None,
    seed: int,
    trace: Path | None,
    control: Path | None,
) -> None:
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    for number in ending_signals():
        loop.add_signal_handler(number, ended.set)
    device = SimDevice(description, seed, loop)
    device.start()
    with ExitStack() as stack:
        stack.callback(device.stop)
        felt = stack.enter_context(_traced(device, trace)) if trace is not None else None
        cable = Cable(device, loop)
        async with _plugged_in(cable, link, address) as name, _controlled(device, cable, control, seed):
            output.data(f"ready {name}")
            await ended.wait()
        if felt is not None:
            await _emptied(device, felt)


@contextmanager
def _traced(device: SimDevice, path: Path) -> Iterator[Trace]:
    """The trace of the device in a file; if it cannot be written, it ends early and the device carries on."""
    # Line-buffered, so that another program can follow the file.
    insist_on_file(path)
    file = path.open("w", buffering=1, encoding="utf-8", newline="")
    felt = Trace(device, file)
    try:
        yield felt
    finally:
        with suppress(OSError):
            file.close()
        if felt.error is not None:
            output.say(f"{path}: the trace ended early: {(felt.error.strerror or str(felt.error)).lower()}")


async def _emptied(device: SimDevice, trace: Trace) -> None:
    """Switches the device, now disconnected, off and on: the vents open, and the trace records the pressure falling."""
    device.stop()
    device.start()
    with suppress(TimeoutError):
        async with asyncio.timeout(EMPTYING_S):
            while not trace.is_over:  # noqa: ASYNC110 - the trace is written from callbacks, and knows no event loop
                await asyncio.sleep(LOOK_S)


@asynccontextmanager
async def _plugged_in(device: Wired, link: Path | None, address: tuple[str, int] | None) -> AsyncIterator[str]:
    """Connects the device to its line; yields the name by which a host opens it."""
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
        raise PortError(f"{address[0]}:{address[1]}: {error.strerror}; choose another address") from None
    try:
        yield f"socket://{address[0]}:{number}"
    finally:
        await server.close()


@asynccontextmanager
async def _controlled(device: SimDevice, cable: Cable, control: Path | None, seed: int) -> AsyncIterator[None]:
    """Accepts faults on the socket `control`, if one is given."""
    if control is None:
        yield
        return
    injector = Injector(FaultBench(device, cable, ElsewhereHost(), asyncio.get_running_loop()), seed)
    try:
        channel = FaultSocket(injector, device.device)
        server = await asyncio.start_unix_server(channel.serve, control, backlog=MOST)
    except OSError as error:
        raise PortError(f"{control}: {error.strerror or error}; choose another path") from None
    try:
        yield
    finally:
        server.close()
        control.unlink(missing_ok=True)  # noqa: ASYNC240 - the end of the process does not wait for anything


def _opened_pty(device: Wired, link: Path | None) -> PtyPort:
    try:
        return PtyPort(device, asyncio.get_running_loop(), link)
    except OSError as error:
        what = f"{link}: {error.strerror.lower()}; choose another path" if error.strerror else str(error)
        raise PortError(what) from None


def _address(text: str) -> tuple[str, int]:
    host, _, number = text.rpartition(":")
    if host and number.isdecimal() and int(number) < 1 << 16:
        return host.strip("[]"), int(number)
    raise UsageError(f"legato sim: --tcp {text}: an address is HOST:PORT, such as 127.0.0.1:7000")
