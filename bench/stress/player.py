"""The host process of Legato at the work: a session, as `legato play` has it."""

import asyncio
import random
import time
from dataclasses import asdict

from bench.stress.hosting import Report, host, started
from bench.stress.work import schedule
from legato.controller.ports.opening import open_port
from legato.controller.session.event_bus import Subscription
from legato.controller.session.events import Event, Started, Telemetry
from legato.controller.session.session import Session


async def play(port: str, seconds: float) -> Report:
    """Plays the work; when it began the device knows best."""
    session = Session(lambda: open_port(port, {}), random.Random(0))  # noqa: S311 - no secret
    async with session, asyncio.TaskGroup() as tasks:
        looking = tasks.create_task(_look(session, session.events.subscribe()))
        outcome = await session.play(schedule(seconds))
        session.events.close()
    return {"outcome": outcome.kind, "clock": looking.result(), **asdict(session.traffic)}


async def _look(session: Session, events: Subscription[Event]) -> list[tuple[float, float]]:
    """Tells of the start; returns moments of the machine's clock, and what the host took the device's for at them."""
    moments: list[tuple[float, float]] = []
    async for event in events:
        if isinstance(event, Started):
            started()
        elif isinstance(event, Telemetry):
            at_s = time.monotonic()
            moments.append((at_s, session.clock.host_to_device(at_s)))
    return moments


if __name__ == "__main__":
    host(play)
