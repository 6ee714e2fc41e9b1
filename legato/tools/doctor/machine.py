"""This computer as the checks see it: where the system has what they read."""

import ctypes
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_TIMEX_BYTES = 512
"""Larger than any system's `struct timex`; all zeros only reads, and sets nothing."""

_TIME_ERROR = 5


@dataclass(frozen=True, slots=True)
class Process:
    """A process that has a file open."""

    pid: int
    name: str


@dataclass(frozen=True, slots=True)
class Machine:
    """`proc` and `sys` are /proc and /sys; `service` is the process of Legato's own service, if one is running."""

    proc: Path = Path("/proc")
    sys: Path = Path("/sys")
    service: int | None = None

    def is_served(self, path: Path) -> bool:
        """Whether the service has `path` open, and no other process has."""
        return [process.pid for process in self.holders(path)] == [self.service]

    def holders(self, path: Path) -> list[Process]:
        """Other processes that have `path` open, as far as this user can see.

        A process behind a pseudo terminal, such as `legato sim`, has it open as well and does not count.
        """
        wanted = str(path.resolve())
        return [
            Process(pid, self._name(pid))
            for pid in self._pids()
            if pid != os.getpid()
            and wanted in (files := self._files(pid))
            and not files & {"/dev/ptmx", "/dev/pts/ptmx"}
        ]

    def running(self, name: str) -> list[Process]:
        """Processes of this name."""
        return [Process(pid, name) for pid in self._pids() if self._name(pid) == name]

    def latency_ms(self, port: Path) -> int | None:
        """How long the port's chip holds bytes back before it passes them on; None if it has no such timer."""
        timer = self.sys / "class" / "tty" / port.resolve().name / "device" / "latency_timer"
        try:
            return int(timer.read_text())
        except (OSError, ValueError):
            return None

    def _pids(self) -> list[int]:
        return sorted(int(entry.name) for entry in self.proc.iterdir() if entry.name.isdecimal())

    def _name(self, pid: int) -> str:
        try:
            return (self.proc / str(pid) / "comm").read_text("utf-8", "replace").strip()
        except OSError:
            return "?"

    def _files(self, pid: int) -> set[str]:
        return set(self._links(self.proc / str(pid) / "fd"))

    def _links(self, folder: Path) -> Iterator[str]:
        try:
            for link in folder.iterdir():
                yield str(link.readlink())
        except OSError:  # gone in the meantime, or not visible to us
            return


def clock_is_set() -> bool | None:
    """Whether this computer's clock is synchronised (NTP), according to the kernel; None if unknown."""
    try:
        found = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    except (AttributeError, OSError):
        return None
    return bool(found != _TIME_ERROR) if found >= 0 else None
