"""Sections 4 and 6: what opens a session, and what must not."""

from legato.controller.link.device_messages import Welcome
from legato.controller.link.host_messages import Arm, Gain, Pause, Request, Run, Seek, SetPoints, Stop
from legato.firmware import wire
from legato.tools.conform.bench import Bench, answered
from legato.tools.conform.broken import check
from legato.tools.conform.rule import rule
from legato.tools.conform.rules.greeting import part

BOUND: tuple[Request | SetPoints, ...] = (
    Run(1, 0),
    Pause(1),
    Seek(1, 0),
    Gain(1, 50),
    Stop(1),
    SetPoints(0, 100, ()),
)
"""One of each message that must carry the current session id."""


async def _refused(bench: Bench, code: int, arm: Arm, session: int) -> None:
    """ARM must be answered with `code`, and leave the device in IDLE with the same nonce."""
    await bench.wants(code, arm, session=session)
    found, _ = await bench.hello()
    check(found.state == wire.IDLE, f"a refused ARM led to state {found.state}, not IDLE (0)")


def _arm(welcome: Welcome) -> Arm:
    return Arm(welcome.boot_id, welcome.nonce)


@rule(6)
async def arm(bench: Bench) -> None:
    """ARM opens a session at 0 with full gain and uses up the nonce; a repeated one is answered OK, without effect."""
    welcome = await bench.arm()
    status = await bench.fresh()
    stands = (status.state, status.session_ms, status.gain, status.epoch, status.expected, status.ended)
    check(stands == (wire.ARMED, 0, 100, 0, 0, wire.ENDED_NOT), f"after ARM its status is {status}")
    check(status.free == welcome.queue_slots, f"{status.free} slots are free, not all {welcome.queue_slots}")
    check(status.nonce != welcome.nonce, "the nonce is not used up")
    await bench.plan(until_ms=100)
    await bench.wants(wire.OK, _arm(welcome))
    check((await bench.fresh()).expected == 1, "a repeated ARM has restarted the session")


@rule(6)
async def one_session_at_a_time(bench: Bench) -> None:
    """ARM of another session while one is in progress is answered NOT_NOW."""
    welcome = await bench.arm()
    fresh = Arm(welcome.boot_id, (await bench.fresh()).nonce)
    await bench.wants(wire.NOT_NOW, fresh, session=bench.other_session(bench.session))
    await bench.beat()


@rule(6)
async def stale_boot(bench: Bench) -> None:
    """ARM for another power-on of the device is answered WRONG_BOOT."""
    welcome, last = await bench.hello()
    stale = Arm(welcome.boot_id ^ 1, welcome.nonce)
    await _refused(bench, wire.WRONG_BOOT, stale, bench.other_session(last))


@rule(6)
async def stale_nonce(bench: Bench) -> None:
    """ARM with a nonce that an earlier session used up is answered WRONG_NONCE."""
    used = await bench.arm()
    await bench.calm()
    await _refused(bench, wire.WRONG_NONCE, _arm(used), bench.other_session(bench.session))


@rule(6)
async def session_zero(bench: Bench) -> None:
    """ARM of session 0 is answered MALFORMED."""
    welcome, _ = await bench.hello()
    await _refused(bench, wire.MALFORMED, _arm(welcome), 0)


@rule(4)
async def stale_session(bench: Bench) -> None:
    """A message of another session is answered WRONG_SESSION, and nothing else happens."""
    await bench.arm()
    stale = bench.other_session(bench.session)
    for message in BOUND:
        reply = await bench.ask(message.kind, message.pack(), session=stale, seq=0)
        answered(wire.WRONG_SESSION, reply, type(message).__name__)
    status = await bench.fresh()
    stands = (status.state, status.epoch, status.expected, status.slack_ticks)
    check(stands == (wire.ARMED, 0, 0, 0), f"a message of another session took effect: {status}")


@rule(4)
async def any_session(bench: Bench) -> None:
    """HELLO and GET_DESCRIPTION are answered whatever their session field contains."""
    await bench.arm()
    foreign = bench.other_session(bench.session)
    await bench.hello(foreign)
    await part(bench, 0, foreign)
