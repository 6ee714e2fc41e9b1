"""`legato doctor`: is everything in place that a massage needs?"""

import asyncio
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from legato.app import people, wall_clock
from legato.app.duplicate_ports import ambiguity
from legato.app.finding import Finding, Level, ok, warn
from legato.app.simulated_port import open_sim
from legato.cli.exit_codes import Exit, exit_of
from legato.controller.ports.serial_ports import serial_ports
from legato.service.client.own_service import own_service
from legato.service.runtime_file import Running
from legato.terminal import output
from legato.tools.doctor import computer, home, ownership, serialport
from legato.tools.doctor.device import device
from legato.tools.doctor.machine import Machine, clock_is_set
from legato.tools.doctor.service import service
from legato.tools.doctor.settings import settings


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
        output.as_json({"healthy": not failed, "checks": [as_dict(finding) for finding in found]})
    return code_of(failed[0]) if failed else Exit.DONE


def _findings(port: str | None, running: Running | None, doubts: Sequence[str], machine: Machine) -> Iterator[Finding]:
    yield from computer.clock(wall_clock.now(), clock_is_set())
    yield from computer.disk(people.store().home)
    yield from ownership.kept(people.store())
    yield from home.routines()
    yield from home.people(people.store())
    yield from computer.modem_manager(machine)
    yield from service(running, doubts)
    yield from settings()
    if port is None:
        yield from _every_port(machine)
        return
    before = list(serialport.port(Path(port), machine)) if "://" not in port else []
    yield from before
    if unclear := ambiguity(port):
        yield warn("twins", unclear, "use that name")
    # A port that the service holds was reported above, by the service itself.
    if not any(finding.error for finding in before) and not machine.is_served(Path(port)):
        yield from asyncio.run(_device(port))


def _every_port(machine: Machine) -> Iterator[Finding]:
    """All serial ports; none is opened."""
    ports = serial_ports()
    for found in ports:
        yield from serialport.port(Path(found.name), machine)
    yield from serialport.twins(ports)
    if not ports:
        yield ok("port", "none is plugged in; `legato sim` simulates one")


async def _device(port: str) -> list[Finding]:
    return [finding async for finding in device(port, {"sim": open_sim})]


def code_of(finding: Finding) -> Exit:
    """The exit code of a command that found this."""
    return Exit.DONE if finding.error is None else exit_of(finding.error)


def as_dict(finding: Finding) -> dict[str, Any]:
    """A finding for programs."""
    head = {"check": finding.check, "level": finding.level.value.lower(), "text": finding.text}
    return {**head, "advice": finding.advice, "code": int(code_of(finding))}


def show(finding: Finding) -> None:
    """Prints one line, and a second one if there is something to do."""
    output.data(f"{finding.level.value:<4}  {finding.check:<12}  {finding.text}")
    if finding.advice:
        output.data(f"{'':<18}  -> {finding.advice}")
