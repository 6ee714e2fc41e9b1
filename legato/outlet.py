"""A standard output that nobody has to wait for: a stopped terminal or reader must not stall keys and heartbeats."""

import io
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from queue import SimpleQueue
from typing import Final

from legato.output import say

KEPT: Final = 1000
"""Pieces that wait for a slow reader; what comes beyond that is left out."""

PATIENCE_S: Final = 2.0
"""How long the end waits for a reader that takes nothing at all."""


class Outlet(io.BufferedIOBase):
    """Writes to `descriptor` from a thread of its own, piece by piece; each is written whole or left out whole."""

    name = "<stdout>"

    def __init__(self, descriptor: int) -> None:
        self.left_out = 0
        self._descriptor = descriptor
        self._pieces: SimpleQueue[bytes] = SimpleQueue()
        self._taken = 0
        self._error: OSError | None = None
        self._thread = threading.Thread(target=self._pour, name="stdout", daemon=True)
        self._thread.start()

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return os.isatty(self._descriptor)

    def fileno(self) -> int:
        return self._descriptor

    def write(self, piece: bytes, /) -> int:  # type: ignore[override]
        """Takes `piece`; raises OSError once nobody reads any more."""
        if self._error is not None:
            raise self._error
        if self._pieces.qsize() < KEPT:
            self._pieces.put(bytes(piece))
        else:
            self.left_out += 1
        return len(piece)

    def finish(self) -> None:
        """Waits until everything is written, as long as anything is taken."""
        self._pieces.put(b"")
        before = -1
        while self._thread.is_alive() and self._taken != before:
            before = self._taken
            self._thread.join(PATIENCE_S)

    def _pour(self) -> None:
        try:
            while piece := self._pieces.get():
                while piece:
                    count = os.write(self._descriptor, piece)
                    self._taken += count
                    piece = piece[count:]
        except OSError as error:
            self._error = error


@contextmanager
def unhurried() -> Iterator[None]:
    """While the block runs, what is printed goes through an `Outlet`, unless it goes to a buffer that is never full."""
    try:
        descriptor = sys.stdout.fileno()
    except io.UnsupportedOperation:
        yield
        return
    sys.stdout.flush()
    outlet = Outlet(descriptor)
    try:
        with redirect_stdout(io.TextIOWrapper(outlet, sys.stdout.encoding, sys.stdout.errors)) as stream:
            yield
            stream.flush()
    finally:
        outlet.finish()
        outlet.close()
    if outlet.left_out:
        say(f"{outlet.left_out} pieces of output were left out: nobody took them in time")
