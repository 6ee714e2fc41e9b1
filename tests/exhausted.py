"""A process that can have nothing more of something: not one descriptor, no thread, no memory. Needs no root."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def open_descriptors(pid: int) -> set[int]:
    """The numbers of the descriptors that a process has open."""
    return {int(entry.name) for entry in Path(f"/proc/{pid}/fd").iterdir()}


@contextmanager
def no_descriptor_left(pid: int) -> Iterator[None]:
    """Inside, the process keeps what it has open, and can open nothing more."""
    taken = open_descriptors(pid)
    # Reading the list of our own process takes one itself.
    lowest_free = next(number for number in range(len(taken) + 1) if number not in taken)
    if pid == os.getpid():
        lowest_free = min(lowest_free, _next_descriptor())
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (lowest_free, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, before)


def _next_descriptor() -> int:
    number = os.open(os.devnull, os.O_RDONLY)
    os.close(number)
    return number
