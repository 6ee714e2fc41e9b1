"""The host process of Legato at the work: a session, as `legato play` has it."""

import asyncio
import random
from dataclasses import asdict

from controller.events import Event, Started
from controller.hub import Subscription
from controller.port import open_port
from controller.session import Session
from legato.bench.fire.hosting import Report, host, started
from legato.bench.fire.work import schedule


async def play(port: str, seconds: float) -> Report:
    """Plays the work; when it began the device knows best."""
    session = Session(lambda: open_port(port, {}), random.Random(0))  # noqa: S311 - no secret
    async with session, asyncio.TaskGroup() as tasks:
        tasks.create_task(_tell(session.events.subscribe()))
        outcome = await session.play(schedule(seconds))
        session.events.close()
    return {"outcome": outcome.kind, **asdict(session.traffic)}


async def _tell(events: Subscription[Event]) -> None:
    """Tells of the start."""
    async for event in events:
        if isinstance(event, Started):
            started()


if __name__ == "__main__":
    host(play)
