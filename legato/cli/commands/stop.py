"""`legato stop`, the slow path: through the running service, or else through the devices' own ports."""

import asyncio
import os
import random
from collections.abc import Container, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from legato.cli import unproven_stop
from legato.cli.exit_codes import Exit, explained
from legato.cli.port_owner_process import RELEASE_S, asked_to_stop, player_at
from legato.cli.stop_by_service import AIR_OUT_S, NO_AIR_MMHG, NO_DEVICES, NOT_FELT, STILL_PRESSED, stopped, what_to_ask
from legato.controller.errors import PortBusy
from legato.controller.ports.port_owner import owner_pid
from legato.controller.ports.serial_ports import serial_ports
from legato.controller.session.event_bus import Subscription
from legato.controller.session.events import Event, Telemetry
from legato.controller.session.session import Session
from legato.errors import LegatoError, LinkLost, UsageError
from legato.profiles.errors import lower_first
from legato.service.client import asking
from legato.service.client.client import Client, device_path
from legato.service.client.own_service import service_to_stop
from legato.service.devices.advice import SWITCH_OFF
from legato.service.devices.endpoint import DeviceEndpoint, PortEnd
from legato.service.endpoints import at_port, place
from legato.service.settings_sources import load
from legato.terminal import output


def stop(device: str | None, emergency: bool, port: str | None, direct: bool, config: Path | None) -> int:
    """Stops what is named, or everything."""
    codes: dict[int, int] = {}
    device = None if port else device
    if not direct:
        path = device_path(device, what_to_ask(emergency))
        # Only a trusted service is asked which of its devices is on the port.
        running, passed = service_to_stop(os.environ, "" if port else path)
        if running is not None:
            for one in passed:
                unproven_stop.say(one, is_emergency=emergency)
            code = _stop_by_service(Client(running), device, port, emergency)
            if code is not None:
                return max(code, Exit.LINK_LOST if any(one.is_owed for one in passed) else Exit.DONE)
        else:
            codes = unproven_stop.by_others(passed, device, port, path if emergency else "")
    return max(_stop_by_ports(device, port, config, emergency, codes), *codes.values(), Exit.DONE)


def _stop_by_service(client: Client, device: str | None, port: str | None, emergency: bool) -> int | None:
    """The exit code; None if the service does not have what is named."""
    with asking.told():
        if port is not None:
            owned = asking.at_port(asking.states(client), port)
            if owned is None:
                return None
            device = owned.id
        code = stopped(client, device, is_emergency=emergency)
    if code is None:
        output.say(NO_DEVICES)
    return code


def _stop_by_ports(
    device: str | None, port: str | None, config: Path | None, emergency: bool, codes: Mapping[int, int]
) -> int:
    """The exit code; `codes` are those of the services already asked, by process id."""
    try:
        meant = _meant(device, port, config)
    except LegatoError:
        if codes:
            return Exit.DONE
        raise
    settled = frozenset(pid for pid, code in codes.items() if code == Exit.DONE)
    return asyncio.run(_stop_all(meant, emergency, settled))


def _meant(device: str | None, port: str | None, config: Path | None) -> Sequence[tuple[str, PortEnd]]:
    """What to stop through its own port, and its display name; the two devices of a pair separately."""
    if port is not None:
        return [(port, at_port(port))]
    places = [place(one, serial_ports) for one in load({}, config).options.devices if device in (None, one.id)]
    # A simulated device runs inside the service, and ends with it.
    known = [(_called(one, end), end) for one in places for end in one.ends if not end.is_simulated]
    if not known:
        what = f"no device {device} is" if device else "no device is"
        advice = "`legato stop --port PORT` stops the device on a port (`legato ports` lists them)"
        raise UsageError(f"{what} configured, so nothing was stopped; {advice}")
    return known


def _called(one: DeviceEndpoint, end: PortEnd) -> str:
    return one.id if len(one.ends) == 1 else f"{one.id} ({end.port})"


async def _stop_all(meant: Sequence[tuple[str, PortEnd]], emergency: bool, settled: Container[int]) -> int:
    """Stops all of them concurrently, so that none waits for one that is offline; returns the worst exit code."""
    return max(await asyncio.gather(*(_stop_at(name, end, emergency, settled) for name, end in meant)))


async def _stop_at(name: str, where: PortEnd, emergency: bool, settled: Container[int]) -> int:
    """Stops one through its port, asking a `legato play` that holds it to release it; reports what was not stopped.

    If it belongs to one of the processes in `settled`, it has already been stopped.
    """
    try:
        try:
            still = await _stop_directly(where, emergency)
        except PortBusy as busy:
            if busy.path is not None and owner_pid(busy.path) in settled:
                output.say(f"{name}: stopped by the service that holds it")
                return Exit.DONE
            await _stop_owner(busy)
            still = await _stop_directly(where, emergency)
    except (LegatoError, OSError) as error:
        output.say(f"{name}: not stopped: {explained(error)[1]}. {SWITCH_OFF}")
        return Exit.LINK_LOST
    done = "everything is off and all vents are open" if emergency else "stopped"
    output.say(f"{name}: " + "emergency stop: " * emergency + (still or done))
    return Exit.LINK_LOST if still else Exit.DONE


async def _stop_directly(where: PortEnd, emergency: bool) -> str:
    """What is still wrong; empty if the device reports that it is at rest.

    A device obeys an emergency stop from any host in any state, and a new greeting ends its session softly.
    """
    session = Session(where.open, random.Random(), keep_fault=True, stop_first=emergency)  # noqa: S311 - jitter
    events = session.events.subscribe()
    async with session:
        if emergency and not session.is_faulted:
            await session.emergency_stop()
        return await _held(session, events, frozenset({"faulted"} if emergency else {"idle", "faulted"}))


async def _stop_owner(busy: PortBusy) -> None:
    """Asks the `legato play` that holds the port to stop; raises PortBusy if there is none, LinkLost if it does not."""
    pid = None if busy.path is None else player_at(busy.path)
    if busy.path is None or pid is None:
        raise busy
    if not await asked_to_stop(pid, busy.path):
        what = f"legato play (process {pid}) was asked to stop, but did not release the port within {RELEASE_S:g} s"
        raise LinkLost(what)


async def _held(session: Session, events: Subscription[Event], at_rest: frozenset[str]) -> str:
    """What is still wrong after a while; empty once the device reports that it is at rest without pressure."""
    channels = session.device.channels
    state, worst, is_felt = "", 0.0, False
    with suppress(TimeoutError):
        async with asyncio.timeout(AIR_OUT_S):
            async for event in events:
                if not isinstance(event, Telemetry):
                    continue
                gauges = [v for v, c in zip(event.measured, channels, strict=True) if c.unit == "mmHg"]
                state, is_felt = event.state, None not in gauges
                worst = max((v for v in gauges if v is not None), default=0.0)
                if session.has_obeyed and is_felt and worst <= NO_AIR_MMHG and state in at_rest:
                    return ""
    if worst > NO_AIR_MMHG:
        return STILL_PRESSED.format(mmhg=worst)
    if session.has_obeyed and state in at_rest and not is_felt:
        return NOT_FELT
    return f"asked to stop, but it has not confirmed; {lower_first(SWITCH_OFF)}"
