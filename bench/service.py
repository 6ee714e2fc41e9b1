"""The service under its clients: how late set-points are, and how soon an emergency stop reaches the valves.

Two devices behind ttys, each in a process of its own; one plays, and is stopped over HTTP, again and again.
"""

import asyncio
import json
import os
import socket
import tempfile
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from bench.mosquitto import found, mosquitto, slowed
from bench.stress.running import handed_in, running, said
from bench.stress.spread import percentile
from bench.table import Table

STOPS: Final = 10
PLAYS_S: Final = 1.5
"""How long it plays before each stop."""

_PATIENCE_S: Final = 30.0
_ROUTINE: Final = """\
format: 1
name: bench_service
title: Pulses
steps:
  - {do: pulse, from: ankle, pressure_mmhg: 20, on_s: 1, period_s: 2, times: 150}
"""

NOBODY, ALL, SLOW_BROKER = "nobody", "all of them", "a slow MQTT broker"

CROWDS: Final[dict[str, tuple[int, int, int]]] = {
    NOBODY: (0, 0, 0),
    "50 listeners": (50, 0, 0),
    "50 listeners, one stalled": (50, 1, 0),
    "a flood of requests": (0, 0, 8),
    ALL: (50, 1, 8),
}
"""Listeners by WebSocket, those of them that never read, and connections that ask without a pause."""


@dataclass(frozen=True, slots=True)
class Told:
    """Of one crowd: `late_ms` of the latest set-point in each play, when each stop was called, and what the crowd got.

    `mqtt_bytes` is what came through the slow broker.
    """

    late_ms: list[float]
    called_s: list[float]
    crowd: dict[str, Any]
    mqtt_bytes: int = 0


def table() -> Table:
    """A row for each crowd."""
    rows = asyncio.run(_rows())
    note = (
        f"Two `boots-6` behind ttys, one of them playing, {STOPS} stops each. Latest set-point: worst of all plays, "
        "as the device tells. Stop: from before the connection of the HTTP call to the fall of the last valve coil. "
        "The broker is a mosquitto that stands still for 0.9 s of every second"
        + (". " if found() else "; none is installed here. ")
        + "Service, devices, clients and the one who measures share the machine."
    )
    columns = ("clients", "latest set-point, worst", "stop, median", "stop, worst", "answers", "news")
    return Table("The service under its clients", columns, rows, note)


async def _rows() -> list[tuple[str, ...]]:
    async with running("bench.stress.boots") as one, running("bench.stress.boots") as two:
        ports = [(await said(device)).split()[-1] for device in (one, two)]
        async with served(ports) as service:
            told = {name: await _under(service, crowd) for name, crowd in CROWDS.items()}
        if found() is not None:
            told |= await _with_a_slow_broker(ports)
        safe_s: list[float] = (await handed_in(one))["safe_s"]
    return [_row(name, each, safe_s) for name, each in told.items()]


async def _with_a_slow_broker(ports: list[str]) -> dict[str, Told]:
    from bench.steering import FleetDriver  # needs legato[mqtt]

    async with (
        mosquitto() as (port, broker),
        FleetDriver.at(port) as hearing,
        served(ports, broker_port=port) as service,
    ):
        async with asyncio.timeout(_PATIENCE_S):
            while not hearing.heard.messages:  # noqa: ASYNC110 - a benchmark
                await asyncio.sleep(0.1)
        async with slowed(broker):
            told = {}
            for name, crowd in {SLOW_BROKER: CROWDS[NOBODY], f"all of them, and {SLOW_BROKER}": CROWDS[ALL]}.items():
                before = hearing.heard.bytes
                told[name] = replace(await _under(service, crowd), mqtt_bytes=hearing.heard.bytes - before)
            return told


def _row(name: str, told: Told, safe_s: list[float]) -> tuple[str, ...]:
    took_ms = [(min(s for s in safe_s if s >= called_s) - called_s) * 1000.0 for called_s in told.called_s]
    answers = ", ".join(f"{count} x {status}" for status, count in sorted(told.crowd.get("answers", {}).items()))
    return (
        name,
        f"{max(told.late_ms):.0f} ms",
        *(f"{value:.1f} ms" for value in (percentile(took_ms, 50), max(took_ms))),
        answers or "-",
        f"{(told.crowd.get('heard', 0) + told.mqtt_bytes) / 1e3:,.0f} kB",
    )


@dataclass(frozen=True, slots=True)
class Service:
    """A service that runs at `address`."""

    address: str
    pid: int

    async def first(self) -> str:
        """The address of its first device."""
        _, states = await self.ask("GET", "/devices")
        return f"/devices/{states[0]['id']}"

    async def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Status and answer, over a connection of its own."""
        host, _, port = self.address.rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        data = b"" if body is None else json.dumps(body).encode()
        head = f"{method} /api/v1{path} HTTP/1.1\r\nHost: {self.address}\r\nConnection: close\r\n"
        kind = "Content-Type: application/json\r\n" if body is not None else ""
        writer.write(f"{head}{kind}Content-Length: {len(data)}\r\n\r\n".encode() + data)
        answer = await reader.read()
        writer.close()
        found, _, text = answer.partition(b"\r\n\r\n")
        return int(found.split()[1]), json.loads(text) if text else None

    async def until(self, method: str, path: str, doing: str, body: object = None) -> Any:
        """Asks until the device does this."""
        async with asyncio.timeout(_PATIENCE_S):
            while True:
                _, answer = await self.ask(method, path, body)
                if isinstance(answer, dict) and answer.get("doing") == doing:
                    return answer
                await asyncio.sleep(0.1)


@asynccontextmanager
async def served(ports: list[str], routine: str = _ROUTINE, broker_port: int | None = None) -> AsyncIterator[Service]:
    """A service with devices at `ports`, a home of its own with `routine` as `bench_service`, and maybe on a broker."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        routines = Path(folder) / "routines"
        routines.mkdir()
        (routines / "bench_service.yaml").write_text(routine)
        settings = Path(folder) / "legato.yaml"
        mqtt = {"mqtt": {"host": "127.0.0.1", "port": broker_port}} if broker_port else {}
        settings.write_text(json.dumps(mqtt) if mqtt else "")
        # The service is a child of this process, and its workers are children of the service: both inherit this.
        os.environ.update({"LEGATO_HOME": folder, "XDG_RUNTIME_DIR": folder})
        given = [f"--port={port}" for port in ports]
        async with running("legato", "serve", *given, f"--http-port={number}", f"--config={settings}") as process:
            await said(process)
            service = Service(f"127.0.0.1:{number}", process.pid)
            yield service
            await _ended(process)


async def _ended(process: Process) -> None:
    process.terminate()
    await process.wait()


async def _under(service: Service, crowd: tuple[int, int, int]) -> Told:
    async with running("bench.stress.crowd", service.address, *map(str, crowd)) as clients:
        await said(clients)
        late_ms, called_s = [], []
        for _ in range(STOPS):
            late, called = await _played_and_stopped(service)
            late_ms.append(late)
            called_s.append(called)
        return Told(late_ms, called_s, await handed_in(clients))


async def _played_and_stopped(service: Service) -> tuple[float, float]:
    """How late the latest set-point of a play was, in ms, and when the emergency stop was asked for."""
    states = await service.ask("GET", "/devices")
    first = f"/devices/{states[1][0]['id']}"
    await service.until("GET", first, "idle")
    await service.until("POST", f"{first}/start", "running", {"routine": "bench_service", "acknowledged": True})
    await asyncio.sleep(PLAYS_S)
    _, readings = await service.ask("GET", f"{first}/readings")
    called_s = time.monotonic()
    await service.ask("POST", "/emergency-stop")
    for state in states[1]:
        await service.until("POST", f"/devices/{state['id']}/clear-fault", "idle")
    return float(readings["late_max_ms"]), called_s
