"""`legato ports`: the serial ports of this machine."""

from dataclasses import asdict

from legato.controller.ports.serial_ports import SerialPort, serial_ports
from legato.terminal import output


def ports(json: bool) -> None:
    """The serial ports found, each first by its most lasting name, then as `match` in the settings takes it."""
    found = serial_ports()
    if json:
        output.as_json([{**asdict(port), "usb": port.usb or None, "name": port.name} for port in found])
        return
    if not found:
        output.say("no serial ports found; `legato sim` makes one")
        return
    output.columns([_row(port) for port in found])
    if any(port.is_twin for port in found):
        what = "adapters that say the same of themselves are told apart by their plug alone"
        output.say(f"twins: {what}; match the location, or name them by-path")


def _row(port: SerialPort) -> tuple[str, ...]:
    serial, twin = port.serial_number or "", "twin" if port.is_twin else ""
    return port.name, port.path, port.usb, serial, port.location or "", twin, port.description
