"""A routine on a device of which one pressure sensor says 0 all the time: how far the pressure gets, and what ends it.

`python -m tests.app.dead_sensors DEVICE` tries every built-in routine with every sensor, and takes minutes.
"""

import asyncio
import random
import sys
from dataclasses import dataclass

from legato.app.compile_for import compiled
from legato.app.simulated_user import SimulatedUser
from legato.app.testbed import Testbed
from legato.controller.session.session import Session
from legato.profiles import load
from legato.profiles.device import Device
from legato.profiles.envelope import in_force
from legato.profiles.refusal import ProfileError
from legato.profiles.schedule import Schedule
from legato.sim import clock
from legato.sim.board import config_for
from legato.sim.device import SimDevice
from legato.sim.faults.script import ONE, Script


@dataclass(frozen=True, slots=True)
class Peak:
    """The highest pressure that the leg felt in the bladder without a sensor, in mmHg, and how the run ended."""

    mmhg: float
    ended: str


def peak(schedule: Schedule, sensor: str) -> Peak:
    """Plays `schedule` in virtual time while `sensor` says 0 from power-on."""
    return clock.run(_peak(schedule, sensor))


async def _peak(schedule: Schedule, sensor: str) -> Peak:
    bed = Testbed(schedule.device, 0)
    bed.break_down(Script(faults=(ONE.validate_python({"kind": "sensor_short", "sensor": sensor}),)))
    await asyncio.sleep(0.1)
    felt = _watched(bed.device, sensor)
    ended = await _played(Session(bed.plug_in, random.Random(0)), schedule)
    return Peak(max(felt), ended)


def _watched(device: SimDevice, chamber: str) -> list[float]:
    """What the leg feels there after every tick from now on."""
    felt, before = [0.0], device.watch
    bladder = device.plant.bladders[[c.id for c in device.device.chambers].index(chamber)]

    def watch(now_us: int) -> None:
        before(now_us)
        device.plant.advance(now_us)
        felt.append(bladder.pressure_mmhg)

    device.watch = watch
    return felt


async def _played(session: Session, schedule: Schedule) -> str:
    async with session, asyncio.TaskGroup() as tasks:
        tasks.create_task(_attend(session, tasks))
        outcome = await session.play(schedule)
        session.events.close()
    return f"{outcome.kind} {outcome.cause}".rstrip()


async def _attend(session: Session, tasks: asyncio.TaskGroup) -> None:
    attendant = SimulatedUser(session, tasks)
    async for event in session.events.subscribe():
        attendant.see(event)


def promised_mmhg(device: Device, sensor: str) -> float:
    """How far a bladder of which nothing is felt gets: 10 mmHg above its cap, and a quarter second of its pump."""
    number = next(c.index for c in device.channels if c.name == sensor)
    settings = config_for(in_force(device)).channels[number]
    assert settings.air is not None
    return settings.cap / 2 + 10 + 0.25 * settings.air.rise_mmhg_s


def main(name: str) -> None:
    """Prints a line for every run in which the sensor matters."""
    device = load.device(name)
    for routine, profile in load.builtin_profiles().items():
        try:
            schedule = compiled(profile, device)
        except ProfileError as error:
            print(routine, error)
            continue
        used = {s.channel for s in schedule.setpoints if s.target}
        for sensor in (c.name for c in device.channels if c.index in used and c.unit == "mmHg"):
            row = peak(schedule, sensor)
            print(f"{routine:21} {sensor:16} {row.mmhg:6.1f} of {promised_mmhg(device, sensor):4.0f} mmHg, {row.ended}")


if __name__ == "__main__":
    main(sys.argv[1])
