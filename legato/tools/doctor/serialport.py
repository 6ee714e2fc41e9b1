"""Checks of a serial port before it is opened: exists, permitted, free, and fast."""

import grp
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from legato.app.finding import Finding, fail, ok, warn
from legato.controller.ports.serial_ports import SerialPort
from legato.errors import PortError
from legato.tools.doctor.machine import Machine, Process

QUICK_MS = 1
NAMED = 3


def port(path: Path, machine: Machine) -> Iterator[Finding]:
    """All checks, up to the first that fails."""
    for check in (_there, _permitted, _free, _quick):
        for finding in check(path, machine):
            yield finding
            if finding.error:
                return


def twins(ports: Sequence[SerialPort]) -> Iterator[Finding]:
    """Adapters that differ only in the socket they are plugged into; their by-id names are unreliable."""
    found = [port for port in ports if port.is_twin]
    if found:
        where = ", ".join(
            f"{port.path} ({port.usb} {port.serial_number or 'without a serial number'})" for port in found
        )
        advice = (
            "name each by its socket: /dev/serial/by-path/..., or `match` with the location that `legato ports` shows"
        )
        yield warn("twins", f"these differ only in the socket they are plugged into: {where}", advice)


def _there(path: Path, machine: Machine) -> Iterator[Finding]:  # noqa: ARG001 - the same signature for all
    try:
        mode = path.stat().st_mode
    except PermissionError:
        return  # `_permitted` reports this
    except OSError:
        advice = "plug it in and switch it on; `legato ports` lists the ports"
        yield fail("port", f"{path}: there is no such port", advice, PortError)
        return
    if stat.S_ISCHR(mode):
        yield ok("port", f"{path} exists")
    else:
        yield fail("port", f"{path} is not a serial port", "`legato ports` lists those that are", PortError)


def _permitted(path: Path, machine: Machine) -> Iterator[Finding]:  # noqa: ARG001
    if os.access(path, os.R_OK | os.W_OK):
        yield ok("permission", "this user can read and write it")
        return
    group = _group(path)
    advice = f"`sudo usermod -aG {group} $USER`, then log out and in again"
    if group == "root":
        advice = 'a udev rule with GROUP="dialout" opens it to that group; nobody should join the group root'
    yield fail("permission", f"this user cannot open it; it belongs to the group {group}", advice, PortError)


def _group(path: Path) -> str:
    try:
        return grp.getgrgid(path.stat().st_gid).gr_name
    except (OSError, KeyError):
        return "dialout"


def _free(path: Path, machine: Machine) -> Iterator[Finding]:
    found = machine.holders(path)
    if machine.is_served(path):
        yield ok("free", "only the service has it open")
    elif found:
        yield fail("free", _who(found), "end that first: two programs on one port lose bytes", PortError)
    else:
        yield ok("free", "no other program has it open")


def _who(holders: list[Process]) -> str:
    """The processes by name; at most the first few."""
    named = ", ".join(f"{process.name} ({process.pid})" for process in holders[:NAMED])
    more = len(holders) - NAMED
    if more > 0:
        return f"{named} and {more} more have it open"
    return f"{named} {'has' if len(holders) == 1 else 'have'} it open"


def _quick(path: Path, machine: Machine) -> Iterator[Finding]:
    latency_ms = machine.latency_ms(path)
    if latency_ms is not None and latency_ms > QUICK_MS:
        timer = f"/sys/class/tty/{path.resolve().name}/device/latency_timer"
        advice = f'`echo 1 | sudo tee {timer}`, or a udev rule with ATTR{{latency_timer}}="1"'
        yield warn("latency", f"its chip holds bytes back for up to {latency_ms} ms", advice)
