"""The service's own signals: the devices are stopped first, whatever log and supervisor do."""

import asyncio
import logging
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from legato.serve.notify import tell
from legato.serve.serving import signalled


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_every_device_before_it_is_logged(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    ledger: list[str] = []

    def fails(*_: Any, **__: Any) -> None:
        ledger.append("log")
        raise OSError(28, "no space left on device")

    async def live() -> None:
        monkeypatch.setattr(logging.Logger, "_log", fails)
        logging.getLogger("legato").setLevel(logging.INFO)
        ended = signalled(lambda: ledger.append("stops"))
        os.kill(os.getpid(), number)
        async with asyncio.timeout(30):
            await ended.wait()

    asyncio.run(live())
    assert ledger == ["stops", "log"]


def test_a_stop_that_fails_still_ends_the_service() -> None:
    def fails() -> None:
        raise ValueError("injected")

    async def live() -> None:
        ended = signalled(fails)
        os.kill(os.getpid(), signal.SIGTERM)
        async with asyncio.timeout(30):
            await ended.wait()

    asyncio.run(live())


def test_a_supervisor_that_listens_no_more_ends_nothing(tmp_path: Path) -> None:
    tell("WATCHDOG=1", {"NOTIFY_SOCKET": str(tmp_path / "gone")})
