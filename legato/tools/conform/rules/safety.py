"""Sections 8 and 9: late set-points, silence, stops, and faults that stay latched until cleared."""

import asyncio
from typing import Final

from legato.controller.link.device_messages import FaultMessage, Status
from legato.controller.link.host_messages import Arm, Clear, EStop, FaultSeen, Hello, Run, SetPoints
from legato.controller.link.protocol_names import STATES, with_number
from legato.firmware import wire
from legato.firmware.ticks import ticks_diff
from legato.tools.conform.bench import HEARTBEAT_S, STATUS_S, Bench, answered
from legato.tools.conform.broken import check
from legato.tools.conform.probe import Heard
from legato.tools.conform.rule import rule

LATE_MS: Final = 100
"""A device that is a little late, on a busy computer, passes; one that is early does not."""


def _check_between(what: str, took_ms: int, low_ms: int, high_ms: int) -> None:
    check(low_ms <= took_ms <= high_ms, f"{what} after {took_ms} ms, not {low_ms} to {high_ms}")


async def _fault(bench: Bench) -> FaultMessage:
    """The next FAULT."""

    def picks(heard: Heard) -> FaultMessage | None:
        return heard.message if isinstance(heard.message, FaultMessage) else None

    return await bench.probe.until(picks, 5.0, "FAULT")


async def _stopped(bench: Bench) -> FaultMessage:
    """Sends ESTOP with session 0; returns the FAULT that follows."""
    await bench.wants(wire.OK, EStop(), session=0)
    return await _fault(bench)


async def _at_watermark(bench: Bench, until_ms: int) -> int:
    """Plays a plan up to `until_ms` without an end mark; returns the device time (ms) at which it runs out."""
    await bench.run(until_ms)
    status = await bench.state(wire.RUNNING, STATUS_S)
    await bench.status(lambda s: s.session_ms >= until_ms, 5.0, "a plan that has run out")
    return status.device_ms + until_ms - status.session_ms


@rule(8)
async def under_run(bench: Bench) -> None:
    """When set-points run out, session time is held for 1 s, then comes a release of 1 s, then the fault UNDERRUN."""
    over_ms = await _at_watermark(bench, 600)
    released = await bench.state(wire.STOPPING, 3.0)
    _check_between("the release begins", ticks_diff(released.device_ms, over_ms), 980, 1000 + LATE_MS)
    check(released.session_ms == 600, f"session time advanced to {released.session_ms} ms, beyond the plan at 600")
    latched = await bench.state(wire.FAULTED, 3.0)
    _check_between("the fault comes", ticks_diff(latched.device_ms, released.device_ms), 0, 1000 + LATE_MS)
    code = (await _fault(bench)).code
    check(code == wire.FAULT_UNDERRUN, f"the fault is {code}, not UNDERRUN (9)")


@rule(8)
async def under_run_mended(bench: Bench) -> None:
    """A frame that comes within 1 s of an under-run is played as if nothing had happened."""
    await _at_watermark(bench, 600)
    answered(wire.OK, await bench.feed(SetPoints(600, 5000, ())), "a late frame")
    status = await bench.status(lambda s: s.session_ms >= 1200, 3.0, "session time that continues")
    check(status.state == wire.RUNNING, f"it is in state {status.state}, not RUNNING (3)")


async def _fallen_silent(bench: Bench) -> int:
    """Sends one last frame; returns its device time (ms)."""
    bench.is_beating = False
    return (await bench.beat()).device_ms


def _check_let_go(status: Status, since_ms: int) -> None:
    _check_between("everything is off", ticks_diff(status.device_ms, since_ms), 0, 2000 + LATE_MS)
    check(not any(status.commanded), f"something is still commanded: {status.commanded}")
    check(status.ended == wire.ENDED_HOST_SILENT, f"it ended {status.ended}, not HOST_SILENT (4)")


@rule(8)
async def silence(bench: Bench) -> None:
    """After 1.5 s of silence the device releases, by 2.0 s all is off and it vents; a new ARM is needed."""
    channel = await bench.hold()
    since_ms = await _fallen_silent(bench)
    released = await bench.state(wire.STOPPING, 3.0)
    _check_between("the release begins", ticks_diff(released.device_ms, since_ms), 1490, 1500 + LATE_MS)
    idle = await bench.state(wire.IDLE, 3.0)
    _check_let_go(idle, since_ms)
    state = (await bench.vented(channel)).state
    check(state == wire.IDLE, f"it vents only in state {with_number(STATES, state)}, not IDLE (0)")
    await bench.wants(wire.NOT_NOW, Run(bench.next_epoch(), idle.session_ms))


@rule(8)
async def short_silence(bench: Bench) -> None:
    """A silence of 1 s has no effect."""
    await bench.run(8000)
    await _fallen_silent(bench)
    await asyncio.sleep(1.0)
    status = await bench.fresh()
    check(status.state == wire.RUNNING, f"after 1 s of silence it is in state {status.state}, not RUNNING (3)")


@rule(8)
async def foreign_life(bench: Bench) -> None:
    """A frame of another session, or with a bad CRC, is not a sign of life."""
    await bench.run(8000)
    foreign = wire.encode(wire.HEARTBEAT, 0, bench.other_session(bench.session))
    spoilt = wire.encode(wire.HEARTBEAT, 0, bench.session)[:-4] + b"\1\1\1\0"
    since_ms = await _fallen_silent(bench)
    for _ in range(8):
        bench.probe.write(foreign + spoilt + wire.encode(wire.HELLO, 0, 0, Hello().pack()))
        await asyncio.sleep(HEARTBEAT_S)
    _check_let_go(await bench.state(wire.IDLE, 3.0), since_ms)


@rule(8)
async def silence_is_final(bench: Bench) -> None:
    """A frame that arrives after the release has begun does not stop it."""
    await bench.run(8000)
    since_ms = await _fallen_silent(bench)
    await bench.state(wire.STOPPING, 3.0)
    await bench.beat()
    _check_let_go(await bench.state(wire.IDLE, 3.0), since_ms)


@rule(6)
async def estop_at_once(bench: Bench) -> None:
    """ESTOP acts when it is decoded, not at the next tick: everything is off, and the pressure falls."""
    channel = await bench.hold()
    reply = await bench.wants(wire.OK, EStop(), session=0)
    fault = await _fault(bench)
    late_ms = ticks_diff(fault.device_ms, reply.device_ms)
    check(late_ms <= 0, f"the fault came {late_ms} ms after the frame was handled")
    check((fault.code, fault.channel) == (wire.FAULT_ESTOP, None), f"the fault is {fault.code}, not ESTOP (1)")
    status = await bench.state(wire.FAULTED, STATUS_S)
    check(not any(status.commanded), f"something is still commanded: {status.commanded}")
    await bench.vented(channel)


@rule(6)
async def estop_always(bench: Bench) -> None:
    """ESTOP is obeyed even in IDLE, and with any session id."""
    await bench.wants(wire.OK, EStop(), session=bench.other_session(bench.session))
    fault = await _fault(bench)
    check(fault.code == wire.FAULT_ESTOP, f"the fault is {fault.code}, not ESTOP (1)")


@rule(9)
async def fault_repeated(bench: Bench) -> None:
    """FAULT is repeated every 250 ms until FAULT_SEEN."""
    fault = await _stopped(bench)
    await asyncio.sleep(1.1)
    times = [h.at_s for h in bench.probe.since_mark() if isinstance(h.message, FaultMessage)]
    check(4 <= len(times) <= 6, f"it sent the fault {len(times)} times in 1.1 s, not 5")
    bench.say(wire.FAULT_SEEN, FaultSeen(fault.number).pack(), session=0)
    await bench.fresh()
    bench.probe.mark()
    await asyncio.sleep(0.6)
    again = [h for h in bench.probe.since_mark() if isinstance(h.message, FaultMessage)]
    check(not again, f"it sent the fault {len(again)} times after FAULT_SEEN")


@rule(9)
async def latched(bench: Bench) -> None:
    """A fault stays latched until CLEAR with its number: until then ARM, or CLEAR with another, is answered NOT_NOW."""
    fault = await _stopped(bench)
    welcome, last = await bench.hello()
    check(welcome.state == wire.FAULTED, f"it is in state {welcome.state}, not FAULTED (6)")
    fresh = Arm(welcome.boot_id, welcome.nonce)
    await bench.wants(wire.NOT_NOW, fresh, session=bench.other_session(last))
    await bench.wants(wire.NOT_NOW, Clear(fault.number ^ 1), session=0)
    await bench.wants(wire.OK, Clear(fault.number), session=0)
    await bench.wants(wire.OK, Clear(fault.number), session=0)
    state = (await bench.hello())[0].state
    check(state == wire.IDLE, f"after CLEAR it is in state {state}, not IDLE (0)")


@rule(9)
async def first_cause(bench: Bench) -> None:
    """Only the first cause is kept; the next fault after CLEAR has the next number."""
    first = await _stopped(bench)
    again = await _stopped(bench)
    check(again == first, f"a second stop while faulted changed the fault: {again}, not {first}")
    await bench.wants(wire.OK, Clear(first.number), session=0)
    number = (await _stopped(bench)).number
    check(number == first.number % 255 + 1, f"fault {first.number} is followed by {number}")


@rule(6)
async def no_clear_under_pressure(bench: Bench) -> None:
    """CLEAR is answered NOT_NOW while a chamber is above 8 mmHg."""
    await bench.hold()
    fault = await _stopped(bench)
    await bench.wants(wire.NOT_NOW, Clear(fault.number), session=0)
