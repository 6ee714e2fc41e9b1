"""Output that never fails: what cannot be written is dropped."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import TextIO


class Unfailing(io.BufferedIOBase):
    """Forwards to `stream` what is written; `error` is the first reason why something could not be written."""

    def __init__(self, stream: TextIO) -> None:
        self.error: OSError | None = None
        self._stream = stream
        self._under = stream.buffer

    @property
    def name(self) -> str:
        return self._stream.name

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return self._under.isatty()

    def fileno(self) -> int:
        return self._under.fileno()

    def write(self, piece: bytes, /) -> int:  # type: ignore[override]
        """Writes `piece` immediately, if possible."""
        try:
            self._under.write(piece)
            self._under.flush()
        except OSError as error:
            self.error = self.error or error
        return len(piece)

    def text(self) -> io.TextIOWrapper:
        """The line-buffered text stream that writes here."""
        return io.TextIOWrapper(self, self._stream.encoding, self._stream.errors, line_buffering=True)


@contextmanager
def unfailing() -> Iterator[None]:
    """While the block runs, printing never raises; if something could not be written, that is reported at the end.

    A reader that has gone (`| head`) is not reported.
    """
    before = sys.stderr
    out, err = Unfailing(sys.stdout), Unfailing(sys.stderr)
    with redirect_stdout(out.text()), redirect_stderr(err.text()):
        yield
    if out.error is not None and not isinstance(out.error, BrokenPipeError):
        print(f"the output could not be written: {(out.error.strerror or str(out.error)).lower()}", file=before)
