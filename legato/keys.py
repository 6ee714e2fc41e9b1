"""Keys of a running routine, read one by one from stdin without waiting for Enter."""

import asyncio
import os
import re
import sys
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum

from legato.errors import CommandError, Exit


class Key(Enum):
    """What a key asks for."""

    PAUSE_OR_RESUME = "pause or resume"
    MORE = "more intensity"
    LESS = "less intensity"
    SKIP = "skip this step"
    STOP = "stop softly"
    EMERGENCY_STOP = "stop at once"


_MEANING = {
    " ": Key.PAUSE_OR_RESUME,
    "+": Key.MORE,
    "=": Key.MORE,  # the plus key without shift
    "-": Key.LESS,
    "s": Key.SKIP,
    "q": Key.STOP,
    "x": Key.EMERGENCY_STOP,
    "\x1b": Key.EMERGENCY_STOP,
}

# What arrow and function keys send begins with the same byte as Esc, and must not stop anything.
_SEQUENCE = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|O[ -~])")


def meanings(text: str) -> list[Key]:
    """What the typed `text` asks for, in order; a key without a meaning asks for nothing."""
    return [_MEANING[letter] for letter in _SEQUENCE.sub("", text).lower() if letter in _MEANING]


@contextmanager
def listening(heard: Callable[[Key], None]) -> Iterator[None]:
    """While the block runs, calls `heard` for each key typed on stdin; a terminal is as before once it is left.

    Raises:
        CommandError: stdin is neither a terminal nor a pipe.
    """
    loop = asyncio.get_running_loop()
    with _unbuffered(sys.stdin.fileno()) as descriptor:
        try:
            loop.add_reader(descriptor, _read, loop, descriptor, heard)
        except OSError:
            raise CommandError(Exit.USAGE, "--keys reads from a terminal or a pipe; stdin is neither") from None
        try:
            yield
        finally:
            loop.remove_reader(descriptor)


def _read(loop: asyncio.AbstractEventLoop, descriptor: int, heard: Callable[[Key], None]) -> None:
    typed = os.read(descriptor, 64)
    if not typed:
        loop.remove_reader(descriptor)
    for key in meanings(typed.decode("utf-8", "replace")):
        heard(key)


@contextmanager
def _unbuffered(descriptor: int) -> Iterator[int]:
    """The terminal gives each key at once and does not echo it; whatever is no terminal is left alone."""
    if not os.isatty(descriptor):
        yield descriptor
        return
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        yield descriptor
    finally:
        # At once: a terminal that stands still never shows all there is to show, and there is air in the device.
        termios.tcsetattr(descriptor, termios.TCSANOW, before)
