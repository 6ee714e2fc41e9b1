"""Where to find the configured devices, and how to open their ports."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from legato.app.simulated_port import open_sim
from legato.controller.errors import PortNotFound
from legato.controller.ports.opening import open_port
from legato.controller.ports.port import Port
from legato.controller.ports.serial_ports import SerialPort, serial_ports
from legato.errors import UnusableFile, UsageError
from legato.profiles.expectation import shown
from legato.service.devices.endpoint import DeviceEndpoint, PortEnd
from legato.service.settings import DeviceSettings, Match

SIM = "sim"
SCHEMES = {SIM: open_sim}


def places(
    devices: Sequence[DeviceSettings], found: Callable[[], list[SerialPort]] = serial_ports
) -> list[DeviceEndpoint]:
    """The endpoint of each device; `found` lists the serial ports.

    Raises:
        UnusableFile: two devices have the same port.
    """
    _insist_on_different([port for device in devices for port in device.all_ports])
    return [place(device, found) for device in devices]


def place(device: DeviceSettings, found: Callable[[], list[SerialPort]] = serial_ports) -> DeviceEndpoint:
    """The endpoint of one device, or of a pair."""
    if device.match is not None:
        return DeviceEndpoint(device.id, (_by_match(device.match, found),))
    return DeviceEndpoint(device.id, tuple(map(at_port, device.all_ports)))


def at_port(port: str) -> PortEnd:
    """The device on `port`."""

    async def opened() -> Port:
        return await open_port(port, SCHEMES)

    if "://" in port:
        return PortEnd(port, opened, is_simulated=port.startswith(f"{SIM}://"))
    return PortEnd(port, opened, path=lambda: os.path.realpath(port))


def at_ports(given: object) -> DeviceEndpoint:
    """The device at a port, or the two at both ports that play as one; it is called by its port, or by both.

    Raises:
        UsageError: it is something else, or not one or two different ports.
    """
    ports = [given] if isinstance(given, str) else given
    if not isinstance(ports, Sequence) or not all(isinstance(port, str) for port in ports):
        raise UsageError(f"expected a port, such as /dev/ttyUSB0 or sim://boots-6, or two, not {shown(given)}")
    if len(ports) not in (1, 2):
        raise UsageError(f"{len(ports)} ports are given; one device needs one, a pair needs two")
    if len(set(ports)) < len(ports):
        raise UsageError(f"{ports[0]} is given twice; two devices need a port each")
    return DeviceEndpoint(" + ".join(ports), tuple(map(at_port, ports)))


def name_of(port: str) -> str:
    """An id for a device that was given only by its port."""
    scheme, _, rest = port.rpartition("://")
    word = rest if scheme else Path(port).name
    letters = "".join(c if c.isascii() and c.isalnum() else "-" for c in word.lower())
    return letters.strip("-")[:32].rstrip("-") or "device"


def _insist_on_different(ports: list[str]) -> None:
    """Two names of one serial port are the same port; a simulated device may occur any number of times."""
    seen: dict[str, str] = {}
    for port in ports:
        if port.startswith(f"{SIM}://"):
            continue
        what = port if "://" in port else os.path.realpath(port)
        if what in seen:
            both = port if seen[what] == port else f"{seen[what]} and {port}"
            raise UnusableFile(f"two devices have the same port, {both}; each needs its own")
        seen[what] = port


def _by_match(match: Match, found: Callable[[], list[SerialPort]]) -> PortEnd:
    described = _described(match)
    last: SerialPort | None = None

    async def opened() -> Port:
        nonlocal last
        last = None
        last = _the_one(match, described, found())
        return await open_port(last.name, SCHEMES)

    return PortEnd(described, opened, path=lambda: None if last is None else os.path.realpath(last.path))


def _described(match: Match) -> str:
    """`usb 0403:6001 A10K at 1-1.2`"""
    serial, plug = f" {match.serial}" if match.serial else "", f" at {match.location}" if match.location else ""
    return f"usb {match.vid:04x}:{match.pid:04x}{serial}{plug}"


def _the_one(match: Match, described: str, ports: Sequence[SerialPort]) -> SerialPort:
    """The port that matches; raises PortNotFound if none or more than one does, listing similar ones."""
    alike = [port for port in ports if (port.vid, port.pid) == (match.vid, match.pid)]
    fitting = [port for port in alike if _fits(port, match)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        what = "location" if len({port.serial_number for port in fitting}) < len(fitting) else "serial number"
        raise PortNotFound(
            f"{described}: {len(fitting)} devices match ({_listed(fitting)}); add the {what} to tell them apart"
        )
    others = f", but {_listed(alike)}" if alike else ""
    raise PortNotFound(f"{described}: no such device is plugged in{others}; `legato ports` lists what is plugged in")


def _fits(port: SerialPort, match: Match) -> bool:
    is_it = match.serial in (None, port.serial_number)
    return is_it and match.location in (None, port.location, port.plug)


def _listed(ports: Sequence[SerialPort]) -> str:
    """`A10K at 1-1.2, one without a serial number at 1-1.3`"""
    return ", ".join(f"{port.serial_number or 'one without a serial number'} at {port.location}" for port in ports)
