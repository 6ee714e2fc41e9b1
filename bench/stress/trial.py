"""One trial: one contestant's host and device at the work, under one condition."""

import asyncio
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bench.stress.hosting import BLOCKED
from bench.stress.running import handed_in, running, said, tell
from bench.stress.spread import Spread, Stamp, errors_ms, spread
from bench.stress.work import work

BUSY_PROCESSES = 4
FREEZE_S = 1.0
FREEZE_AFTER = 0.4
"""The host is frozen when this part of the work is done."""

PATIENCE_S = 60.0
"""What a trial may take beyond the work itself."""


class HostCondition(StrEnum):
    """What the host has to bear."""

    QUIET = "quiet"
    BLOCKED = "host loop blocked 50 ms each 500 ms"
    BUSY = "4 busy processes"
    FROZEN = "host frozen 1.0 s"


@dataclass(frozen=True, slots=True)
class Contestant:
    """A name for the table, and the modules of the host's and the device's process."""

    name: str
    host: str
    device: str


LEGATO = Contestant("Legato", "bench.stress.player", "bench.stress.motors")


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it; `host` and `device` are what the processes handed in."""

    spread: Spread
    host: dict[str, Any]
    device: dict[str, Any]


async def run(contestant: Contestant, condition: HostCondition, seconds: float, together: asyncio.Barrier) -> Trial:
    """Connects once all who are `together` are ready: nobody's start disturbs another's work.

    Raises RuntimeError where a process fails, TimeoutError where it hangs.
    """
    async with asyncio.timeout(seconds + PATIENCE_S), running(contestant.device) as device:
        port = (await said(device)).split()[-1]
        flags = (BLOCKED,) if condition is HostCondition.BLOCKED else ()
        async with running(contestant.host, port, str(seconds), *flags) as host:
            await _hear(host, "ready")
            await together.wait()
            await tell(host, "go")
            await _hear(host, "started")
            if condition is HostCondition.FROZEN:
                await _freeze(host, seconds)
            told = await handed_in(host)
        written = await handed_in(device)
    origin_s = told.get("origin_s") or written["origin_s"]
    if origin_s is None:
        raise RuntimeError(f"{contestant.name}: the work has never begun")
    stamps = [Stamp(**stamp) for stamp in written["executed"]]
    return Trial(spread(*errors_ms(work(seconds), stamps, origin_s)), told, written)


@asynccontextmanager
async def busy() -> AsyncIterator[None]:
    """Twice as many processes as two cores have room for, and none of them ever waits."""
    processes = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", "while True: pass") for _ in range(BUSY_PROCESSES)
    ]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            await process.wait()


async def _hear(process: Process, word: str) -> None:
    """Waits for `word`; a contestant may have more to say."""
    while await said(process) != word:
        pass


async def _freeze(host: Process, seconds: float) -> None:
    await asyncio.sleep(seconds * FREEZE_AFTER)
    host.send_signal(signal.SIGSTOP)
    await asyncio.sleep(FREEZE_S)
    host.send_signal(signal.SIGCONT)
