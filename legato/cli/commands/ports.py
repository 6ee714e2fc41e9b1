"""`legato ports`: the serial ports of this machine."""

from dataclasses import asdict

from legato.controller.ports.serial_ports import SerialPort, serial_ports
from legato.terminal import output


def ports(json: bool) -> None:
    """Lists the serial ports: the most stable name of each, then the fields that `match` in the settings takes."""
    found = serial_ports()
    if json:
        output.as_json([{**asdict(port), "usb": port.usb or None, "name": port.name} for port in found])
        return
    if not found:
        output.say("no serial ports found; `legato sim` simulates one")
        return
    output.columns([_row(port) for port in found])
    if any(port.is_twin for port in found):
        what = "adapters that report the same identity differ only in the socket they are plugged into"
        output.say(f"twins: {what}; match by location, or use their by-path names")


def _row(port: SerialPort) -> tuple[str, ...]:
    serial, twin = port.serial_number or "", "twin" if port.is_twin else ""
    return port.name, port.path, port.usb, serial, port.location or "", twin, port.description
