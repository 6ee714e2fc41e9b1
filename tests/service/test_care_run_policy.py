"""The diary of the service: what cannot be written now is tried again, and the log is not filled with it."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from legato.care.errors import DiaryError
from legato.service.run.care_run_policy import AGAIN_S, CareRunPolicy
from legato.sim import clock

HOURS = 3


class Disk:
    """A worker whose disk is full for so many tries; then everything is written."""

    def __init__(self, full_for: int) -> None:
        self.written: list[str] = []
        self._left = full_for

    async def run(self, entry: "partial[None]") -> None:
        if self._left:
            self._left -= 1
            raise DiaryError("the diary cannot be written: no space left on device")
        entry()


def kept(disk: Disk, *entries: Callable[[], None]) -> None:
    """Has the desk write all of `entries`."""

    async def act() -> None:
        desk: Any = CareRunPolicy(disk, disk)  # type: ignore[arg-type]
        for entry in entries:
            desk._waiting.put_nowait(partial(entry))
        keeping = asyncio.create_task(desk.keep())
        await desk.all_kept()
        keeping.cancel()

    clock.run(act())


def test_a_disk_that_is_full_for_hours_is_told_ever_more_rarely(caplog: pytest.LogCaptureFixture) -> None:
    tries = round(HOURS * 3600 / AGAIN_S)
    disk = Disk(full_for=tries)
    kept(disk, lambda: disk.written.append("one"), lambda: disk.written.append("two"))
    assert disk.written == ["one", "two"]
    lines = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert lines[0] == "the diary is not up to date yet, try 1: the diary cannot be written: no space left on device"
    assert len(lines) == tries.bit_length()


def test_a_mistake_of_ours_at_every_entry_has_one_traceback_and_holds_up_none(caplog: pytest.LogCaptureFixture) -> None:
    disk = Disk(full_for=0)

    def wrong() -> None:
        raise ZeroDivisionError

    kept(disk, *[wrong] * 100, lambda: disk.written.append("last"))
    assert disk.written == ["last"]
    assert caplog.text.count("Traceback") == 1
    assert len(caplog.records) == 7
