"""What a process finds when it starts, put right before anything else: its standard streams, whatever they are.

Only the standard library is used here, and little of it: `legato stop` must not wait.
"""

import codecs
import io
import os
import sys

from legato.process import stand_in_letters
from legato.process.unfailing import Unfailing


def prepare() -> None:
    """Makes stdin, stdout and stderr such that every command may use them.

    A closed one becomes the null device: its number must not go to a port or the diary, into which others would write.
    What a stream's encoding lacks gets a stand-in. A word to a person that cannot be written is no reason to fail.
    """
    _open_closed_descriptors()
    codecs.register_error(stand_in_letters.NAME, stand_in_letters.stand_in)
    stdin, stdout, stderr = _stream(sys.stdin, 0), _stream(sys.stdout, 1), _stream(sys.stderr, 2)
    stdin.reconfigure(errors="replace")
    stdout.reconfigure(errors=stand_in_letters.NAME)
    stderr.reconfigure(errors=stand_in_letters.NAME)
    sys.stdin, sys.stdout, sys.stderr = stdin, stdout, Unfailing(stderr).text()
    # Whoever starts us from a notebook names a way to show pictures that we may not have; ours go to files.
    os.environ.pop("MPLBACKEND", None)


def _open_closed_descriptors() -> None:
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # It gets the lowest number that is free, which is this one.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)


def _stream(found: object, number: int) -> io.TextIOWrapper:
    """The stream that Python has made, or one on its descriptor where that was closed."""
    if isinstance(found, io.TextIOWrapper):
        return found
    return open(number, "w" if number else "r", encoding="utf-8", closefd=False)
