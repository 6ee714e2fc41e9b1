"""`legato doctor`: is everything there that a massage needs?"""

import asyncio
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from care.home import home
from controller.ports import serial_ports
from legato import output, people
from legato.doctor import computer, serialport
from legato.doctor.device import device
from legato.doctor.finding import Finding, Level, fail, ok
from legato.doctor.machine import Machine, clock_is_set
from legato.doctor.service import service
from legato.errors import CommandError, Exit, explained
from legato.proof import own_service
from legato.runtime import Running
from legato.serve.sources import load
from legato.simport import open_sim
from profiles.errors import InvalidFile


def doctor(port: str | None, json: bool) -> Exit:
    """Prints what each check found; the exit code is that of the first that failed."""
    found = []
    running, doubts = own_service(os.environ)
    for finding in _findings(port, running, doubts, Machine(service=running.pid if running else None)):
        found.append(finding)
        if not json:
            show(finding)
    failed = [finding for finding in found if finding.level is Level.FAIL]
    if json:
        output.as_json({"healthy": not failed, "checks": [finding.as_dict() for finding in found]})
    return failed[0].code if failed else Exit.DONE


def _findings(port: str | None, running: Running | None, doubts: Sequence[str], machine: Machine) -> Iterator[Finding]:
    yield from computer.clock(people.now(), clock_is_set())
    yield from computer.disk(home(os.environ))
    yield from computer.modem_manager(machine)
    yield from service(running, doubts)
    yield from _broker()
    if port is None:
        yield from _every_port(machine)
        return
    before = list(serialport.port(Path(port), machine)) if "://" not in port else []
    yield from before
    # What the service has, it knows best; it is told above.
    if not any(finding.code for finding in before) and not machine.is_served(Path(port)):
        yield from asyncio.run(_device(port))


def _broker() -> Iterator[Finding]:
    """The broker, where the settings name one."""
    try:
        settings = load({}).options.mqtt
        if settings is not None:
            from legato.serve.mqttcheck import findings_of

            yield from asyncio.run(findings_of(settings))
    except (CommandError, InvalidFile) as error:
        code = error.code if isinstance(error, CommandError) else Exit.INVALID_FILE
        yield fail("settings", str(error), "`legato config show` says where each value comes from", code)
    except ModuleNotFoundError as error:
        yield fail("broker", explained(error)[1], "the settings name a broker", Exit.USAGE)


def _every_port(machine: Machine) -> Iterator[Finding]:
    """The ports there are, unopened."""
    ports = serial_ports()
    for found in ports:
        yield from serialport.port(Path(found.by_id or found.path), machine)
    if not ports:
        yield ok("port", "none is plugged in; `legato sim` makes one")


async def _device(port: str) -> list[Finding]:
    return [finding async for finding in device(port, {"sim": open_sim})]


def show(finding: Finding) -> None:
    """One line, and a second where there is something to do."""
    output.data(f"{finding.level.value:<4}  {finding.check:<12}  {finding.text}")
    if finding.advice:
        output.data(f"{'':<18}  -> {finding.advice}")
