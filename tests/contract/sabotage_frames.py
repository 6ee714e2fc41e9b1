"""Firmware that is wrong about frames, greetings, arming and the stream of set-points."""

from collections.abc import Callable
from typing import Any

from legato.firmware import wire
from legato.firmware.core import Core
from legato.firmware.request_handler import Request
from tests.contract.tampering import Call, first, wrap


def decoding(after: Callable[[Core, bytes], None]) -> Callable[[Core], None]:
    """A firmware that does something wrong after each read."""

    def sabotage(core: Core) -> None:
        def change(feed: Call) -> Call:
            def fed(data: bytes) -> Any:
                frames = feed(data)
                after(core, data)
                return frames

            return fed

        wrap(core._link.decoder, "feed", change)

    return sabotage


# Framing.


def forgets_halves(core: Core, _data: bytes) -> None:
    core._link.decoder._held = b""


def counts_nothing(core: Core, _data: bytes) -> None:
    core._link.decoder.bad = 0


def never_recovers(core: Core, data: bytes) -> None:
    core._link.decoder._skipping = core._link.decoder._skipping or len(data) > wire.MAX_FRAME


def counts_empty_frames(core: Core, data: bytes) -> None:
    core._link.decoder.bad += data.count(b"\0\0")


def gives_up_in_a_flood(core: Core, _data: bytes) -> None:
    if core._link.decoder.bad > 5:
        core._session.state = wire.IDLE


def trusts_every_frame(core: Core) -> None:
    def feed(data: bytes) -> list[tuple[int, int, int, bytes]]:
        bodies = [body for part in data.split(b"\0") if (body := wire.unstuff(part))]
        return [(b[0], b[1], int.from_bytes(b[2:4], "little"), b[4:-4]) for b in bodies]

    wrap(core._link.decoder, "feed", lambda _: feed)


def answers_an_echo(core: Core) -> None:
    def change(take: Call) -> Call:
        return lambda kind, seq, *rest: take(0x7F if kind >= 0x80 else kind, seq, *rest)

    wrap(core._requests, "handle", change)


# Greeting and arming.


def has_few_slots(core: Core) -> None:
    core._link._config.queue_slots = 8


def gives_whole_parts_only(core: Core) -> None:
    wrap(core._link, "send_description", lambda tell: lambda seq, session, offset: tell(seq, session, offset & ~127))


def has_another_hash(core: Core) -> None:
    core._link._config.desc_hash = bytes(8)


def begins_anew_on_a_repeated_arm(core: Core) -> None:
    session = core._session

    def arm(number: int, _boot: int, _nonce: int, now_ms: int) -> int:
        session._begin(number, now_ms)
        session.state = wire.ARMED
        return wire.OK

    def change(proper: Call) -> Call:
        return lambda number, *rest: (arm if number == session.clock.session else proper)(number, *rest)

    wrap(session, "arm", change)


def arms_twice(core: Core) -> None:
    wrap(core._session, "arm", first(lambda *_: setattr(core._session, "state", wire.IDLE)))


def takes_any_boot(core: Core) -> None:
    wrap(core._session, "arm", lambda arm: lambda s, _boot, nonce, now: arm(s, core._session.boot_id, nonce, now))


def takes_any_nonce(core: Core) -> None:
    wrap(core._session, "arm", lambda arm: lambda s, boot, _nonce, now: arm(s, boot, core._session.nonce, now))


def takes_any_session(core: Core) -> None:
    def change(take: Call) -> Call:
        def taken(kind: int, seq: int, session: int, *rest: Any) -> None:
            is_bound = kind in core._requests._bound or kind == wire.SETPOINTS
            take(kind, seq, core._session.clock.session if is_bound else session, *rest)

        return taken

    wrap(core._requests, "handle", change)


def greets_its_own_host_only(core: Core) -> None:
    def change(asked: Call) -> Call:
        def answer(request: Request) -> Any:
            is_foreign = request.session not in (0, core._session.clock.session)
            return wire.WRONG_SESSION if is_foreign and request.kind == wire.HELLO else asked(request)

        return answer

    wrap(core._requests, "_answer", change)


# The stream.


def before_each_frame(prepare: Callable[[Core, int], None]) -> Callable[[Core], None]:
    """A firmware whose stream is not as it should be when a frame comes."""

    return lambda core: wrap(core._session.stream, "accept", first(lambda seq, *_: prepare(core, seq)))


def takes_any_number(core: Core, seq: int) -> None:
    core._session.stream.expected = seq


def takes_the_last_again(core: Core, seq: int) -> None:
    if seq == core._session.stream.expected - 1:
        core._session.stream.expected = seq


def skips_zero(core: Core, seq: int) -> None:
    if seq == 255:
        core._session.stream.expected = 1


def forgets_the_watermark(core: Core, _seq: int) -> None:
    core._session.stream.watermark_ms = core._session.stream._last_ms = 0


def forgets_the_end(core: Core, _seq: int) -> None:
    core._session.stream.ended = False


def has_no_caps(core: Core) -> None:
    for channel in core._session.stream._channels:
        wrap(channel, "allows", lambda _: lambda _target: True)


def has_no_horizon(core: Core) -> None:
    wrap(core._session.stream, "accept", lambda accept: lambda seq, rows, at: accept(seq, rows, at + 60_000))
