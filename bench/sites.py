"""A fleet over MQTT: devices on bridges, each a process, all on one real mosquitto, and a client that steers them."""

import asyncio
import itertools
from asyncio.subprocess import Process
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final

from bench.mosquitto import mosquitto
from bench.proc import cpu_s, peak_mb
from bench.site import ROUTINE
from bench.steering import FleetDriver
from bench.stress.running import running, said
from bench.stress.spread import percentile
from bench.table import Table

SIZES: Final = ((10, 1), (20, 1), (20, 4), (40, 4))
"""Devices, and the bridges that they are on."""

LOOK_S: Final = 10.0
COMMAND_EVERY_S: Final = 0.05
PATIENCE_S: Final = 120.0


@dataclass(frozen=True, slots=True)
class Cost:
    """What processes have used: processor time in s so far, and MB at most."""

    cpu_s: float
    memory_mb: float


def table() -> Table:
    """A fleet for each size; raises Failed where there is no mosquitto."""
    rows = [asyncio.run(_row(devices, bridges)) for devices, bridges in SIZES]
    columns = (
        "devices on bridges", "messages/s", "kB/s", "command, median", "command, p99",
        "core, each bridge", "core, broker", "memory, each bridge", "memory, broker",
    )  # fmt: skip
    note = (
        f"`boots-6`, simulated within each bridge, all playing {ROUTINE} in real time, for {LOOK_S:g} s; one "
        f"subscriber to everything. Command: an intensity every {COMMAND_EVERY_S * 1000:.0f} ms to one device "
        "after the other, from before it is published until the `done` is there, which the device has "
        "confirmed. Core: processor time over elapsed time, of a bridge with its simulated devices. All of them "
        "share the machine."
    )
    return Table("Bridges on one mosquitto", columns, rows, note)


async def _row(devices: int, bridges: int) -> tuple[str, ...]:
    async with AsyncExitStack() as stack:
        port, broker = await stack.enter_async_context(mosquitto())
        sites = {f"site-{number}": devices // bridges for number in range(bridges)}
        processes = [
            await stack.enter_async_context(running("bench.site", name, str(port), str(size)))
            for name, size in sites.items()
        ]
        for process in processes:
            await said(process)
        everyone = [(site, f"boots-{n}") for site, size in sites.items() for n in range(size)]
        steering = await stack.enter_async_context(FleetDriver.at(port))
        async with asyncio.timeout(PATIENCE_S):
            await steering.all_play(everyone, ROUTINE)
        return await _looked(f"{devices} on {bridges}", steering, everyone, [broker, *processes])


async def _looked(
    name: str, steering: FleetDriver, everyone: Sequence[tuple[str, str]], processes: Sequence[Process]
) -> tuple[str, ...]:
    """The figures of some seconds, in which commands are given all the time."""
    loop = asyncio.get_running_loop()
    before, heard, began_s = [_cost(p) for p in processes], steering.heard, loop.time()
    took_ms = []
    for (site, device), percent in zip(itertools.cycle(everyone), itertools.cycle((90, 95)), strict=False):
        took_ms.append(1000.0 * await steering.intensity(site, device, percent))
        if loop.time() >= began_s + LOOK_S:
            break
        await asyncio.sleep(COMMAND_EVERY_S)
    seconds, now = loop.time() - began_s, [_cost(p) for p in processes]
    core = [100.0 * (after.cpu_s - first.cpu_s) / seconds for first, after in zip(before, now, strict=True)]
    return (
        name,
        f"{(steering.heard.messages - heard.messages) / seconds:.0f}",
        f"{(steering.heard.bytes - heard.bytes) / seconds / 1000:.0f}",
        f"{percentile(took_ms, 50):.0f} ms",
        f"{percentile(took_ms, 99):.0f} ms",
        f"{max(core[1:]):.0f} %",
        f"{core[0]:.1f} %",
        f"{max(cost.memory_mb for cost in now[1:]):.0f} MB",
        f"{now[0].memory_mb:.0f} MB",
    )


def _cost(process: Process) -> Cost:
    """As Linux tells it."""
    return Cost(cpu_s(process.pid), peak_mb(process.pid))
