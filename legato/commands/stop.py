"""`legato stop` on its long way: by the service where one runs, else by the devices' own ports."""

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from controller.errors import ControllerError, PortBusy
from controller.events import Event, Telemetry
from controller.hub import Subscription
from controller.ports import serial_ports
from controller.service.place import Place
from controller.session import Session
from legato import output
from legato.client import Client, device_path
from legato.errors import CommandError, Exit, explained
from legato.portowner import RELEASE_S, asked_to_stop, player_at
from legato.remote import asking
from legato.serve.places import at_port, place
from legato.serve.sources import load

EMERGENCY = "emergency-stop"

AIR_OUT_S: Final = 8.0
"""How long the air may take to go, once the device was stopped; it takes 4 s on the slowest built-in one."""

NO_AIR_MMHG: Final = 8.0


def stop(device: str | None, emergency: bool, port: str | None, direct: bool, config: Path | None) -> int:
    """Stops what is named; everything where nothing is."""
    running = None if direct else asking.running()
    if running is not None:
        client = Client(running)
        with asking.told():
            which = device
            if port is not None:
                owned = asking.at_port(asking.states(client), port)
                which = owned.id if owned else None
            if port is None or which is not None:
                client.post(device_path(which, EMERGENCY if emergency else "stop"))
                output.say("emergency stop: everything is off and open" if emergency else "stopped")
                return Exit.DONE
    return asyncio.run(_stop_all(_meant(device, port, config), emergency))


def _meant(device: str | None, port: str | None, config: Path | None) -> Sequence[Place]:
    """What to stop by its own port."""
    if port is not None:
        return [at_port(port, port)]
    known = [place(one, serial_ports) for one in load({}, config).options.devices if device in (None, one.id)]
    # A simulated device lives in the service, and ends with it.
    known = [one for one in known if not one.is_simulated]
    if not known:
        what = f"no device {device} is" if device else "no device is"
        advice = "`legato stop --port PORT` stops one by its port (`legato ports` lists them)"
        raise CommandError(Exit.USAGE, f"no service runs, and {what} configured; {advice}")
    return known


async def _stop_all(meant: Sequence[Place], emergency: bool) -> int:
    """Stops all of them at the same time, so that none waits for one that is away; the worst of it is the exit code."""
    return max(await asyncio.gather(*(_stop_at(one, emergency) for one in meant)))


async def _stop_at(where: Place, emergency: bool) -> int:
    """By its port, which a `legato play` that has it is asked to give up; what was not reached is said."""
    try:
        try:
            await _stop_directly(where, emergency)
        except PortBusy as busy:
            await _stop_owner(where, busy)
            await _stop_directly(where, emergency, wants_air_out=True)
    except (ControllerError, OSError, CommandError) as error:
        code, what = explained(error)
        output.say(what if where.id in what else f"{where.id}: {what}")
        return code
    output.say(f"{where.id}: " + ("emergency stop: everything is off and open" if emergency else "stopped"))
    return Exit.DONE


async def _stop_directly(where: Place, emergency: bool, *, wants_air_out: bool = False) -> None:
    """A device obeys a stranger's emergency stop in any state, and ends softly the session of whoever greets it."""
    session = Session(where.open, random.Random(), keep_fault=True, stop_first=emergency)  # noqa: S311 - jitter
    events = session.events.subscribe()
    async with session:
        if emergency and not session.is_faulted:
            await session.emergency_stop()
        if wants_air_out:
            await _insist_on_no_air(where, session, events)


async def _stop_owner(where: Place, busy: PortBusy) -> None:
    """Has the `legato play` that owns the port stop; raises CommandError where nobody could be asked."""
    pid = None if busy.path is None else player_at(busy.path)
    if busy.path is None or pid is None:
        raise CommandError(Exit.LINK_LOST, f"{busy}; the device was not reached, and not stopped")
    if not await asked_to_stop(pid, busy.path):
        what = f"legato play (process {pid}) was asked to stop, and has not let go of the port within {RELEASE_S:g} s"
        raise CommandError(Exit.LINK_LOST, f"{where.id}: {what}; switch the device off if it is under pressure")


async def _insist_on_no_air(where: Place, session: Session, events: Subscription[Event]) -> None:
    """Until the device itself says that it is at rest without pressure; raises CommandError."""
    channels = session.device.channels
    worst = float("inf")
    with suppress(TimeoutError):
        async with asyncio.timeout(AIR_OUT_S):
            async for event in events:
                if not isinstance(event, Telemetry):
                    continue
                pressed = (v for v, c in zip(event.measured, channels, strict=True) if v and c.unit == "mmHg")
                worst = max(pressed, default=0.0)
                if worst <= NO_AIR_MMHG and event.state in ("idle", "faulted"):
                    return
    told = "it does not say how it stands" if worst == float("inf") else f"it still holds {worst:.0f} mmHg"
    raise CommandError(Exit.LINK_LOST, f"{where.id}: stopped, but {told}; switch the device off")
