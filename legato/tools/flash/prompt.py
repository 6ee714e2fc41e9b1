"""Is there a MicroPython prompt on this port? A running program is not interrupted."""

import time
from typing import Final

import serial

from legato.controller.errors import NotLegato, WrongProtocol
from legato.controller.link import wire_names
from legato.controller.link.device_messages import Status, parse
from legato.controller.ports.port import BAUD
from legato.controller.ports.tty import explain
from legato.errors import NotAllowed
from legato.firmware import wire

LISTEN_S: Final = 1.5
"""Long enough: a device at rest sends its state every second."""

ANSWER_S: Final = 1.0
PROMPT: Final = b">>> "


def insist_on_prompt(path: str) -> None:
    """Listens, then presses Enter.

    Raises:
        PortError: the port cannot be used, or there is no `>>> `.
        NotAllowed: a device is running there.
    """
    try:
        with serial.Serial(path, BAUD, timeout=0.05, exclusive=True) as port:
            _insist_on_silence(path, _heard(port, LISTEN_S))
            port.write(b"\r\n")
            heard = _heard(port, ANSWER_S)
    except (OSError, ValueError) as error:
        raise explain(path, error) from error
    if not heard.rstrip(b" ").endswith(PROMPT.rstrip()):
        advice = "is it the board's USB port, and was its strap closed before the reset (docs/how-to/hardware.md)?"
        raise NotLegato(f"{path}: there is no MicroPython prompt; {advice}")


def _heard(port: serial.Serial, seconds: float) -> bytes:
    heard, until_s = b"", time.monotonic() + seconds
    while time.monotonic() < until_s:
        heard += port.read(4096)
    return heard


def _insist_on_silence(path: str, heard: bytes) -> None:
    for kind, _, _, payload in wire.Decoder().feed(b"\0" + heard):
        try:
            message = parse(kind, payload)
        except (ValueError, WrongProtocol):
            continue
        if isinstance(message, Status):
            state = wire_names.state(message.state)
            what = f"{path}: a device is running there ({state}), and this is its line, not its prompt"
            raise NotAllowed(f"{what}; stop it, close its strap, and flash its USB port")
