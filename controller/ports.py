"""The serial ports of this computer, with the names that stay the same across re-plugging."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from serial.tools.list_ports import comports

BY_ID: Final = Path("/dev/serial/by-id")


@dataclass(frozen=True, slots=True)
class SerialPort:
    """A port found: `by_id` is the stable name where the system has one, `vid` and `pid` where it is USB."""

    path: str
    by_id: str | None
    description: str
    vid: int | None
    pid: int | None
    serial_number: str | None


def serial_ports(by_id: Path = BY_ID) -> list[SerialPort]:
    """All serial ports, by path."""
    stable = _stable_names(by_id)
    found = [
        SerialPort(p.device, stable.get(p.device), p.description or "", p.vid, p.pid, p.serial_number)
        for p in comports()
    ]
    return sorted(found, key=lambda port: port.path)


def _stable_names(folder: Path) -> dict[str, str]:
    """Device path to by-id name."""
    if not folder.is_dir():
        return {}
    return {str(link.resolve()): str(link) for link in sorted(folder.iterdir())}
