"""Where the devices of the settings are to be found, and who opens what is there."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from controller.errors import PortNotFound
from controller.port import Port, open_port
from controller.ports import SerialPort, serial_ports
from controller.service.place import Place
from legato.errors import CommandError, Exit
from legato.serve.settings import DeviceSettings, Match
from legato.simport import open_sim

SIM = "sim"
SCHEMES = {SIM: open_sim}


def places(devices: Sequence[DeviceSettings], found: Callable[[], list[SerialPort]] = serial_ports) -> list[Place]:
    """A place for each device; `found` lists the serial ports that are there.

    Raises:
        CommandError: two devices are behind one port.
    """
    _insist_on_different([device.port for device in devices if device.port is not None])
    return [place(device, found) for device in devices]


def place(device: DeviceSettings, found: Callable[[], list[SerialPort]] = serial_ports) -> Place:
    """Where one device is."""
    if device.match is not None:
        return _by_match(device.id, device.match, found)
    return at_port(device.id, device.port or "")


def at_port(name: str, port: str) -> Place:
    """The device `name` behind `port`."""

    async def opened() -> Port:
        return await open_port(port, SCHEMES)

    return Place(name, port, opened, is_simulated=port.startswith(f"{SIM}://"))


def name_of(port: str) -> str:
    """An id for the device at a port that was given without one."""
    scheme, _, rest = port.rpartition("://")
    word = rest if scheme else Path(port).name
    letters = "".join(c if c.isascii() and c.isalnum() else "-" for c in word.lower())
    return letters.strip("-")[:32].rstrip("-") or "device"


def _insist_on_different(ports: list[str]) -> None:
    """Two names of one serial port are one port; simulated devices are as many as are asked for."""
    seen: dict[str, str] = {}
    for port in ports:
        if port.startswith(f"{SIM}://"):
            continue
        what = port if "://" in port else os.path.realpath(port)
        if what in seen:
            both = port if seen[what] == port else f"{seen[what]} and {port}"
            raise CommandError(Exit.INVALID_FILE, f"two devices are behind one port, {both}; each needs its own")
        seen[what] = port


def _by_match(name: str, match: Match, found: Callable[[], list[SerialPort]]) -> Place:
    told = f"usb {match.vid:04x}:{match.pid:04x}" + (f" {match.serial}" if match.serial else "")

    async def opened() -> Port:
        fitting = [port for port in found() if _fits(port, match)]
        if not fitting:
            raise PortNotFound(f"{told}: no such device is plugged in; `legato ports` lists what is")
        if len(fitting) > 1:
            raise PortNotFound(f"{told}: {len(fitting)} devices fit; add the serial number to tell them apart")
        return await open_port(fitting[0].by_id or fitting[0].path, SCHEMES)

    return Place(name, told, opened)


def _fits(port: SerialPort, match: Match) -> bool:
    is_kind = (port.vid, port.pid) == (match.vid, match.pid)
    return is_kind and match.serial in (None, port.serial_number)
