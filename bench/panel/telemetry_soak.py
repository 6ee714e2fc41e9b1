"""A day of telemetry in virtual time, with a client that listens and one that has stalled: what memory that takes."""

import asyncio
import gc
import json
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, cast

from starlette.websockets import WebSocket, WebSocketState

from legato.service.devices.bridge import Bridge
from legato.service.devices.state import News, Readings, ReadingsTold
from legato.service.http.broadcast import Listeners, TooSlow
from legato.service.http.events import Conversation
from legato.sim.clock import VirtualLoop

WARM_S: Final = 6 * 3600.0
"""The allocator takes its last pages for such a load within hours, not within the first."""

END_S: Final = WARM_S + 24 * 3600.0
EVERY_S: Final = 0.1
BACK_S: Final = 3.0
"""A panel that was cut off is back after so long."""

CHANNELS: Final = 12
_BEGAN: Final = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Day:
    """`grown_kb` in the 24 h after the first six; what the listener got; how often the stalled one was cut off."""

    grown_kb: float
    heard: int
    cut_off: int


class Station:
    """A bridge that only tells readings, ten a second."""

    def states(self) -> tuple[()]:
        return ()

    @contextmanager
    def news(self) -> Iterator[AsyncIterator[News]]:
        yield self._readings()

    async def _readings(self) -> AsyncIterator[News]:
        loop = asyncio.get_running_loop()
        while loop.time() < END_S:
            await asyncio.sleep(EVERY_S)
            now_s = loop.time()
            values = tuple(round(now_s % 40 + channel, 1) for channel in range(CHANNELS))
            yield ReadingsTold(readings=Readings(
                id="boots", at=_BEGAN + timedelta(seconds=now_s), session_ms=round(now_s * 1000), commanded=values,
                measured=values, slack_ms=8000, rtt_ms=4.2, lost=0, resent=0, bad_frames=0, late_max_ms=2,
            ))  # fmt: skip


class Socket:
    """A client's end: it takes all that it is sent, or nothing at all."""

    client_state = WebSocketState.CONNECTED

    def __init__(self, *, is_stalled: bool) -> None:
        self._is_stalled = is_stalled
        self.heard = 0

    async def send_text(self, text: str) -> None:
        self.heard += bool(text)
        if self._is_stalled:
            await asyncio.Event().wait()

    async def receive(self) -> dict[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError

    async def close(self, code: int, reason: str) -> None:
        del code, reason


def day() -> Day:
    """A whole day, and what it takes to warm up; two to three minutes."""
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(_day())
    finally:
        loop.close()


async def _day() -> Day:
    bridge = cast(Bridge, Station())
    listeners, awake = Listeners(bridge, most=10), Socket(is_stalled=False)
    everyone = [
        asyncio.create_task(listeners.run()),
        asyncio.create_task(_panel(bridge, listeners, awake)),
        asyncio.create_task(_panel(bridge, listeners, Socket(is_stalled=True))),
    ]
    await asyncio.sleep(WARM_S)
    before = _held_kb()
    await asyncio.sleep(END_S - WARM_S - 1.0)
    after = _held_kb()
    for task in everyone:
        task.cancel()
    await asyncio.gather(*everyone, return_exceptions=True)
    return Day(after - before, awake.heard, listeners.cut_off)


def _held_kb() -> float:
    """What this process has in memory, as Linux tells it."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1000.0


async def _panel(bridge: Bridge, listeners: Listeners, socket: Socket) -> None:
    """A panel, which comes back whenever it was cut off."""
    while True:
        try:
            with listeners.listening(is_guest=False) as listener:
                await Conversation(bridge, cast(WebSocket, socket), listener).hold()
        except TooSlow:
            await asyncio.sleep(BACK_S)


if __name__ == "__main__":
    print(json.dumps(asdict(day())))
