"""The time of day, where the person is; everything else below the command line is given the time as an argument."""

import time
from datetime import UTC, date, datetime
from pathlib import Path

from legato.care.clock import Clock

BOOT = Path("/proc/sys/kernel/random/boot_id")
"""A different value after each boot of the computer."""


def now() -> datetime:
    """The current time, in the person's time zone."""
    return datetime.now(UTC).astimezone()


def today() -> date:
    """The current date, where the person is."""
    return now().date()


def reading() -> Clock:
    """The current time and, on Linux, what later shows whether the clock has been changed since."""
    if not BOOT.exists():
        return Clock(now())
    up_s = time.clock_gettime(time.CLOCK_BOOTTIME)
    return Clock(now(), BOOT.read_text("ascii").strip(), datetime.fromtimestamp(time.time() - up_s, UTC))
