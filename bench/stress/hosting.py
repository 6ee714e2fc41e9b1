"""A host process: `MODULE PORT SECONDS [blocked]`.

It says `ready`, waits for a line, says `started` when the work begins, and ends with JSON.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

BLOCK_S = 0.05
BLOCK_EVERY_S = 0.5
BLOCKED = "blocked"

Report = dict[str, Any]
"""What a host tells: `origin_s`, when its work began by the monotonic clock, if the host decides that; and more."""

Contestant = Callable[[str, float], Awaitable[Report]]
"""Does the work of so many seconds on a port; calls `started` when it begins."""


def started() -> None:
    """Tells the one who measures that the work begins now."""
    print("started", flush=True)


def host(contestant: Contestant) -> None:
    """Runs a contestant as the command line asks."""
    port, seconds, *more = sys.argv[1:]
    print("ready", flush=True)
    sys.stdin.readline()
    report = asyncio.run(_hosted(contestant, port, float(seconds), BLOCKED in more))
    print(json.dumps(report), flush=True)


async def _hosted(contestant: Contestant, port: str, seconds: float, is_blocked: bool) -> Report:
    blocker = asyncio.create_task(_block()) if is_blocked else None
    try:
        return await contestant(port, seconds)
    finally:
        if blocker is not None:
            blocker.cancel()


async def _block() -> None:
    """What a slow callback does to everybody else on the loop."""
    while True:
        await asyncio.sleep(BLOCK_EVERY_S - BLOCK_S)
        time.sleep(BLOCK_S)  # noqa: ASYNC251 - to block the loop is the point
