"""Keys of a running routine, read one by one from stdin without waiting for Enter."""

import asyncio
import errno
import os
import re
import signal
import sys
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from typing import Any, Final

from legato.errors import UsageError

LOOK_S: Final = 0.5
"""How often a background job checks whether it has been given the terminal."""


class Key(Enum):
    """What a key asks for."""

    PAUSE_OR_RESUME = "pause or resume"
    PAUSE = "pause"
    """Ctrl-Z: somebody who suspends the program wants a pause, and a device must not lose its host."""
    MORE = "more intensity"
    LESS = "less intensity"
    SKIP = "skip this step"
    STOP = "stop softly"
    EMERGENCY_STOP = "emergency stop"


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

# Arrow and function keys send sequences that begin with the same byte as Esc; they must not stop anything.
_SEQUENCE = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|O[ -~])")


def meanings(text: str) -> list[Key]:
    """The meanings of the keys in `text`, in order; keys without a meaning are skipped."""
    return [_MEANING[letter] for letter in _SEQUENCE.sub("", text).lower() if letter in _MEANING]


@contextmanager
def listening(heard: Callable[[Key], None]) -> Iterator[None]:
    """While the block runs, calls `heard` for each key typed on stdin; restores a terminal's settings afterwards.

    In the background the terminal is left alone until `fg` gives it to us. Ctrl-Z pauses; it does not suspend.

    Raises:
        UsageError: stdin is neither a terminal nor a pipe.
    """
    descriptor = sys.stdin.fileno()
    keyboard = Terminal(descriptor, heard) if os.isatty(descriptor) else Keyboard(descriptor, heard)
    try:
        keyboard.open()
        yield
    finally:
        keyboard.close()


class Keyboard:
    """Keys from a pipe."""

    def __init__(self, descriptor: int, heard: Callable[[Key], None]) -> None:
        self._descriptor = descriptor
        self._heard = heard
        self._loop = asyncio.get_running_loop()

    def open(self) -> None:
        """Starts listening; raises UsageError if stdin is neither a terminal nor a pipe."""
        try:
            self._loop.add_reader(self._descriptor, self._read)
        except OSError:
            raise UsageError("--keys reads from a terminal or a pipe; stdin is neither") from None

    def close(self) -> None:
        """Stops listening."""
        self._loop.remove_reader(self._descriptor)

    def _read(self) -> None:
        try:
            typed = os.read(self._descriptor, 64)
        except OSError:  # the terminal is gone, or has just been given to another process
            typed = b""
        if not typed:
            self._loop.remove_reader(self._descriptor)
        for key in meanings(typed.decode("utf-8", "replace")):
            self._heard(key)


class Terminal(Keyboard):
    """Keys from a terminal, which delivers each key immediately and without echo while it is ours."""

    def __init__(self, descriptor: int, heard: Callable[[Key], None]) -> None:
        super().__init__(descriptor, heard)
        self._before: list[Any] | None = None
        self._is_ours = False
        self._next: asyncio.TimerHandle | None = None

    def open(self) -> None:
        """Starts listening as soon as the terminal is ours."""
        self._loop.add_signal_handler(signal.SIGCONT, self._continued)
        self._suspended = signal.getsignal(signal.SIGTSTP)
        self._loop.add_signal_handler(signal.SIGTSTP, self._heard, Key.PAUSE)
        self._look()

    def close(self) -> None:
        """Gives the terminal back."""
        if self._next is not None:
            self._next.cancel()
        self._loop.remove_signal_handler(signal.SIGCONT)
        self._loop.remove_signal_handler(signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, self._suspended)
        super().close()
        if self._before is not None and self._is_in_front():
            with suppress(termios.error):
                # TCSANOW: a stopped terminal never drains its output, and there may be air in the device.
                termios.tcsetattr(self._descriptor, termios.TCSANOW, self._before)

    def _continued(self) -> None:
        """SIGCONT: the shell has used the terminal in the meantime."""
        self._is_ours = False
        self._look(again=False)

    def _look(self, again: bool = True) -> None:
        """Takes the terminal, or releases it. A shell does not notify a running job when this changes."""
        was_ours, self._is_ours = self._is_ours, self._is_in_front()
        if self._is_ours and not was_ours:
            self._take()
        elif was_ours and not self._is_ours:
            super().close()
        if again:
            self._next = self._loop.call_later(LOOK_S, self._look)

    def _take(self) -> None:
        with suppress(termios.error):
            self._before = self._before or termios.tcgetattr(self._descriptor)
            # What was typed before was not meant for us. TCSANOW, since this must not wait for output to drain.
            termios.tcflush(self._descriptor, termios.TCIFLUSH)
            tty.setcbreak(self._descriptor, termios.TCSANOW)
            super().open()

    def _is_in_front(self) -> bool:
        """Whether we are in the foreground; a terminal of another session has no job control, so it is ours."""
        try:
            return os.tcgetpgrp(self._descriptor) == os.getpgrp()
        except OSError as error:
            return error.errno == errno.ENOTTY
