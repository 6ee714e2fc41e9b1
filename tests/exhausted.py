"""A process that can have nothing more of something: not one descriptor, no thread, memory or disk. Needs no root."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
        with suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_NOFILE, before)


@contextmanager
def no_memory_left(pid: int) -> Iterator[None]:
    """Inside, the process keeps the memory it has, and gets no more; nor a thread, whose stack would be memory."""
    before = resource.prlimit(pid, resource.RLIMIT_AS)
    resource.prlimit(pid, resource.RLIMIT_AS, (_memory(pid), before[1]))
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_AS, before)


@contextmanager
def no_disk_left(*pids: int) -> Iterator[None]:
    """Inside, nothing that these processes write makes a file any longer."""
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids}
    for pid in pids:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, before[pid][1]))
    try:
        yield
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, before[pid])


def children(pid: int) -> list[int]:
    """The processes that this one has begun, and that are still there."""
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _memory(pid: int) -> int:
    """Bytes of address space."""
    pages = Path(f"/proc/{pid}/statm").read_text().split()[0]
    return int(pages) * resource.getpagesize()


def _next_descriptor() -> int:
    number = os.open(os.devnull, os.O_RDONLY)
    os.close(number)
    return number
