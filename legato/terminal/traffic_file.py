"""Records live traffic to a file, without blocking."""

import io
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from legato.controller.isolation import words
from legato.controller.ports.traffic_recorder import TrafficRecorder
from legato.errors import UsageError
from legato.files import insist_on_file
from legato.process.nonblocking_output import Outlet
from legato.terminal.output import say


@contextmanager
def recorded(path: Path | None, about: Mapping[str, str]) -> Iterator[TrafficRecorder | None]:
    """A recorder that writes to `path`, if given; says so if the recording has gaps.

    Raises on entry: OSError, or UsageError if the file exists, since a recording cannot be repeated.
    """
    if path is None:
        yield None
        return
    if path.is_file():
        raise UsageError(f"{path} already exists and was not changed; choose another name")
    insist_on_file(path)
    with path.open("wb") as file:
        outlet = Outlet(file.fileno())
        tape = TrafficRecorder(io.TextIOWrapper(outlet, "utf-8", write_through=True), time.monotonic, about)
        try:
            yield tape
        finally:
            outlet.finish()
            outlet.close()
    if tape.error is not None or outlet.left_out:
        why = _reason(tape.error) if tape.error else "the disk was too slow"
        say(f"{path}: the recording has gaps: {why}")


def _reason(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or words(error)
