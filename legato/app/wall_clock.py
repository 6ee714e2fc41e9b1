"""The time of day, where the person is; everything else below the command line is given its moments."""

import time
from datetime import UTC, date, datetime
from pathlib import Path

from legato.care.clock import Clock

BOOT = Path("/proc/sys/kernel/random/boot_id")
"""Another word at each start of the computer."""


def now() -> datetime:
    """This moment, in the person's own time zone."""
    return datetime.now(UTC).astimezone()


def today() -> date:
    """This day, where the person is."""
    return now().date()


def reading() -> Clock:
    """This moment, and what shows later whether the clock was changed since; Linux knows, elsewhere nobody does."""
    if not BOOT.exists():
        return Clock(now())
    up_s = time.clock_gettime(time.CLOCK_BOOTTIME)
    return Clock(now(), BOOT.read_text("ascii").strip(), datetime.fromtimestamp(time.time() - up_s, UTC))
