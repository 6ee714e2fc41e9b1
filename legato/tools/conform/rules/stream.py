"""Sections 3 and 4: the stream of set-points: numbered, complete, and within its limits."""

from legato.controller.link.device_messages import Reply
from legato.controller.link.host_messages import Seek, SetPoints
from legato.firmware import wire
from legato.profiles.schedule import SetPoint
from legato.tools.conform.bench import Bench, answered
from legato.tools.conform.broken import check
from legato.tools.conform.rule import rule

ROWS_A_FRAME = 30
FRAMES_A_CIRCLE = 260
HOUR_MS = 3_600_000


def _nothing(count: int, when_ms: int = 0) -> tuple[SetPoint, ...]:
    """Rows that command 0."""
    return (SetPoint(when_ms, 0, 0.0, 0),) * count


async def _refused(bench: Bench, code: int, frame: SetPoints) -> None:
    """The frame must be refused as a whole: no slot is taken and its number is not used up."""
    before = await bench.beat()
    reply = answered(code, await bench.feed(frame), "SETPOINTS")
    _check_unmoved(before, reply)


def _check_unmoved(before: Reply, after: Reply) -> None:
    check(after.free == before.free, f"{after.free} slots are free after it, not {before.free}")
    check(after.expected == before.expected, f"it expects frame {after.expected} next, not {before.expected}")


@rule(3)
async def duplicates(bench: Bench) -> None:
    """A set-point frame that is sent twice is answered OK twice and queued once."""
    await bench.arm()
    frame = SetPoints(0, 0, _nothing(3))
    first = answered(wire.OK, await bench.feed(frame), "SETPOINTS")
    again = answered(wire.OK, await bench.feed(frame, seq=0), "its duplicate")
    _check_unmoved(first, again)


@rule(3)
async def reordering(bench: Bench) -> None:
    """A set-point frame before its turn is answered OUT_OF_ORDER with the number expected, and accepted later."""
    await bench.arm()
    late, early = SetPoints(0, 1000, _nothing(1)), SetPoints(1000, 2000, ())
    before = await bench.beat()
    _check_unmoved(before, answered(wire.OUT_OF_ORDER, await bench.feed(early, seq=1), "frame 1 before frame 0"))
    answered(wire.OK, await bench.feed(late, seq=0), "frame 0")
    reply = answered(wire.OK, await bench.feed(early, seq=1), "frame 1 after frame 0")
    check(reply.expected == 2, f"it expects frame {reply.expected} next, not 2")


@rule(3)
async def numbers_go_round(bench: Bench) -> None:
    """After set-point frame 255 comes frame 0."""
    await bench.arm()
    for number in range(FRAMES_A_CIRCLE):
        frame = SetPoints(number * 10, number * 10 + 10, ())
        reply = answered(wire.OK, await bench.feed(frame), f"frame {number}")
        check(reply.expected == (number + 1) & 0xFF, f"after frame {number & 0xFF} it expects {reply.expected}")


@rule(4)
async def queue_limit(bench: Bench) -> None:
    """The queue accepts as many rows as it has free slots; a frame with more is refused as a whole with QUEUE_FULL."""
    await bench.arm()
    free = (await bench.beat()).free
    while free > ROWS_A_FRAME:
        reply = answered(wire.OK, await bench.feed(SetPoints(0, 0, _nothing(ROWS_A_FRAME))), "a frame that fits")
        check(reply.free == free - ROWS_A_FRAME, f"{reply.free} slots are free, not {free - ROWS_A_FRAME}")
        free = reply.free
    await _refused(bench, wire.QUEUE_FULL, SetPoints(0, 0, _nothing(free + 1)))
    answered(wire.OK, await bench.feed(SetPoints(0, 0, _nothing(free))), "a frame that just fits")
    await _refused(bench, wire.QUEUE_FULL, SetPoints(0, 0, _nothing(1)))


@rule(4)
async def over_limit(bench: Bench) -> None:
    """A target beyond its channel's cap is answered OVER_LIMIT, and the whole frame is refused."""
    chamber = bench.chamber
    await bench.arm()
    over = SetPoint(0, chamber.channel, chamber.cap_mmhg + 0.5, 1000)
    await _refused(bench, wire.OVER_LIMIT, SetPoints(0, 1000, (*_nothing(1), over)))


@rule(4)
async def too_far_ahead(bench: Bench) -> None:
    """A frame more than 10.5 s ahead of session time is answered TOO_FAR_AHEAD."""
    await bench.arm()
    await _refused(bench, wire.TOO_FAR_AHEAD, SetPoints(0, 10_510, ()))
    await _refused(bench, wire.TOO_FAR_AHEAD, SetPoints(0, 1000, (SetPoint(10_510, 0, 0.0, 0),)))
    answered(wire.OK, await bench.feed(SetPoints(0, 10_500, ())), "a frame 10.5 s ahead")


@rule(4)
async def too_late(bench: Bench) -> None:
    """A row before the watermark, or a watermark that goes back, is answered TOO_LATE."""
    await bench.arm()
    await bench.plan(until_ms=5000)
    await _refused(bench, wire.TOO_LATE, SetPoints(4990, 6000, (SetPoint(4990, 0, 0.0, 0),)))
    await _refused(bench, wire.TOO_LATE, SetPoints(0, 4990, ()))


@rule(4)
async def malformed_rows(bench: Bench) -> None:
    """A row for a channel that does not exist, with too long a ramp, cut off, or like no earlier one, is MALFORMED."""
    welcome = await bench.arm()
    await _refused(bench, wire.MALFORMED, SetPoints(0, 1000, (SetPoint(0, welcome.channels, 0.0, 0),)))
    await _refused(bench, wire.MALFORMED, SetPoints(0, 1000, (SetPoint(0, 0, 0.0, 655_360),)))
    before = await bench.beat()
    head = SetPoints(0, 1000, ()).pack()
    for what, row in (("a row cut off", bytes(3)), ("a first row like none", wire.pack_like(0, 0))):
        _check_unmoved(before, answered(wire.MALFORMED, await bench.ask(wire.SETPOINTS, head + row, seq=0), what))


@rule(4)
async def long_session(bench: Bench) -> None:
    """The base of a frame has the low 16 bits of its ticks, and means the time nearest to the watermark."""
    await bench.arm()
    await bench.wants(wire.OK, Seek(bench.next_epoch(), HOUR_MS))
    frame = SetPoints(HOUR_MS, HOUR_MS + 2000, _nothing(1, HOUR_MS))
    answered(wire.OK, await bench.feed(frame), "a frame an hour on")
    slack = (await bench.fresh()).slack_ticks
    check(slack == 200, f"the plan lasts for {slack} ticks, not 200")


@rule(4)
async def after_the_end(bench: Bench) -> None:
    """Once the end of the schedule has been announced, set-points are answered NOT_NOW."""
    await bench.arm()
    await bench.plan(until_ms=1000, end=True)
    await _refused(bench, wire.NOT_NOW, SetPoints(1000, 2000, ()))
