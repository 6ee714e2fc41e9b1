"""`legato ports`: the serial ports of this machine."""

from dataclasses import asdict

from controller.ports import serial_ports
from legato import output


def ports(json: bool) -> None:
    """The serial ports found; the name to use is the stable one, where there is one."""
    found = serial_ports()
    if json:
        output.as_json([asdict(port) for port in found])
    elif found:
        output.columns([(port.by_id or port.path, port.path, port.description) for port in found])
    else:
        output.say("no serial ports found; `legato sim` makes one")
