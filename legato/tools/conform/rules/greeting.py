"""Sections 3 and 5: which device it is, and what it can do."""

from legato.controller.link.device_messages import DescriptionPart
from legato.controller.link.host_messages import GetDescription
from legato.firmware import wire
from legato.profiles import canonical
from legato.tools.conform.bench import Bench
from legato.tools.conform.broken import Broken, check
from legato.tools.conform.probe import ANSWER_S, Heard
from legato.tools.conform.rule import rule

LEAST_SLOTS = 16
MOST_CHANNELS = 37
PART_BYTES = 128


async def part(bench: Bench, offset: int, session: int = 0) -> bytes:
    """The part of the description that starts at `offset`."""
    message = GetDescription(offset)
    bench.say(message.kind, message.pack(), session=session)

    def picks(heard: Heard) -> bytes | None:
        found = heard.message
        return found.data if isinstance(found, DescriptionPart) and found.offset == offset else None

    return await bench.probe.until(picks, ANSWER_S, f"DESCRIPTION from {offset} on")


async def description(bench: Bench) -> bytes:
    """The complete description as sent on the wire; raises Broken if its length differs from that announced."""
    length = (await bench.hello())[0].description_len
    data = b""
    while len(data) < length:
        more = await part(bench, len(data))
        right = min(PART_BYTES, length - len(data))
        check(len(more) == right, f"the part from {len(data)} on has {len(more)} bytes, not {right}, of {length}")
        data += more
    return data


@rule(5)
async def welcome(bench: Bench) -> None:
    """HELLO is answered by WELCOME with the same number, and with the same content until power-off."""
    first, _ = await bench.hello()
    again, _ = await bench.hello()
    check(first.tick_ms == 10, f"the tick is {first.tick_ms} ms, not 10")
    check(first.queue_slots >= LEAST_SLOTS, f"it has {first.queue_slots} queue slots, not at least {LEAST_SLOTS}")
    check(0 < first.channels <= MOST_CHANNELS, f"it has {first.channels} channels, not 1 to {MOST_CHANNELS}")
    check(first == again, f"asked twice, it says {first} and {again}")


@rule(5)
async def description_parts(bench: Bench) -> None:
    """The description comes in parts of 128 bytes from any offset, fewer at its end, none beyond it."""
    data = await description(bench)
    check(await part(bench, 1) == data[1:129], "a part from an odd offset is not the same text")
    check(await part(bench, len(data)) == b"", "there is something at the end of the description")
    check(await part(bench, 0xFFFF) == b"", "there is something beyond the end of the description")


@rule(5)
async def description_hash(bench: Bench) -> None:
    """The description is valid, its hash is the one in WELCOME, and so is its number of channels."""
    found, _ = await bench.hello()
    try:
        device = canonical.from_wire(await description(bench))
    except canonical.BadDescription as bad:
        raise Broken(str(bad)) from bad
    right = canonical.description_hash(device)
    check(found.description_hash == right, f"the hash is {found.description_hash.hex()}, not {right.hex()}")
    check(found.channels == len(device.channels), f"it has {found.channels} channels, not {len(device.channels)}")


@rule(3)
async def malformed(bench: Bench) -> None:
    """A request of the wrong length is answered MALFORMED and has no effect."""
    await bench.arm()
    for kind, payload in ((wire.HELLO, b"\1\1\1"), (wire.GAIN, b"\1"), (wire.HEARTBEAT, b"\0")):
        reply = await bench.ask(kind, payload)
        check(reply.code == wire.MALFORMED, f"message 0x{kind:02x} with {len(payload)} bytes is answered {reply.code}")
    status = await bench.fresh()
    check(status.epoch == 0, f"the epoch of a malformed request was accepted: it is {status.epoch}, not 0")


@rule(3)
async def unknown_kind(bench: Bench) -> None:
    """A kind that does not exist is answered UNKNOWN."""
    await bench.arm()
    code = (await bench.ask(0x7F)).code
    check(code == wire.UNKNOWN, f"message 0x7f is answered {code}, not {wire.UNKNOWN}")
