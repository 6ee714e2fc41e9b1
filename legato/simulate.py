"""A whole run against the simulator in virtual time: session, wire, firmware and plant, as fast as the machine goes."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TextIO

from controller.events import CueShown, Outcome, Telemetry
from controller.hub import Subscription
from controller.port import Port
from controller.session import Session
from controller.traffic import Traffic
from profiles.schedule import Cue, Schedule
from sim import clock
from sim.device import SimDevice
from sim.pipes import MemoryPipe
from sim.trace import Trace

LOOK_S = 0.1
"""How often it is asked whether the air is out once the routine is over."""


Answers = Sequence[float | None]
"""After how many seconds each question is answered, in order; None is never, and all beyond the last come at once."""


@dataclass(frozen=True, slots=True)
class Run:
    """What came of it: how it ended, how long the trace is, worst lateness at the device, bytes on the wire."""

    outcome: Outcome
    duration_s: float
    late_max_ms: int
    traffic: Traffic
    trace_sha256: str


def simulate(schedule: Schedule, seed: int, trace: TextIO, answers: Answers = ()) -> Run:
    """Plays `schedule` on its simulated device; the trace goes to `trace` while it happens."""
    return clock.run(_simulate(schedule, seed, trace, answers))


async def _simulate(schedule: Schedule, seed: int, file: TextIO, answers: Answers) -> Run:
    loop = asyncio.get_running_loop()
    device = SimDevice(schedule.device, seed, loop)
    device.start()
    trace = Trace(device, file)

    async def plug_in() -> Port:
        return MemoryPipe(device, loop)

    rng = random.Random(f"{seed}/session")  # noqa: S311 - the same seed must give the same run
    async with Session(plug_in, rng) as session:
        attending = loop.create_task(_attend(session, session.events.subscribe(), answers))
        outcome = await session.play(schedule)
    late_max_ms = await attending
    while not trace.is_over:  # noqa: ASYNC110 - looking now and then costs nothing in virtual time
        await asyncio.sleep(LOOK_S)
    device.stop()
    return Run(outcome, loop.time(), late_max_ms, session.traffic, trace.sha256)


async def _attend(session: Session, events: Subscription, answers: Answers) -> int:
    """Answers cues, as a person would, until the session ends; returns the worst lateness (ms) the device told."""
    late_max_ms, delays = 0, iter(answers)
    async with asyncio.TaskGroup() as answering:
        async for event in events:
            if isinstance(event, Telemetry):
                late_max_ms = max(late_max_ms, event.late_max_ms)
            elif isinstance(event, CueShown) and event.cue.wait:
                answering.create_task(_answer(session, event.cue, next(delays, 0.0)))
    return late_max_ms


async def _answer(session: Session, cue: Cue, delay_s: float | None) -> None:
    """Answers after a while, unless the time for it is over by then."""
    if delay_s is not None and delay_s < cue.timeout_s:
        await asyncio.sleep(delay_s)
        await session.answer(cue)
