"""Many simulated devices, each with a session, in one process in real time: `MODULE DEVICES SECONDS [idle]`."""

import asyncio
import gc
import json
import random
import resource
import subprocess
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass

from controller.events import Event, Telemetry
from controller.hub import Subscription
from controller.session import Session
from legato.bench.table import Table
from legato.find import compiled
from legato.simport import SimPort
from profiles import load
from profiles.device import Device
from sim.device import SimDevice

SIZES = (1, 10, 50, 100, 200)
ROUTINE = "goddard"
LOOK_S = 10.0
APART_S = 0.02
"""The devices start one after the other, as people do."""

SETTLE_S = 1.0
IDLE = "idle"


@dataclass(frozen=True, slots=True)
class Load:
    """What a fleet costs: % of one core, MB at most; the latest set-point of all, the latest wake-up of the loop."""

    cpu_percent: float
    memory_mb: float
    late_ms: float
    loop_late_ms: float


def table() -> Table:
    """A process for each size, idle and playing."""
    rows = [_row(size, _measured(size), _measured(size, IDLE)) for size in SIZES]
    columns = ("devices", "core, playing", "memory", "latest set-point", "latest wake-up", "core, idle", "idle, each")
    note = (
        f"`boots-6` with a session for each, all in one process in real time for {LOOK_S:g} s, {ROUTINE} playing, or "
        "idle. Core: processor time over elapsed time, host and simulated device together. Latest: the "
        "worst of all devices."
    )
    return Table("Devices in one process", columns, rows, note)


def _row(size: int, playing: Load, idle: Load) -> tuple[str, ...]:
    return (
        str(size),
        f"{playing.cpu_percent:.0f} %",
        f"{playing.memory_mb:.0f} MB",
        f"{playing.late_ms:.0f} ms",
        f"{playing.loop_late_ms:.0f} ms",
        f"{idle.cpu_percent:.1f} %",
        f"{idle.cpu_percent / size:.2f} %",
    )


def _measured(size: int, *flags: str) -> Load:
    command = [sys.executable, "-m", "legato.bench.fleet", str(size), str(LOOK_S), *flags]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own interpreter
    return Load(**json.loads(done.stdout))


async def run(size: int, seconds: float, *, is_idle: bool) -> Load:
    """`size` devices in this process; measured once all are connected, or play."""
    device = load.device("boots-6")
    async with AsyncExitStack() as stack:
        sessions = [await stack.enter_async_context(_session(device, seed)) for seed in range(size)]
        late = [asyncio.create_task(_latest(session.events.subscribe())) for session in sessions]
        playing = [] if is_idle else [await _started(session, device) for session in sessions]
        await asyncio.sleep(SETTLE_S)
        gc.collect()
        gc.freeze()
        measured = await _look(seconds)
        for session in sessions if playing else ():
            await session.emergency_stop()
        await asyncio.gather(*playing)
        for session in sessions:
            session.events.close()
        worst_ms = max(await asyncio.gather(*late))
    return Load(measured[0], _memory_mb(), worst_ms, measured[1])


def _session(device: Device, seed: int) -> Session:
    async def opener() -> SimPort:
        loop = asyncio.get_running_loop()
        return SimPort(SimDevice(device, seed, loop), loop)

    return Session(opener, random.Random(seed))  # noqa: S311 - no secret


async def _started(session: Session, device: Device) -> "asyncio.Task[object]":
    task: asyncio.Task[object] = asyncio.create_task(session.play(compiled(load.profile(ROUTINE), device)))
    await asyncio.sleep(APART_S)
    return task


async def _latest(events: Subscription[Event]) -> float:
    """The worst lateness that a device tells of."""
    worst_ms = 0.0
    async for event in events:
        if isinstance(event, Telemetry):
            worst_ms = max(worst_ms, event.late_max_ms)
    return worst_ms


async def _look(seconds: float) -> tuple[float, float]:
    """Processor time in % of elapsed time, and the latest wake-up in ms."""
    loop = asyncio.get_running_loop()
    began_s, cpu_s, late_s = loop.time(), time.process_time(), 0.0
    while loop.time() < began_s + seconds:
        due_s = loop.time() + 0.01
        await asyncio.sleep(0.01)
        late_s = max(late_s, loop.time() - due_s)
    return 100.0 * (time.process_time() - cpu_s) / (loop.time() - began_s), 1000.0 * late_s


def _memory_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024.0 if sys.platform.startswith("linux") else peak / 1024.0**2


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(run(int(sys.argv[1]), float(sys.argv[2]), is_idle=IDLE in sys.argv[3:])))))
