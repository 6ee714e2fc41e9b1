"""A real mosquitto for measurements: at its best, or slowed down."""

import asyncio
import shutil
import signal
import socket
import tempfile
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from legato.errors import Failed

STANDS_S: Final = 0.9
RUNS_S: Final = 0.1

_PATIENCE_S: Final = 120.0


def found() -> str | None:
    """Where mosquitto is, if it is installed."""
    return shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")


@asynccontextmanager
async def mosquitto() -> AsyncIterator[tuple[int, Process]]:
    """A broker that keeps nothing, at a port of its own; raises Failed where none is installed."""
    program = found()
    if program is None:
        raise Failed("mosquitto is not installed; on Debian: apt-get install mosquitto")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "mosquitto.conf"
        config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
        process = await asyncio.create_subprocess_exec(program, "-c", str(config), stderr=DEVNULL)
        try:
            await _answers(port)
            yield port, process
        finally:
            process.terminate()
            await process.wait()


async def _answers(port: int) -> None:
    async with asyncio.timeout(_PATIENCE_S):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return


@asynccontextmanager
async def slowed(broker: Process) -> AsyncIterator[None]:
    """Inside, the broker runs for 0.1 s of every second, and stands still in between."""
    slowing = asyncio.create_task(_slow_down(broker))
    try:
        yield
    finally:
        slowing.cancel()
        await asyncio.wait([slowing])


async def _slow_down(broker: Process) -> None:
    try:
        while True:
            broker.send_signal(signal.SIGSTOP)
            await asyncio.sleep(STANDS_S)
            broker.send_signal(signal.SIGCONT)
            await asyncio.sleep(RUNS_S)
    finally:
        broker.send_signal(signal.SIGCONT)
