"""`legato firmware`: what a firmware has to know of its device, to be built into it."""

from legato import output
from legato.devicefile import as_c, as_micropython
from legato.profiles import load


def firmware(device: str, c: bool) -> None:
    """Prints `device.py` for the reference firmware, or a C header for any other."""
    description = load.device(device)
    output.data((as_c if c else as_micropython)(description).rstrip("\n"))
