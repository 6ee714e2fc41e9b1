"""Sections 2, 3 and 5: what the device reports, and its clock."""

import asyncio
from itertools import pairwise
from typing import Final

from legato.controller.link.device_messages import Status
from legato.controller.link.host_messages import SetPoints
from legato.firmware import wire
from legato.firmware.ticks import ticks_diff
from legato.tools.conform.bench import Bench
from legato.tools.conform.broken import check
from legato.tools.conform.rule import rule

BEATS: Final = 20
CLOCK_MS: Final = 5.0
"""A crystal is off by less than 0.1 ms in the second that this takes; the rest is rounding."""


@rule(2)
async def clock(bench: Bench) -> None:
    """Device time counts milliseconds; every REPLY has the time at which the request was handled."""
    await bench.arm()
    loop = asyncio.get_running_loop()
    first_s, first = loop.time(), await bench.beat()
    ready_s = loop.time()
    for _ in range(BEATS):
        await asyncio.sleep(0.05)
        sent_s, reply, now_s = loop.time(), await bench.beat(), loop.time()
        gone_ms = ticks_diff(reply.device_ms, first.device_ms)
        low, high = 1000 * (sent_s - ready_s) - CLOCK_MS, 1000 * (now_s - first_s) + CLOCK_MS
        check(low <= gone_ms <= high, f"its clock advanced by {gone_ms} ms in {low:.0f} to {high:.0f} ms")


@rule(5)
async def status_beat(bench: Bench) -> None:
    """STATUS is sent every 100 ms in a session, and every second in IDLE."""
    await bench.arm()
    bench.probe.mark()
    await asyncio.sleep(1.2)
    _check_beat(bench.statuses(), 100)
    await bench.calm()
    bench.probe.mark()
    await asyncio.sleep(3.2)
    _check_beat(bench.statuses(), 1000)


def _check_beat(statuses: list[Status], beat_ms: int) -> None:
    check(len(statuses) > 1, f"{len(statuses)} STATUS were sent, not one every {beat_ms} ms")
    mean_ms = ticks_diff(statuses[-1].device_ms, statuses[0].device_ms) / (len(statuses) - 1)
    check(0.8 * beat_ms <= mean_ms <= 1.3 * beat_ms, f"STATUS is sent every {mean_ms:.0f} ms, not every {beat_ms}")


@rule(3)
async def status_numbers(bench: Bench) -> None:
    """STATUS is numbered without gaps, whatever else is sent, so that a host can count losses."""
    welcome = await bench.arm()
    bench.probe.mark()
    for n in range(40):
        await bench.feed(SetPoints(n * 10, n * 10 + 10, ()))
        await asyncio.sleep(0.02)
    numbers = [h.seq for h in bench.probe.heard if isinstance(h.message, Status)]
    gaps = [(a, b) for a, b in pairwise(numbers) if (b - a) & 0xFF != 1]
    check(len(numbers) > 4 and not gaps, f"STATUS numbers {numbers}")
    wide = len(bench.statuses()[-1].measured) if bench.statuses() else welcome.channels
    check(wide == welcome.channels, f"STATUS has {wide} channels, not {welcome.channels}")


@rule(5)
async def counters(bench: Bench) -> None:
    """STATUS reports the next expected number, the free slots and the slack correctly."""
    welcome = await bench.arm()
    await bench.plan(until_ms=4000)
    status = await bench.fresh()
    stands = (status.expected, status.free, status.slack_ticks)
    right = (1, welcome.queue_slots, 400)
    check(stands == right, f"expected number, free slots and slack are {stands}, not {right}")
    check(status.state == wire.ARMED, f"it is in state {status.state}, not ARMED (1)")
