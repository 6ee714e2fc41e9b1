"""Sections 6 and 7: pressure, at a level that is harmless."""

from itertools import pairwise

from legato.controller.link.host_messages import Pause, Stop
from legato.controller.link.protocol_names import STATES
from legato.firmware import wire
from legato.firmware.ticks import ticks_diff
from legato.tools.conform.bench import LOW_MMHG, Bench
from legato.tools.conform.broken import check
from legato.tools.conform.rule import rule

NEAR_MMHG = 4.0
"""The 3 mmHg of section 7, plus the error of a sensor."""

RISE_MMHG_S = 40.0


@rule(7)
async def holds(bench: Bench) -> None:
    """A chamber reaches the commanded pressure, within 3 mmHg, before session time runs, and stays there."""
    channel = await bench.hold()
    bench.probe.mark()
    await bench.status(lambda s: s.session_ms >= 1000, 5.0, "1 s of session time")
    for status in bench.statuses():
        measured = status.measured[channel]
        is_near = measured is not None and abs(measured - LOW_MMHG) <= NEAR_MMHG
        check(is_near, f"it measures {measured} mmHg at a command of {LOW_MMHG:g} mmHg")


@rule(7)
async def slew(bench: Bench) -> None:
    """A command rises at most 40 mmHg/s, whatever the plan says."""
    channel = await bench.hold()
    rising = [(s.device_ms, s.commanded[channel]) for s in bench.statuses()]
    for (from_ms, low), (to_ms, high) in pairwise(rising):
        most = RISE_MMHG_S * (ticks_diff(to_ms, from_ms) + 10) / 1000 + 0.5
        check(high - low <= most, f"the command rose from {low:g} to {high:g} mmHg in {ticks_diff(to_ms, from_ms)} ms")


async def _checks_vented(bench: Bench, channel: int, state: int, asked_ms: int) -> None:
    """It commands 0 from its first STATUS with `state` on, and the air is out 3 s after the request."""
    status = await bench.state(state, 1.0)
    check(status.commanded[channel] == 0, f"{STATES[state]}, it commands {status.commanded[channel]:g} mmHg, not 0")
    empty = await bench.vented(channel)
    took_ms = ticks_diff(empty.device_ms, asked_ms)
    check(took_ms <= 3000, f"it took {took_ms} ms to vent to 8 mmHg, not at most 3000")


@rule(6)
async def pause_vents(bench: Bench) -> None:
    """PAUSE commands 0 immediately, and vents to 8 mmHg within 3 s."""
    channel = await bench.hold()
    asked_ms = (await bench.wants(wire.OK, Pause(bench.next_epoch()))).device_ms
    await _checks_vented(bench, channel, wire.PAUSED, asked_ms)


@rule(6)
async def stop_vents(bench: Bench) -> None:
    """STOP commands 0 immediately, and vents to 8 mmHg within 3 s."""
    channel = await bench.hold()
    asked_ms = (await bench.wants(wire.OK, Stop(bench.next_epoch()))).device_ms
    await _checks_vented(bench, channel, wire.STOPPING, asked_ms)
