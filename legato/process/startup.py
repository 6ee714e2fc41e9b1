"""Repairs the standard streams of a process at start-up, whatever state they are in.

Uses only the standard library, and little of it: `legato stop` must not wait.
"""

import codecs
import io
import os
import sys

from legato.process import stand_in_letters
from legato.process.unfailing import Unfailing


def prepare() -> None:
    """Makes stdin, stdout and stderr usable for every command.

    A closed one becomes the null device: otherwise a port or the diary could get its number, and be written to.
    Characters that a stream cannot encode are replaced. A message that cannot be written is no reason to fail.
    """
    _open_closed_descriptors()
    codecs.register_error(stand_in_letters.NAME, stand_in_letters.stand_in)
    stdin, stdout, stderr = _stream(sys.stdin, 0), _stream(sys.stdout, 1), _stream(sys.stderr, 2)
    stdin.reconfigure(errors="replace")
    stdout.reconfigure(errors=stand_in_letters.NAME)
    stderr.reconfigure(errors=stand_in_letters.NAME)
    sys.stdin, sys.stdout, sys.stderr = stdin, stdout, Unfailing(stderr).text()
    # A notebook sets a matplotlib backend that may not be installed; our pictures go to files.
    os.environ.pop("MPLBACKEND", None)


def _open_closed_descriptors() -> None:
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # It gets the lowest free number, which is this one.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)


def _stream(found: object, number: int) -> io.TextIOWrapper:
    """The stream that Python opened, or a new one on its descriptor if that was closed."""
    if isinstance(found, io.TextIOWrapper):
        return found
    return open(number, "w" if number else "r", encoding="utf-8", closefd=False)
