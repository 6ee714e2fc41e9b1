"""The serial ports of this computer, with the names that stay the same across re-plugging."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from os.path import realpath
from pathlib import Path
from typing import Final

from serial.tools.list_ports import comports

BY_ID: Final = Path("/dev/serial/by-id")
BY_PATH: Final = Path("/dev/serial/by-path")


@dataclass(frozen=True, slots=True)
class SerialPort:
    """A port found; `vid`, `pid` and what follows where it is USB.

    `by_id` names the adapter and `by_path` its plug, where the system has such names; `location` is the plug as the
    kernel numbers it, such as `1-1.2` (with `:1.0` behind it where a device has several interfaces). `is_twin`: another
    adapter here says the same of itself, so that nothing but the plug tells the two apart.
    """

    path: str
    by_id: str | None
    description: str
    vid: int | None
    pid: int | None
    serial_number: str | None
    by_path: str | None = None
    location: str | None = None
    is_twin: bool = False

    @property
    def name(self) -> str:
        """The most lasting name; twins have but one name by-id between them, which changes hands."""
        return (None if self.is_twin else self.by_id) or self.by_path or self.path

    @property
    def usb(self) -> str:
        """Vendor and product number as lsusb writes them (`0403:6001`); empty where it is not USB."""
        return "" if self.vid is None or self.pid is None else f"{self.vid:04x}:{self.pid:04x}"

    @property
    def plug(self) -> str | None:
        """Where the whole adapter is plugged in, whichever of its interfaces this is."""
        return self.location and self.location.partition(":")[0]


def serial_ports(by_id: Path = BY_ID, by_path: Path = BY_PATH) -> list[SerialPort]:
    """All serial ports, by path."""
    ids, paths = _stable_names(by_id), _stable_names(by_path)
    found = [
        SerialPort(
            p.device, ids.get(realpath(p.device)), p.description or "", p.vid, p.pid, p.serial_number,
            paths.get(realpath(p.device)), p.location,
        )
        for p in comports()
    ]  # fmt: skip
    return sorted(_with_twins(found), key=lambda port: port.path)


def port_of_name(name: str, ports: Iterable[SerialPort]) -> SerialPort | None:
    """The one of `ports` behind `name`, which may be any of its names; None where it is none of them."""
    path = realpath(name)
    return next((port for port in ports if realpath(port.path) == path), None)


def _stable_names(folder: Path) -> dict[str, str]:
    """Device path to stable name; a folder that is not there, or cannot be read, has none."""
    try:
        links = sorted(folder.iterdir())
    except OSError:
        return {}
    return {realpath(link): str(link) for link in links}


def _with_twins(ports: list[SerialPort]) -> list[SerialPort]:
    plugs: dict[tuple[object, ...], set[str | None]] = defaultdict(set)
    for port in ports:
        plugs[_said(port)].add(port.plug)
    return [replace(port, is_twin=port.vid is not None and len(plugs[_said(port)]) > 1) for port in ports]


def _said(port: SerialPort) -> tuple[object, ...]:
    """What an adapter says of itself; some makers give all of theirs one serial number, others none."""
    return port.vid, port.pid, port.serial_number or None
