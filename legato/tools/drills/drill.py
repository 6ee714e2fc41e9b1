"""A drill for every kind of fault: the reaction, a second fault on top, and the recovery.

The routine squeezes a calf and warms the seat of a massage chair. The fault occurs in the middle of the squeeze; a
fault that takes longer to show is drilled while the seat is warmed for ten minutes.
"""

import asyncio
import random
from dataclasses import dataclass
from typing import Final

from legato.app.compile_for import compiled
from legato.app.simulated_user import SimulatedUser
from legato.app.testbed import Testbed
from legato.controller.errors import ControllerError
from legato.controller.session.event_bus import Subscription
from legato.controller.session.events import Ended, Event, Fault, Found, Lost, Outcome
from legato.controller.session.session import Session
from legato.profiles import load
from legato.profiles.device import Device
from legato.profiles.profile import Profile
from legato.profiles.schedule import Schedule
from legato.sim import clock
from legato.sim.checks.checker import InvariantChecker
from legato.sim.checks.invariants import Violation
from legato.sim.faults.script import ONE, AnyFault, Script

DEVICE: Final = "chair-1"
_SQUEEZE: Final = """{"do": "together", "steps": [
    {"do": "hold", "from": "calf", "side": "left", "pressure_mmhg": 40, "seconds": 10},
    {"do": "heat", "from": "seat", "temp_c": 40, "seconds": 15},
    {"do": "percuss", "from": "lower_back", "intensity_pct": 60, "seconds": 10}
]}"""
_WARMTH: Final = """{"do": "heat", "from": "seat", "temp_c": 42, "seconds": 600}"""

AT_S: Final = 5.0
SECOND_AT_S: Final = 5.5
AFTER_S: Final = 12.0
"""How long the device is watched after the host has gone."""


@dataclass(frozen=True, slots=True)
class Row:
    """The result of one fault: what was reported, also with a second fault on top, and in the next session."""

    kind: str
    fault: str
    action: str
    second: str
    recovery: str
    broken: tuple[Violation, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        """The row of a table with the columns of `COLUMNS`."""
        held = "; ".join(map(str, self.broken)) or "all hold"
        return f"{self.kind} {self.fault}".rstrip(), self.action, self.second, self.recovery, held


COLUMNS: Final = (
    "fault",
    "action: what is reported",
    "second fault on top",
    "recovery: the next session",
    "invariants",
)


def drill(fault: AnyFault, *, is_slow: bool = False) -> Row:
    """Drills `fault`, during ten minutes of warmth if it `is_slow` to show; the drill sets its `at_s`."""
    fault = fault.model_copy(update={"at_s": AT_S})
    return clock.run(_drill(fault, _schedule(_WARMTH) if is_slow else _schedule(_SQUEEZE)))


def _schedule(step: str) -> Schedule:
    routine = f'{{"format": 1, "name": "drill", "title": "Drill", "steps": [{step}]}}'
    return compiled(Profile.model_validate_json(routine), load.device(DEVICE))


async def _drill(fault: AnyFault, schedule: Schedule) -> Row:
    first, second = _Attempt(schedule.device), _Attempt(schedule.device)
    action = await first.play(schedule, Script(faults=(fault,)))
    recovery = await first.play_again(_schedule(_SQUEEZE))
    on_top = await second.play(schedule, Script(faults=(fault, _another(fault))))
    fields = fault.model_dump(exclude={"kind", "at_s"}, exclude_none=True)
    what = " ".join(f"{name}={value}" for name, value in fields.items())
    return Row(fault.kind, what, action, on_top, recovery, first.broken() + second.broken())


def _another(fault: AnyFault) -> AnyFault:
    """The second fault: a device with a fault loses its host; one that loses its host also loses a sensor."""
    if fault.place in ("line", "host"):
        return ONE.validate_python({"kind": "sensor_open", "sensor": "left_calf", "at_s": SECOND_AT_S})
    return ONE.validate_python({"kind": "half_open", "at_s": SECOND_AT_S})


class _Attempt:
    """A test bench on which a routine is played with faults, and then another one without."""

    def __init__(self, device: Device) -> None:
        self._bed = Testbed(device, 0)
        self._checker = InvariantChecker(self._bed.device, self._bed.cable)
        self._reports: list[str] = []

    async def play(self, schedule: Schedule, script: Script) -> str:
        """What was reported, in order; the device is watched for a while after that."""
        self._bed.break_down(script)
        reports = await self._session(schedule)
        await asyncio.sleep(AFTER_S)
        return reports

    async def play_again(self, schedule: Schedule) -> str:
        """What is reported after repair, to a person who clears the fault and starts again."""
        self._bed.repair()
        self._bed.cable.plug()
        return await self._session(schedule)

    def broken(self) -> tuple[Violation, ...]:
        """The invariants that did not hold."""
        return tuple(self._checker.broken.values())

    async def _session(self, schedule: Schedule) -> str:
        self._reports.clear()
        session = Session(self._bed.plug_in, random.Random(0), clear_fault=True, reconnect_s=8.0)  # noqa: S311
        if await self._bed.host(self._play(session, schedule)) is None:
            self._reports.append("host gone")
        return ", ".join(self._reports)

    async def _play(self, session: Session, schedule: Schedule) -> Outcome | None:
        try:
            async with session, asyncio.TaskGroup() as tasks:
                tasks.create_task(self._watch(session.events.subscribe(), SimulatedUser(session, tasks)))
                outcome = await session.play(schedule)
                session.events.close()
        except* (ControllerError, OSError) as errors:
            outcome = Outcome("refused", str(errors.exceptions[0]))
        return outcome

    async def _watch(self, events: Subscription[Event], attendant: SimulatedUser) -> None:
        async for event in events:
            attendant.see(event)
            self._note(event)

    def _note(self, event: Event) -> None:
        match event:
            case Lost():
                self._reports.append("lost")
            case Found():
                self._reports.append("found")
            case Fault():
                self._reports.append(f"{event.channel or 'device'}: {event.name}")
            case Ended():
                self._reports.append(event.outcome.kind)
