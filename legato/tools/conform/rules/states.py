"""Section 6: the states of a session, and the transitions between them."""

import asyncio

from legato.controller.link.device_messages import Status
from legato.controller.link.host_messages import Gain, Pause, Run, Seek, SetPoints, Stop, Trim
from legato.controller.link.protocol_names import ENDS, STATES, with_number
from legato.firmware import wire
from legato.firmware.ticks import ticks_add, ticks_diff
from legato.profiles.schedule import SetPoint
from legato.tools.conform.bench import STATUS_S, Bench, answered
from legato.tools.conform.broken import check
from legato.tools.conform.rule import rule

NEAR_MS = 20
"""Two ticks: a status reports the tick in which it was made."""

RATE_MOST = 100
"""The fastest rate of a TRIM, in 1/4096."""


def _check_ended(status: Status, ended: int) -> None:
    check(
        status.ended == ended,
        f"it reports its end as {with_number(ENDS, status.ended)}, not {with_number(ENDS, ended)}",
    )


@rule(6)
async def wrong_state(bench: Bench) -> None:
    """A request that makes no sense in the current state is answered NOT_NOW; its epoch does not count."""
    await bench.arm()
    await bench.wants(wire.NOT_NOW, Pause(1))
    await bench.wants(wire.NOT_NOW, Run(1, 10))
    await bench.wants(wire.NOT_NOW, Trim(0, 0, 0))
    status = await bench.fresh()
    check((status.state, status.epoch) == (wire.ARMED, 0), f"a refused request took effect: {status}")
    await bench.calm()
    for message in (Run(2, 0), Pause(2), Seek(2, 0), Gain(2, 50)):
        await bench.wants(wire.NOT_NOW, message)
    answered(wire.NOT_NOW, await bench.feed(SetPoints(0, 1000, ()), seq=0), "SETPOINTS in IDLE")


@rule(6)
async def always_welcome(bench: Bench) -> None:
    """STOP and HEARTBEAT are answered OK in every state, even IDLE."""
    await bench.arm()
    await bench.calm()
    await bench.wants(wire.OK, Stop(9))
    await bench.beat()


@rule(4)
async def repeated_epoch(bench: Bench) -> None:
    """A request with the epoch of the last one is a repetition: answered OK, without effect."""
    await bench.arm()
    await bench.wants(wire.OK, Gain(7, 90))
    await bench.wants(wire.OK, Gain(7, 10))
    await bench.wants(wire.OK, Seek(7, 5000))
    status = await bench.status(lambda s: s.gain <= 90, 2.0, "a gain of 90 %")
    await asyncio.sleep(0.3)
    status = await bench.fresh()
    stands = (status.gain, status.session_ms, status.epoch)
    check(stands == (90, 0, 7), f"gain, session ms and epoch are {stands}, not (90, 0, 7)")


@rule(6)
async def gain(bench: Bench) -> None:
    """While a plan plays, the gain moves by 20 % a second; above 100 % GAIN is answered OVER_LIMIT."""
    await bench.run(8000)
    await bench.wants(wire.OVER_LIMIT, Gain(bench.next_epoch(), 101))
    asked_ms = (await bench.wants(wire.OK, Gain(bench.next_epoch(), 60))).device_ms
    await bench.status(lambda s: s.gain == 60, 4.0, "a gain of 60 %")
    for status in bench.statuses():
        right = max(60.0, 100 - 0.02 * max(0, ticks_diff(status.device_ms, asked_ms)))
        check(abs(status.gain - right) <= 2, f"the gain is {status.gain} %, not {right:.0f} %: {status}")


@rule(6)
async def session_time(bench: Bench) -> None:
    """RUN starts session time from 0, at the rate of the device's clock."""
    await bench.run(3000)
    ran = await bench.state(wire.RUNNING, STATUS_S)
    check(ran.session_ms <= 200, f"session time begins at {ran.session_ms} ms, not at 0")
    now = await bench.status(lambda s: ticks_diff(s.device_ms, ran.device_ms) >= 800, 3.0, "0.8 s later")
    gone_ms = ticks_diff(now.device_ms, ran.device_ms)
    right = abs(now.session_ms - ran.session_ms - gone_ms) <= NEAR_MS
    check(right, f"session time advanced by {now.session_ms - ran.session_ms} ms in {gone_ms} ms")


@rule(6)
async def start_on_time(bench: Bench) -> None:
    """RUN with a device time starts at that time."""
    await bench.arm()
    await bench.plan(until_ms=3000)
    start_ms = ticks_add((await bench.beat()).device_ms, 500)
    await bench.wants(wire.OK, Run(bench.next_epoch(), 0, start_ms))
    status = await bench.state(wire.RUNNING, 3.0)
    right_ms = ticks_diff(status.device_ms, start_ms)
    check(abs(status.session_ms - right_ms) <= NEAR_MS, f"session ms is {status.session_ms}, not {right_ms}")


@rule(6)
async def start_anew(bench: Bench) -> None:
    """A TRIM in REFILL changes the time to start at."""
    await bench.arm()
    await bench.plan(until_ms=3000)
    now_ms = (await bench.beat()).device_ms
    await bench.wants(wire.OK, Run(bench.next_epoch(), 0, ticks_add(now_ms, 9000)))
    start_ms = ticks_add(now_ms, 500)
    await bench.wants(wire.NOT_NOW, Trim(10, start_ms, 0))
    await bench.wants(wire.OK, Trim(0, start_ms, 0))
    status = await bench.state(wire.RUNNING, 3.0)
    right_ms = ticks_diff(status.device_ms, start_ms)
    check(abs(status.session_ms - right_ms) <= NEAR_MS, f"session ms is {status.session_ms}, not {right_ms}")


@rule(6)
async def trim(bench: Bench) -> None:
    """TRIM moves session time by up to 200 ms, and makes it run faster or slower than the device's clock."""
    await bench.run(9000)
    ran = await bench.state(wire.RUNNING, STATUS_S)
    await bench.wants(wire.OVER_LIMIT, Trim(ran.session_ms + 400, ran.device_ms, 0))
    await bench.wants(wire.OVER_LIMIT, Trim(ran.session_ms, ran.device_ms, RATE_MOST + 1))
    await bench.wants(wire.OK, Trim(ran.session_ms + 100, ran.device_ms, RATE_MOST))
    now = await bench.status(lambda s: ticks_diff(s.device_ms, ran.device_ms) >= 2000, 4.0, "2 s later")
    gone_ms = ticks_diff(now.device_ms, ran.device_ms)
    right_ms = ran.session_ms + 100 + gone_ms + gone_ms * RATE_MOST // 4096
    check(abs(now.session_ms - right_ms) <= NEAR_MS, f"session ms is {now.session_ms}, not {right_ms}")


@rule(6)
async def pause_and_resume(bench: Bench) -> None:
    """PAUSE stops session time where it is; RUN continues from there, and from nowhere else."""
    await bench.run(5000)
    await asyncio.sleep(0.3)
    await bench.wants(wire.OK, Pause(bench.next_epoch()))
    paused = await bench.state(wire.PAUSED, STATUS_S)
    await asyncio.sleep(0.3)
    check((await bench.fresh()).session_ms == paused.session_ms, "session time advances while it is paused")
    await bench.wants(wire.NOT_NOW, Run(bench.next_epoch(), paused.session_ms + 10))
    await bench.wants(wire.OK, Run(bench.next_epoch(), paused.session_ms))
    ran = await bench.state(wire.RUNNING, STATUS_S)
    check(0 <= ran.session_ms - paused.session_ms <= 200, f"from {paused.session_ms} ms it goes to {ran.session_ms}")


@rule(6)
async def pause_ahead(bench: Bench) -> None:
    """PAUSE at a session time stops session time there."""
    await bench.run(5000)
    await bench.wants(wire.OK, Pause(bench.next_epoch(), 700))
    status = await bench.state(wire.PAUSED, 3.0)
    check(700 <= status.session_ms <= 710, f"it paused at {status.session_ms} ms, not at 700")


@rule(6)
async def seek(bench: Bench) -> None:
    """SEEK empties the queue and sets session time and watermark; the numbering of frames continues."""
    welcome = await bench.arm()
    await bench.plan(SetPoint(0, 0, 0.0, 0), until_ms=2000)
    await bench.wants(wire.OK, Seek(bench.next_epoch(), 90_000))
    status = await bench.fresh()
    stands = (status.session_ms, status.slack_ticks, status.free, status.expected)
    right = (90_000, 0, welcome.queue_slots, 1)
    check(stands == right, f"session ms, slack, free slots and expected number are {stands}, not {right}")


@rule(6)
async def stop(bench: Bench) -> None:
    """1 s after STOP the device is IDLE and reports STOPPED."""
    await bench.run(5000)
    asked_ms = (await bench.wants(wire.OK, Stop(bench.next_epoch()))).device_ms
    _check_ended(await bench.state(wire.STOPPING, STATUS_S), wire.ENDED_STOPPED)
    status = await bench.state(wire.IDLE, 3.0)
    _check_ended(status, wire.ENDED_STOPPED)
    took_ms = ticks_diff(status.device_ms, asked_ms)
    check(took_ms <= 1500, f"it took {took_ms} ms, not about 1000")


@rule(6)
async def completes(bench: Bench) -> None:
    """When session time reaches the end of the schedule, the device is IDLE and reports COMPLETED."""
    await bench.run(500, end=True)
    status = await bench.state(wire.IDLE, 3.0)
    _check_ended(status, wire.ENDED_COMPLETED)
    check(status.session_ms == 500, f"it ended at {status.session_ms} ms, not at 500")


async def _out_of(bench: Bench, state: int) -> Status:
    """The first STATUS since the mark with another state."""
    return await bench.status(lambda s: s.state != state, STATUS_S, f"a state that is not {STATES[state]}")


@rule(6)
async def told_at_once(bench: Bench) -> None:
    """A change of state is reported by a STATUS immediately, not with the next periodic one."""
    await bench.run(5000)
    for message, left in ((Pause(bench.next_epoch()), wire.RUNNING), (Stop(bench.next_epoch()), wire.PAUSED)):
        asked_ms = (await bench.wants(wire.OK, message)).device_ms
        late_ms = ticks_diff((await _out_of(bench, left)).device_ms, asked_ms)
        check(late_ms <= NEAR_MS, f"a new state was reported {late_ms} ms after {type(message).__name__}")
