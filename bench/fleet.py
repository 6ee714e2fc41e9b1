"""Many simulated devices, each with a session, in one process in real time: `MODULE DEVICES SECONDS [idle]`."""

import asyncio
import gc
import json
import random
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass

from bench.table import Table
from legato.app.compile_for import compiled
from legato.app.simulated_port import SimPort
from legato.controller.link.handshake import Known
from legato.controller.session.event_bus import Subscription
from legato.controller.session.events import Event, Telemetry
from legato.controller.session.session import Session
from legato.profiles import load
from legato.profiles.canonical import description_hash
from legato.profiles.device import Device
from legato.profiles.schedule import Schedule
from legato.sim.device import SimDevice, as_simulated

SIZES = (1, 10, 50, 100, 200)
ROUTINE = "goddard"
LOOK_S = 10.0
APART_S = 0.02
"""The devices start one after the other, as people do."""

SETTLE_S = 2.0

PATIENCE_S = 60.0
"""What start and end of a fleet may take."""

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
        "worst of all devices. Budgets: 200 playing in real time below 100 %, idle below 1 % each."
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
    command = [sys.executable, "-m", "bench.fleet", str(size), str(LOOK_S), *flags]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own interpreter
    return Load(**json.loads(done.stdout))


async def run(size: int, seconds: float, *, is_idle: bool) -> Load:
    """`size` devices in this process, measured once all are connected or play; raises TimeoutError where they choke."""
    device = as_simulated(load.device("boots-6"))
    schedule = None if is_idle else compiled(load.profile(ROUTINE), device)
    over, known = asyncio.Event(), {description_hash(device): device}
    async with asyncio.timeout(PATIENCE_S + seconds), asyncio.TaskGroup() as tasks:
        members = []
        for seed in range(size):
            members.append(tasks.create_task(_member(_session(device, seed, known), schedule, over)))
            await asyncio.sleep(APART_S)
        await asyncio.sleep(SETTLE_S)
        gc.collect()
        gc.freeze()
        cpu_percent, loop_late_ms = await _look(seconds)
        over.set()
    worst_ms = max(member.result() for member in members)
    return Load(cpu_percent, _memory_mb(), worst_ms, loop_late_ms)


def _session(device: Device, seed: int, known: Known) -> Session:
    async def opener() -> SimPort:
        loop = asyncio.get_running_loop()
        return SimPort(SimDevice(device, seed, loop), loop)

    return Session(opener, random.Random(seed), known=known)  # noqa: S311 - no secret


async def _member(session: Session, schedule: Schedule | None, over: asyncio.Event) -> float:
    """One device of the fleet, until it is `over`; the worst lateness that it tells of."""
    async with session, asyncio.TaskGroup() as tasks:
        late = tasks.create_task(_latest(session.events.subscribe()))
        playing = None if schedule is None else tasks.create_task(session.play(schedule))
        await over.wait()
        if playing is not None:
            await session.emergency_stop()
            await playing
        session.events.close()
    return late.result()


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
