"""Fault scripts."""

from functools import partial

from legato.profiles.load import device
from legato.sim.faults import script
from tests.fuzz.reader import check_reader

BOOTS = device("boots-6")


def check(data: bytes) -> None:
    """Raises where reading ends with anything but a script or the error for it."""
    check_reader(partial(script.parse, name="fuzz.yaml", device=BOOTS), data)
