"""Who has a serial port open: on Linux, the kernel's list of locks tells."""

import os
from pathlib import Path
from typing import Final

LOCKS: Final = Path("/proc/locks")


def holder(path: str) -> str:
    """The program that has locked the file at `path`, in words; without an answer, just another program."""
    try:
        found = os.stat(path)  # noqa: PTH116 - a path that is gone by now is no mistake either
        inode = f"{os.major(found.st_dev):02x}:{os.minor(found.st_dev):02x}:{found.st_ino}"
        pids = [line.split()[4] for line in LOCKS.read_text().splitlines() if f" {inode} " in line]
        return _named(int(pids[0]))
    except (OSError, IndexError, ValueError):
        return "another program"


def _named(pid: int) -> str:
    """Its name and number; a process of somebody else's name space has none."""
    if pid <= 0:
        return "another program"
    if pid == os.getpid():
        return "this program"
    command = Path(f"/proc/{pid}/comm").read_text().strip()
    return f"{command} (process {pid})"
