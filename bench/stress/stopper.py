"""The host process for emergency stops: `MODULE PORT TIMES [hard]` starts a routine and stops it, again and again.

`hard`: the loop has just been blocked, so that a full window of set-points goes out right before the stop.
"""

import asyncio
import json
import random
import sys
import time
from collections.abc import Callable

from legato.controller.ports.opening import open_port
from legato.controller.session.event_bus import Subscription
from legato.controller.session.events import Event, Telemetry
from legato.controller.session.session import Session
from legato.profiles import load
from legato.profiles.schedule import Schedule, SetPoint

HARD = "hard"
_PERIOD_MS = 100
_TARGETS_MMHG = tuple(8.0 + n / 2.0 for n in range(12))
_LENGTH_MS = 20_000
_UNDER_WAY_MS = 4 * _PERIOD_MS
_BLOCK_S = 0.9
"""In this time more set-points fall due than a window holds."""


def dense() -> Schedule:
    """All chambers of the boots to another pressure each 100 ms, low enough for a fault to be cleared soon after."""
    boots = load.device("boots-6")
    rows = [
        SetPoint(when_ms, channel.index, _target(when_ms // _PERIOD_MS + channel.index), 0)
        for when_ms in range(_PERIOD_MS, _LENGTH_MS, _PERIOD_MS)
        for channel in boots.channels
    ]
    rows += [SetPoint(_LENGTH_MS, channel.index, 0.0, 0) for channel in boots.channels]
    return Schedule("dense", boots, tuple(rows), _LENGTH_MS + _PERIOD_MS)


def _target(number: int) -> float:
    return _TARGETS_MMHG[number % len(_TARGETS_MMHG)]


async def stop_often(port: str, times: int, is_hard: bool) -> dict[str, object]:
    """When each stop was asked for, and how many bytes of set-points had gone out since the moment before."""
    session = Session(lambda: open_port(port, {}), random.Random(0))  # noqa: S311 - no secret
    frozen = session.events.subscribe()  # a reader of telemetry who never reads
    called_s: list[float] = []
    ahead: list[int] = []
    async with session:
        for _ in range(times):
            with session.events.subscribe() as events:
                playing = asyncio.create_task(session.play(dense()))
                await _until(events, lambda event: isinstance(event, Telemetry) and event.session_ms > _UNDER_WAY_MS)
                before = session.traffic.setpoint_bytes
                if is_hard:
                    time.sleep(_BLOCK_S)  # noqa: ASYNC251 - to block the loop is the point
                    before = session.traffic.setpoint_bytes
                    await _until(events, lambda event: isinstance(event, Telemetry))
                called_s.append(time.monotonic())
                await session.emergency_stop()
                ahead.append(session.traffic.setpoint_bytes - before)
                await playing
            await session.clear_fault()
    return {"called_s": called_s, "ahead": ahead, "unread": frozen.dropped}


async def _until(events: Subscription[Event], is_it: Callable[[Event], bool]) -> None:
    async for event in events:
        if is_it(event):
            return


if __name__ == "__main__":
    print(json.dumps(asyncio.run(stop_often(sys.argv[1], int(sys.argv[2]), HARD in sys.argv[3:]))), flush=True)
