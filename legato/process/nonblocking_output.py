"""Non-blocking standard streams: a stopped terminal or reader must not stall keys and heartbeats."""

import io
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from typing import Final, Literal

KEPT: Final = 1000
"""How many pieces may wait for a slow reader; further ones are dropped."""

PATIENCE_S: Final = 2.0
"""How long closing waits for a reader that takes nothing."""


class Outlet(io.BufferedIOBase):
    """Writes to `descriptor` from a thread of its own, piece by piece; each is written whole or dropped whole.

    With `is_log` it never fails: what cannot be written is dropped, and the next line written says how much.
    """

    name = "<stdout>"

    def __init__(self, descriptor: int, *, is_log: bool = False) -> None:
        self.left_out = 0
        self.is_log = is_log
        self._reported = 0
        self._descriptor = descriptor
        self._pieces: SimpleQueue[bytes] = SimpleQueue()
        self._taken = 0
        self._error: OSError | None = None
        self._thread = threading.Thread(target=self._drain, name="stdout", daemon=True)
        self._thread.start()

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return os.isatty(self._descriptor)

    def fileno(self) -> int:
        return self._descriptor

    def write(self, piece: bytes, /) -> int:  # type: ignore[override]
        """Queues `piece`; raises OSError once nobody reads, unless it is a log."""
        if self._error is not None:
            raise self._error
        if self._pieces.qsize() < KEPT:
            self._pieces.put(bytes(piece))
        else:
            self.left_out += 1
        return len(piece)

    def finish(self) -> None:
        """Waits until everything is written, while the reader makes progress."""
        self._pieces.put(b"")
        before = -1
        while self._thread.is_alive() and self._taken != before:
            before = self._taken
            self._thread.join(PATIENCE_S)

    def _drain(self) -> None:
        is_open = True
        while is_open:
            piece = self._pieces.get()
            is_open = bool(piece)
            try:
                self._say_gap()
                self._write(piece)
            except OSError as error:
                if not self.is_log:
                    self._error = error
                    return
                self.left_out += is_open

    def _say_gap(self) -> None:
        left_out = self.left_out
        if self.is_log and left_out > self._reported:
            self._write(f"({_gap(left_out - self._reported)})\n".encode())
            self._reported = left_out

    def _write(self, piece: bytes) -> None:
        while piece:
            count = os.write(self._descriptor, piece)
            self._taken += count
            piece = piece[count:]


@contextmanager
def unhurried() -> Iterator[None]:
    """While the block runs, stdout and stderr are written through outlets.

    A closed stream, or one that is a memory buffer, is left unchanged.
    """
    with _through("stderr"):
        with _through("stdout") as outlet:
            yield
        if outlet is not None and outlet.left_out:
            print(_gap(outlet.left_out), file=sys.stderr, flush=True)


def _gap(count: int) -> str:
    """The message for `count` missing pieces."""
    return f"{count} pieces of output were dropped: they were not read in time"


@contextmanager
def _through(name: Literal["stdout", "stderr"]) -> Iterator[Outlet | None]:
    before = getattr(sys, name)
    try:
        descriptor = before.fileno()
    except (AttributeError, ValueError):  # missing, closed, or a buffer
        yield None
        return
    with suppress(OSError):
        before.flush()
    outlet = Outlet(descriptor, is_log=name == "stderr")
    stream = io.TextIOWrapper(outlet, before.encoding, before.errors, write_through=outlet.is_log)
    setattr(sys, name, stream)
    try:
        yield outlet
        stream.flush()
    finally:
        setattr(sys, name, before)
        outlet.finish()
        outlet.close()
