"""One trial: one contestant's host and device at the work, under one condition."""

import asyncio
import json
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from legato.bench.fire.hosting import BLOCKED
from legato.bench.fire.spread import Spread, Stamp, errors_ms, spread
from legato.bench.fire.work import work

BUSY_PROCESSES = 4
FREEZE_S = 1.0
FREEZE_AFTER = 0.4
"""The host is frozen when this part of the work is done."""

PATIENCE_S = 60.0
"""What a trial may take beyond the work itself."""


class Condition(StrEnum):
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


LEGATO = Contestant("Legato", "legato.bench.fire.player", "legato.bench.fire.motors")


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it; `host` and `device` are what the processes handed in."""

    spread: Spread
    host: dict[str, Any]
    device: dict[str, Any]


async def run(contestant: Contestant, condition: Condition, seconds: float) -> Trial:
    """Raises RuntimeError where a process fails, TimeoutError where it hangs."""
    async with asyncio.timeout(seconds + PATIENCE_S), _process(contestant.device) as device:
        port = (await _line(device)).split()[-1]
        flags = (BLOCKED,) if condition is Condition.BLOCKED else ()
        async with _process(contestant.host, port, str(seconds), *flags) as host:
            while await _line(host) != "started":
                pass
            if condition is Condition.FROZEN:
                await _freeze(host, seconds)
            told = await _last_json(host)
        written = await _last_json(device)
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


async def _freeze(host: Process, seconds: float) -> None:
    await asyncio.sleep(seconds * FREEZE_AFTER)
    host.send_signal(signal.SIGSTOP)
    await asyncio.sleep(FREEZE_S)
    host.send_signal(signal.SIGCONT)


@asynccontextmanager
async def _process(module: str, *arguments: str) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, stdin=PIPE, stdout=PIPE, limit=1 << 24
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _line(process: Process) -> str:
    if process.stdout is None or not (line := await process.stdout.readline()):
        raise RuntimeError("a process of the trial has ended early; what it has to say is above")
    return line.decode().strip()


async def _last_json(process: Process) -> dict[str, Any]:
    """What a process hands in, once its stdin has ended."""
    if process.stdin is not None:
        process.stdin.close()
    output, _ = await process.communicate()
    told: dict[str, Any] = json.loads(output.splitlines()[-1])
    return told
