"""`legato stop` on its long way: by the service where one runs, else by the devices' own ports."""

import asyncio
import random
from collections.abc import Sequence
from pathlib import Path

from controller.errors import ControllerError
from controller.ports import serial_ports
from controller.service.place import Place
from controller.session import Session
from legato import output
from legato.client import Client, device_path
from legato.errors import CommandError, Exit, explained
from legato.remote import asking
from legato.serve.places import at_port, place
from legato.serve.sources import load

EMERGENCY = "emergency-stop"


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
    """A device obeys a stranger's emergency stop in any state, and ends softly the session of whoever greets it."""
    session = Session(where.open, random.Random(), keep_fault=True, stop_first=emergency)  # noqa: S311 - jitter
    try:
        async with session:
            if emergency and not session.is_faulted:
                await session.emergency_stop()
    except (ControllerError, OSError) as error:
        code, what = explained(error)
        output.say(what if where.id in what else f"{where.id}: {what}")
        return code
    output.say(f"{where.id}: " + ("emergency stop: everything is off and open" if emergency else "stopped"))
    return Exit.DONE
