"""Who has a serial port open: on Linux, the kernel's list of locks says so."""

import os
from pathlib import Path
from typing import Final

LOCKS: Final = Path("/proc/locks")


def owner(path: str) -> str:
    """The program that has locked the file at `path`, in words; just another program where that cannot be found out."""
    pid = owner_pid(path)
    try:
        return "another program" if pid is None else _named(pid)
    except OSError:
        return "another program"


def owner_pid(path: str) -> int | None:
    """The process that has locked the file at `path`; None where there is none, or it cannot be found out."""
    try:
        found = os.stat(path)  # noqa: PTH116 - a path that is gone by now is no mistake either
        inode = f"{os.major(found.st_dev):02x}:{os.minor(found.st_dev):02x}:{found.st_ino}"
        pids = [int(line.split()[4]) for line in LOCKS.read_text().splitlines() if f" {inode} " in line]
    except (OSError, IndexError, ValueError):
        return None
    # A process of somebody else's name space has no number here.
    return next((pid for pid in pids if pid > 0), None)


def _named(pid: int) -> str:
    """Its name and number."""
    if pid == os.getpid():
        return "this program"
    command = Path(f"/proc/{pid}/comm").read_text("utf-8", "replace").strip()
    return f"{command} (process {pid})"
