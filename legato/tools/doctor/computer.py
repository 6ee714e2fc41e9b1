"""Checks of the computer: its clock, its disk, and what else might open a port."""

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from legato.app.finding import Finding, fail, ok, warn
from legato.tools.doctor.machine import Machine
from legato.tools.doctor.ownership import owner

FIRST_YEAR = 2026
LAST_YEAR = 2100
"""Outside these years nobody runs this version, so the clock is wrong."""

LITTLE_MB = 200
NOTHING_MB = 10
"""The diary grows by a few kB per session, a recording of traffic by 20 MB an hour."""


def clock(now: datetime, is_set: bool | None) -> Iterator[Finding]:
    """The clock must be right: screening, courses and diary depend on the date."""
    shown = f"{now:%Y-%m-%d %H:%M}"
    if not FIRST_YEAR <= now.year < LAST_YEAR:
        yield fail("clock", f"it says {shown}", "set this computer's clock: courses and diary depend on the date")
    elif is_set is False:
        advice = "switch on NTP, for example with `sudo timedatectl set-ntp true`"
        yield warn("clock", f"{shown}, but it is not synchronised", advice)
    else:
        yield ok("clock", shown)


def disk(home: Path) -> Iterator[Finding]:
    """The folder of diary and people must be writable, with space to spare."""
    place = next(folder for folder in (home, *home.parents) if os.access(folder, os.F_OK))
    free_mb = shutil.disk_usage(place).free // 1_000_000
    if not os.access(place, os.W_OK):
        yield fail(
            "disk",
            f"{place} belongs to {owner(place)}, and this user cannot write there",
            "let this user write there, or set LEGATO_HOME",
        )
    elif free_mb < NOTHING_MB:
        yield fail("disk", f"{free_mb} MB free at {place}", "free some space: the diary cannot be written")
    elif free_mb < LITTLE_MB:
        yield warn("disk", f"{free_mb} MB free at {place}", "free some space while the diary can still be written")
    else:
        yield ok("disk", f"{home}, {free_mb / 1000:.1f} GB free")


def modem_manager(machine: Machine) -> Iterator[Finding]:
    """ModemManager takes every new serial port for a modem and sends commands to it."""
    if machine.running("ModemManager"):
        advice = 'use a udev rule, ENV{ID_MM_DEVICE_IGNORE}="1", or `sudo systemctl disable --now ModemManager`'
        yield warn(
            "modemmanager", "ModemManager is running, and sends commands to every port that is plugged in", advice
        )
    else:
        yield ok("modemmanager", "not running")
