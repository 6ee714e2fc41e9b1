"""A complete run on the simulator in virtual time: session, wire, firmware and plant, as fast as the machine can."""

import asyncio
import random
from dataclasses import dataclass
from typing import TextIO

from legato.app.beside_loop import alone
from legato.app.simulated_user import Answers, SimulatedUser
from legato.app.testbed import Testbed
from legato.controller.link.traffic import Traffic
from legato.controller.ports.traffic_recorder import TrafficRecorder, with_recorder
from legato.controller.session.event_bus import Subscription
from legato.controller.session.events import Event, Outcome, Telemetry
from legato.controller.session.session import Session
from legato.profiles.schedule import Schedule
from legato.sim import clock
from legato.sim.checks.checker import InvariantChecker
from legato.sim.checks.invariants import Violation
from legato.sim.faults.injector import Incident
from legato.sim.faults.script import NO_FAULTS, Script
from legato.sim.trace import Trace

LOOK_S = 0.1
"""How often to check, after the routine, whether the air is out."""

VENTING_S = 60.0
"""How long to wait for that: a chamber whose vent is blocked only leaks."""

KILLED = Outcome("link_lost", "the host was killed")


@dataclass(frozen=True, slots=True)
class SimulatedRun:
    """The result of a run: how it ended, how long the trace is, worst lateness at the device, bytes on the wire.

    With faults also what happened when, and the invariants that did not hold.
    """

    outcome: Outcome
    duration_s: float
    late_max_ms: int
    traffic: Traffic
    trace_sha256: str
    incidents: tuple[Incident, ...] = ()
    broken: tuple[Violation, ...] = ()


def simulate(
    schedule: Schedule,
    seed: int,
    trace: TextIO,
    answers: Answers = (),
    faults: Script = NO_FAULTS,
    tape: TextIO | None = None,
) -> SimulatedRun:
    """Plays `schedule` on its simulated device while `faults` happen; the trace is written to `trace` as it runs.

    The traffic on the wire goes to `tape`, if given.

    It may be called while an event loop is running.

    Raises what `Session` raises if it cannot connect to the device, and OSError if the trace cannot be written.
    """
    return alone(lambda: clock.run(_simulate(schedule, seed, trace, answers, faults, tape)))


async def _simulate(
    schedule: Schedule, seed: int, file: TextIO, answers: Answers, faults: Script, tape: TextIO | None
) -> SimulatedRun:
    loop = asyncio.get_running_loop()
    incidents: list[Incident] = []
    bed = Testbed(schedule.device, seed, incidents.append)
    trace = Trace(bed.device, file)
    checker = InvariantChecker(bed.device, bed.cable) if faults.faults else None
    bed.break_down(faults)
    rng = random.Random(f"{seed}/session")  # noqa: S311 - the same seed must give the same run
    session = Session(with_recorder(bed.plug_in, TrafficRecorder(tape, loop.time, {}) if tape else None), rng)
    played = await bed.host(_play(session, schedule, answers))
    outcome, late_max_ms = played or (KILLED, 0)
    deadline_s = loop.time() + VENTING_S
    while not trace.is_over and loop.time() < deadline_s:  # noqa: ASYNC110 - as good as free in virtual time
        await asyncio.sleep(LOOK_S)
    bed.device.stop()
    if trace.error is not None:
        raise trace.error
    broken = tuple(checker.broken.values()) if checker else ()
    return SimulatedRun(outcome, loop.time(), late_max_ms, session.traffic, trace.sha256, tuple(incidents), broken)


async def _play(session: Session, schedule: Schedule, answers: Answers) -> tuple[Outcome, int]:
    """How it ended, and the worst lateness that the device reported."""
    async with session, asyncio.TaskGroup() as tasks:
        attendant = SimulatedUser(session, tasks, answers)
        watching = tasks.create_task(_watch(session.events.subscribe(), attendant))
        outcome = await session.play(schedule)
        session.events.close()
    return outcome, watching.result()


async def _watch(events: Subscription[Event], attendant: SimulatedUser) -> int:
    late_max_ms = 0
    async for event in events:
        if isinstance(event, Telemetry):
            late_max_ms = max(late_max_ms, event.late_max_ms)
        else:
            attendant.see(event)
    return late_max_ms
