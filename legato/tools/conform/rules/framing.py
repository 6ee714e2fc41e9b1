"""Section 1, line and frames: valid frames are answered, anything else is dropped and counted."""

import asyncio
from random import Random
from typing import Final

from legato.controller.link.device_messages import Reply
from legato.controller.link.host_messages import Gain, Hello
from legato.firmware import wire
from legato.tools.conform.bench import Bench
from legato.tools.conform.broken import check
from legato.tools.conform.rule import rule

_JUNK_BYTES: Final = 4000
_PAUSE_S: Final = 0.002


async def _ignores(bench: Bench, junk: bytes, bad: int) -> None:
    """The device must not answer `junk`, must count `bad` bad frames, and must not change its state."""
    before = await bench.fresh()
    bench.probe.mark()
    bench.probe.write(junk)
    after = await bench.fresh()
    answers = [h.message for h in bench.probe.since_mark() if isinstance(h.message, Reply)]
    check(all(a.kind == wire.HEARTBEAT for a in answers), f"it answers bytes that are not a frame: {answers}")
    counted = after.bad_frames - before.bad_frames
    check(counted == bad, f"it counts {counted} bad frames, not {bad}")
    check((after.state, after.epoch, after.gain) == (wire.ARMED, before.epoch, before.gain), f"it took effect: {after}")


@rule(1)
async def byte_by_byte(bench: Bench) -> None:
    """A frame is understood however its bytes arrive, even one at a time."""
    await bench.arm()
    seq = bench.probe.next_seq()
    bench.probe.mark()
    for byte in wire.encode(wire.HEARTBEAT, seq, bench.session):
        bench.probe.write(bytes((byte,)))
        await asyncio.sleep(_PAUSE_S)
    await bench.replied(wire.HEARTBEAT, seq)


@rule(1)
async def bad_crc(bench: Bench) -> None:
    """A frame that fails its CRC is dropped, counted, and has no effect."""
    await bench.arm()
    frame = bytearray(wire.encode(wire.GAIN, bench.probe.next_seq(), bench.session, Gain(1, 50).pack()))
    frame[-2] ^= 0x55 if frame[-2] != 0x55 else 0xAA
    await _ignores(bench, bytes(frame), bad=1)


@rule(1)
async def cut_short(bench: Bench) -> None:
    """A frame whose end is missing is dropped and counted; the next one is understood."""
    await bench.arm()
    frame = wire.encode(wire.GAIN, bench.probe.next_seq(), bench.session, Gain(1, 50).pack())
    await _ignores(bench, frame[:8] + b"\0", bad=1)


@rule(1)
async def too_long(bench: Bench) -> None:
    """More bytes without a zero than the longest frame are dropped and counted once; the next frame is understood."""
    await bench.arm()
    await _ignores(bench, b"\x01" * 400 + b"\0", bad=1)


@rule(1)
async def empty_frames(bench: Bench) -> None:
    """Consecutive zeros are ignored, and not counted."""
    await bench.arm()
    await _ignores(bench, bytes(20), bad=0)


@rule(1)
async def echo(bench: Bench) -> None:
    """Messages that only devices send are ignored without a reply."""
    await bench.arm()
    said = [wire.encode(kind, 1, bench.session, bytes(13)) for kind in (wire.WELCOME, wire.REPLY, wire.STATUS, 0xFF)]
    await _ignores(bench, b"".join(said), bad=0)


@rule(1)
async def junk_flood(bench: Bench) -> None:
    """A flood of junk neither stops nor restarts the device, and does not affect the session."""
    welcome = await bench.arm()
    before = await bench.fresh()
    rng = Random(1)  # noqa: S311 - the same junk for every device
    for _ in range(_JUNK_BYTES // 100):
        bench.probe.write(rng.randbytes(100))
        await asyncio.sleep(100 * 10 / 115_200)
    bench.probe.write(b"\0")
    bench.probe.mark()
    bench.probe.write(wire.encode(wire.HELLO, 0, 0, Hello().pack()))
    after = await bench.fresh()
    check(after.state == wire.ARMED, f"the status of the session that was armed before is {after}")
    check(after.bad_frames > before.bad_frames, "it counted no bad frames in a flood of junk")
    check((await bench.hello())[0].boot_id == welcome.boot_id, "it has restarted")
