"""Routine and device files."""

from functools import partial

from legato.profiles import load
from tests.fuzz.reader import check_reader


def check(data: bytes) -> None:
    """Raises where reading ends with anything but a value or the error for it."""
    check_reader(partial(load.parse, name="fuzz.yaml"), data)
