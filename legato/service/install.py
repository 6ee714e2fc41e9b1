"""The files that install the service: a systemd unit, udev rules for its USB ports, and initial settings."""

import grp
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Final

from legato.controller.ports.serial_ports import SerialPort
from legato.service.settings import DeviceSettings, Match, Options

UNIT: Final = "legato.service"
RULES: Final = Path("/etc/udev/rules.d/70-legato.rules")
"""Sorts before 73-seat-late.rules, which gives the logged-in user access to devices tagged `uaccess`."""

FTDI: Final = 0x0403
"""Its driver holds bytes back for 16 ms by default."""

_SECRETS: Final = ("token_file", "guest_token_file", "tls_key")
_HOMES: Final = (Path("/home"), Path("/root"))
_RULES_HEAD: Final = (
    "# Written by `legato service install`. The logged-in user may use these ports, and ModemManager leaves\n"
    "# them alone; otherwise it would send them modem commands.\n"
)


@dataclass(frozen=True, slots=True)
class Setup:
    """What to install: the `python` that has Legato, the `config` file, and whether for one user only."""

    python: Path
    config: Path
    for_user: bool


def example() -> str:
    """A settings file in which every setting is commented out and explained."""
    return _template("legato.yaml")


def unit(setup: Setup, options: Options) -> str:
    """The systemd unit of the service."""
    return Template(_template(f"legato.{'user' if setup.for_user else 'system'}.service")).substitute(
        legato=f"{_word(setup.python)} -m legato",
        config=_word(setup.config),
        group=_group(),
        devices=_lines(_allowed(options.devices)),
        credentials=_lines(_credentials(options)),
        # A virtual environment in a home folder must at least be readable.
        protect_home="read-only" if any(setup.python.is_relative_to(home) for home in _HOMES) else "yes",
    )


def rules(devices: Sequence[DeviceSettings], ports: Sequence[SerialPort]) -> str:
    """The udev rules for those `devices` that are on USB, plugged in or given by `match`; empty if there are none."""
    found = [(name, match) for device in devices for name, match in _on_usb(device, ports)]
    return _RULES_HEAD + "".join(_rules(name, match) for name, match in found) if found else ""


def _rules(name: str, match: Match) -> str:
    def where(field: str) -> str:
        serial = f', {field}{{serial}}=="{_pattern(match.serial)}"' if match.serial else ""
        kernel, plug = field.replace("ATTR", "KERNEL"), (match.location or "").partition(":")[0]
        where = f', {kernel}=="{plug}"' if plug else ""
        return f'{field}{{idVendor}}=="{match.vid:04x}", {field}{{idProduct}}=="{match.pid:04x}"{serial}{where}'

    lines = [
        f"\n# {name}",
        f'SUBSYSTEM=="usb", ENV{{DEVTYPE}}=="usb_device", {where("ATTR")}, ENV{{ID_MM_DEVICE_IGNORE}}="1"',
        f'SUBSYSTEM=="tty", {where("ATTRS")}, TAG+="uaccess", SYMLINK+="legato-{name}"',
    ]
    if match.vid == FTDI:
        driver = 'ACTION=="add", SUBSYSTEM=="usb-serial", DRIVER=="ftdi_sio"'
        lines.append(f'{driver}, {where("ATTRS")}, ATTR{{latency_timer}}="1"')
    return "\n".join(lines) + "\n"


def _on_usb(device: DeviceSettings, ports: Sequence[SerialPort]) -> Iterator[tuple[str, Match]]:
    """The parts of a device that are on USB, by the name they get; those of a pair are numbered."""
    if device.match is not None:
        yield device.id, device.match
    for number, name in enumerate(device.all_ports, 1):
        if match := _plugged(name, ports):
            yield (device.id if device.ports is None else f"{device.id}-{number}"), match


def _plugged(name: str, ports: Sequence[SerialPort]) -> Match | None:
    for port in ports:
        names = (port.path, port.by_id, port.by_path)
        if name in names and port.vid is not None and port.pid is not None:
            location = port.location if name == port.by_path else None
            return Match(vid=port.vid, pid=port.pid, serial=port.serial_number or None, location=location)
    return None


def _pattern(serial: str) -> str:
    """A serial number as a udev pattern; characters with a special meaning become `?`."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "_.:-") else "?" for c in serial)


def _allowed(devices: Sequence[DeviceSettings]) -> Iterator[str]:
    """Device permissions for ports that are not on USB; the unit allows those on USB anyway."""
    for port in (port for device in devices for port in device.all_ports):
        if port.startswith("/dev/tty") and not port.startswith(_ON_USB):
            yield f"DeviceAllow={_word(Path(port))} rw"


_ON_USB: Final = ("/dev/ttyUSB", "/dev/ttyACM")


def _credentials(options: Options) -> Iterator[str]:
    """Secrets belong to root; systemd passes them to the service only."""
    given: Mapping[str, Path | None] = {name: getattr(options, name) for name in _SECRETS}
    for name, path in given.items():
        if path is not None:
            yield f"LoadCredential={name}:{_word(path)}"
            yield f"Environment=LEGATO_{name.upper()}=%d/{name}"


def _group() -> str:
    """The group that may use serial ports here: dialout on Debian and Fedora, uucp on Arch."""
    names = {group.gr_name for group in grp.getgrall()}
    return "uucp" if "uucp" in names and "dialout" not in names else "dialout"


def _lines(lines: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _word(path: Path) -> str:
    """A path as one word of a systemd unit, with %, $ and quotes escaped."""
    text = str(path).replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{text}"' if any(c in text for c in " \t'\"\\") else text


def _template(name: str) -> str:
    return files("legato.service").joinpath("files", name).read_text("utf-8")
