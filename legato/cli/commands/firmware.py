"""`legato firmware`: what a firmware has to know of its device, to be built into it."""

from legato.profiles import load
from legato.terminal import output
from legato.tools.flash.device_file import as_c, as_micropython


def firmware(device: str, c: bool) -> None:
    """Prints `device.py` for the reference firmware, or a C header for any other."""
    description = load.device(device)
    output.data((as_c if c else as_micropython)(description).rstrip("\n"))
