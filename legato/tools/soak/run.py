"""Plays one case of a soak through the whole stack, in virtual time."""

import asyncio
import random
from dataclasses import dataclass
from typing import Final

from legato.app.compile_for import compiled
from legato.app.simulate import KILLED
from legato.app.simulated_user import SimulatedUser
from legato.app.testbed import Testbed
from legato.controller.errors import ControllerError
from legato.controller.session.event_bus import Subscription
from legato.controller.session.events import Event, Outcome
from legato.controller.session.session import Session
from legato.profiles.schedule import Schedule
from legato.sim import clock
from legato.sim.checks.checker import InvariantChecker
from legato.sim.checks.invariants import Violation
from legato.tools.soak.case import Case, Touch
from legato.tools.soak.judge import Judge
from legato.tools.soak.wiretap import Wiretap

LONGEST_S: Final = 400.0
"""Longer than any case takes in virtual time, pauses and lost connections included."""

AFTER_S: Final = 8.0
"""How long the device is watched after the end."""


_ALARMS: Final = ("device_fault", "link_lost", "refused")


@dataclass(frozen=True, slots=True)
class CaseVerdict:
    """The result of a case: how it ended, how long it took, which invariants did not hold.

    `fingerprint` covers every byte on the line: a replay with the same fingerprint is the same run.
    """

    seed: int
    outcome: str
    duration_s: float
    broken: tuple[Violation, ...]
    fingerprint: str


def run(case: Case) -> CaseVerdict:
    """Plays `case`; an unexpected error becomes a verdict. Raises CompileError."""
    schedule = compiled(case.profile, case.device, restrictions=case.restrictions)
    try:
        return clock.run(_run(case, schedule))
    except Exception as error:
        return CaseVerdict(case.seed, "crashed", 0.0, (Violation("end", 0.0, f"internal error: {error!r}"),), "")


async def _run(case: Case, schedule: Schedule) -> CaseVerdict:
    loop = asyncio.get_running_loop()
    bed = Testbed(case.device, case.seed)
    checker, judge, tap = InvariantChecker(bed.device, bed.cable), Judge(schedule), Wiretap(bed.cable, loop)
    bed.break_down(case.script)
    try:
        async with asyncio.timeout(LONGEST_S):
            outcome = await bed.host(_play(case, schedule, bed, judge)) or KILLED
    except TimeoutError:
        outcome = Outcome("refused", "hangs")
        judge.note("end", loop.time(), f"not over after {LONGEST_S:g} s")
    ended_s = loop.time()
    if not case.script.faults and outcome.kind in _ALARMS:
        judge.note("false alarm", ended_s, f"{outcome.kind}: {outcome.cause}")
    await asyncio.sleep(AFTER_S)
    bed.device.stop()
    broken = (*judge.broken.values(), *checker.broken.values())
    return CaseVerdict(case.seed, outcome.kind, ended_s, broken, tap.fingerprint)


async def _play(case: Case, schedule: Schedule, bed: Testbed, judge: Judge) -> Outcome:
    rng = random.Random(f"{case.seed}/session")  # noqa: S311 - the same seed must give the same run
    session = Session(bed.plug_in, rng)
    try:
        async with session, asyncio.TaskGroup() as tasks:
            tasks.create_task(_watch(session.events.subscribe(), SimulatedUser(session, tasks), judge))
            touching = tasks.create_task(_touch(session, case.touches, judge))
            outcome = await session.play(schedule)
            touching.cancel()
            session.events.close()
    except* (ControllerError, OSError) as errors:
        outcome = Outcome("refused", "; ".join(map(str, errors.exceptions)))
    return outcome


async def _watch(events: Subscription[Event], attendant: SimulatedUser, judge: Judge) -> None:
    loop = asyncio.get_running_loop()
    async for event in events:
        judge.see(event, loop.time())
        attendant.see(event)


async def _touch(session: Session, touches: tuple[Touch, ...], judge: Judge) -> None:
    """What the person does; a request that cannot be carried out at that moment is not a failure."""
    loop = asyncio.get_running_loop()
    for touch in touches:
        await asyncio.sleep(touch.at_s - loop.time())
        if touch.wish == "intensity":
            judge.asked_for_intensity()
        try:
            await _do(session, touch)
        except (ControllerError, OSError):
            continue


async def _do(session: Session, touch: Touch) -> None:
    match touch.wish:
        case "intensity":
            await session.set_intensity(touch.percent)
        case "emergency_stop":
            await session.emergency_stop()
        case "pause":
            await session.pause()
        case "resume":
            await session.resume()
        case "skip":
            await session.skip()
        case "stop":
            await session.stop()
