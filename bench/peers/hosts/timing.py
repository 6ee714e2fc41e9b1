"""How a host keeps time by itself: it sleeps until the moment has come, then writes."""

import asyncio
from collections.abc import Awaitable, Callable

from bench.stress.hosting import Report, started
from bench.stress.work import Ideal, work

LEAD_S = 0.2
"""The work begins so long after it is announced."""

DRAIN_S = 0.3
"""What was written last needs a moment to arrive."""


async def on_time(write: Callable[[Ideal], Awaitable[object]], seconds: float) -> Report:
    """Has each set-point written at its own absolute time, one after the other."""
    loop = asyncio.get_running_loop()
    origin_s = loop.time() + LEAD_S
    started()
    for ideal in work(seconds):
        await asyncio.sleep(max(origin_s + ideal.when_ms / 1000.0 - loop.time(), 0.0))
        await write(ideal)
    await asyncio.sleep(DRAIN_S)
    return {"origin_s": origin_s}
