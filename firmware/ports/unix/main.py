"""The firmware in the MicroPython of a Unix computer, with stdin and stdout as its serial line.

    MICROPYPATH=.:FOLDER micropython firmware/ports/unix/main.py

where FOLDER has the `device.py` that `legato firmware DEVICE` prints. Ends when its input does.
"""

import os
import select
import sys
import time

from device import config  # type: ignore[import-not-found]

from firmware.core import Core
from firmware.ports.runtime import Runtime, serve
from firmware.ports.unix.bladders import BladderBoard
from firmware.ticks import MASK

DEVICE_ID = b"unixport"


class Unix(Runtime):
    """The process, and a board of bladders."""

    def __init__(self) -> None:
        settings = config(DEVICE_ID)
        self._board = BladderBoard(settings, self.now_ms())
        self.core = Core(settings, self._board, int.from_bytes(os.urandom(4), "little"))
        self._input = sys.stdin.buffer
        self._output = sys.stdout.buffer
        self._readable = select.poll()
        self._readable.register(self._input, select.POLLIN)
        self._writable = select.poll()
        self._writable.register(self._output, select.POLLOUT)

    def now_ms(self) -> int:
        """The interpreter's own milliseconds."""
        ticks_ms: int = time.ticks_ms()  # type: ignore[attr-defined]
        return ticks_ms & MASK

    def read(self, wait_ms: int) -> bytes | None:
        """A byte: asked for more, this `read` waits until all have come."""
        if not self._readable.poll(wait_ms):
            return b""
        return self._input.read(1) or None

    def write(self, data: bytes) -> None:
        if data and self._writable.poll(0):
            self._output.write(data)

    def before_tick(self, now_ms: int) -> None:
        self._board.now_ms = now_ms


unix = Unix()
serve(unix.core, unix)
