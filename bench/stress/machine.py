"""The machine that measures: what it is, what others take from it, and how it can be asked for punctuality."""

import gc
import os
import platform
from contextlib import suppress
from pathlib import Path

_STAT = Path("/proc/stat")
_STEAL_FIELD = 8
_PRIORITY = 50


def kind() -> str:
    """What kind of machine this is, without its name."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{os.cpu_count()} cores, {platform.system()} on {platform.machine()}, {python}"


class Steal:
    """Counts the share of processor time that the host of a virtual machine kept for others since it was made."""

    def __init__(self) -> None:
        self._before = _jiffies()

    def percent(self) -> float | None:
        """None where the system does not tell."""
        after = _jiffies()
        if after is None or self._before is None:
            return None
        total = sum(after) - sum(self._before)
        return 100.0 * (after[_STEAL_FIELD - 1] - self._before[_STEAL_FIELD - 1]) / max(total, 1)


def _jiffies() -> list[int] | None:
    """The first eight counters of all processors: user, nice, system, idle, iowait, irq, softirq, steal."""
    with suppress(OSError):
        return [int(field) for field in _STAT.read_text().splitlines()[0].split()[1 : _STEAL_FIELD + 1]]
    return None


def be_punctual() -> bool:
    """Keeps the collector out of the way and asks for real-time priority; returns whether that was permitted."""
    gc.collect()
    gc.freeze()
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(_PRIORITY))
    except (AttributeError, PermissionError):
        return False
    return True
