"""Firmware that is wrong about states, time, air, faults, and what it tells of them."""

from functools import partial
from typing import Any

from legato.firmware import wire
from legato.firmware.core import Core
from legato.firmware.request_handler import Request
from legato.firmware.session import FULL_SHARE
from legato.firmware.ticks import MASK, ticks_add
from tests.contract.tampering import Call, first, wrap


def refuses_stop_in_idle(core: Core) -> None:
    session = core._session
    wrap(session, "stop", lambda stop: lambda *args: stop(*args) if session.is_live else wire.NOT_NOW)


def forgets_epochs(core: Core) -> None:
    wrap(core._session.clock, "renew", lambda _: lambda _epoch: True)


def jumps_to_a_gain(core: Core) -> None:
    clock = core._session.clock
    wrap(clock, "slew_gain", lambda _: lambda *_: setattr(clock, "gain", clock._goal))


def runs_at_half_speed(core: Core) -> None:
    wrap(core._session.clock, "session_ms", lambda at: lambda now_ms: at(now_ms) // 2)


def starts_at_once(core: Core) -> None:
    wrap(core._session, "run", lambda run: lambda epoch, at, _start, now: run(epoch, at, wire.NOW, now))


def begins_when_it_was_told_first(core: Core) -> None:
    session = core._session
    wrap(session, "trim", lambda trim: lambda *args: wire.NOT_NOW if session.state == wire.REFILL else trim(*args))


def keeps_its_own_pace(core: Core) -> None:
    clock = core._session.clock

    def change(trim: Call) -> Call:
        def trimmed(*args: int) -> bool:
            moved = bool(trim(*args))
            clock._rate = 0
            return moved

        return trimmed

    wrap(clock, "trim", change)


def pauses_at_once(core: Core) -> None:
    wrap(core._session, "pause", lambda pause: lambda epoch, _at, now: pause(epoch, wire.NOW, now))


def goes_on_in_a_pause(core: Core) -> None:
    session = core._session

    def change(stand: Call) -> Call:
        def stood(at_ms: int, now_ms: int) -> None:
            stand(at_ms, now_ms)
            session.clock.run_from(at_ms, now_ms)

        return stood

    wrap(session, "_stand", change)


def keeps_the_queue_on_seek(core: Core) -> None:
    stream = core._session.stream
    wrap(stream, "seek", lambda _: lambda at_ms: setattr(stream, "watermark_ms", at_ms))


def releases_slowly(core: Core) -> None:
    wrap(core._session, "_release", lambda release: lambda ended, ms, now: release(ended, 2 * ms, now))


def ends_with_another_word(core: Core) -> None:
    wrap(core._session, "_end", lambda end: lambda _ended, now: end(wire.ENDED_STOPPED, now))


def waits_for_the_beat(core: Core) -> None:
    wrap(core, "_send_reports", first(lambda _: setattr(core, "_sent_state", core._session.state)))


# Telling.


def has_a_fast_clock(core: Core) -> None:
    wrap(core._link, "send_reply", lambda reply: lambda *args: reply(*args[:-1], args[-1] * 11 // 10 & MASK))


def tells_every_tick(core: Core) -> None:
    wrap(core, "_send_reports", first(lambda now_ms: setattr(core, "_sent_ms", ticks_add(now_ms, -1000))))


def skips_numbers(core: Core) -> None:
    link = core._link

    def change(status: Call) -> Call:
        def told(*args: Any) -> None:
            status(*args)
            link._status_seq += link._status_seq % 3 == 0

        return told

    wrap(link, "send_status", change)


def tells_no_slack(core: Core) -> None:
    wrap(core._session, "slack_ms", lambda _: lambda _now: 0)


# Air and safety.


def runs_unfilled(core: Core) -> None:
    wrap(core._hardware.air, "is_filled", lambda _: lambda: True)


def does_not_slew(core: Core) -> None:
    def change(chamber: Any, control: Call) -> Call:
        def controlled(*args: int) -> None:
            control(*args)
            chamber.command = chamber._goal

        return controlled

    for chamber in core._hardware.air.chambers:
        wrap(chamber, "control", partial(change, chamber))


def presses_on(after: str, core: Core) -> None:
    """Nothing is let out `after` a change of the session's state."""

    def change(proper: Call) -> Call:
        def changed(*args: int) -> Any:
            answer = proper(*args)
            core._session.share = FULL_SHARE
            return answer

        return changed

    wrap(core._session, after, change)


def waits_for_ever(core: Core) -> None:
    wrap(core._session, "_starve", lambda _: core._session.clock.run_from)


def waits_for_nothing(core: Core) -> None:
    def starve(_at_ms: int, now_ms: int) -> None:
        core._session._release(wire.ENDED_FAULT, 1000, now_ms)

    wrap(core._session, "_starve", lambda _: starve)


def is_impatient(core: Core) -> None:
    wrap(core._session, "hear", lambda hear: lambda now_ms: hear(ticks_add(now_ms, -700)))


def never_minds_silence(core: Core) -> None:
    wrap(core._session, "advance", first(lambda now_ms, *_: core._session.hear(now_ms)))


def hears_life_in_everything(core: Core) -> None:
    wrap(core._requests, "handle", first(lambda *args: core._session.hear(args[-1])))


def changes_its_mind(core: Core) -> None:
    session = core._session

    def change(hear: Call) -> Call:
        def heard(now_ms: int) -> None:
            hear(now_ms)
            if session.state == wire.STOPPING:
                session.state = wire.RUNNING

        return heard

    wrap(session, "hear", change)


def stops_at_the_next_tick(core: Core) -> None:
    waiting: list[tuple[int, ...]] = []
    fail: Call = core._fail

    def change(tick: Call) -> Call:
        def ticked(now_ms: int) -> None:
            while waiting:
                fail(*waiting.pop()[:-1], now_ms)
            tick(now_ms)

        return ticked

    wrap(core, "_fail", lambda _: lambda *args: waiting.append(args))
    wrap(core, "tick", change)


def stops_sessions_only(core: Core) -> None:
    wrap(core, "_fail", lambda fail: lambda *args: core._session.is_live and fail(*args))


def tells_a_fault_once(core: Core) -> None:
    wrap(core._link, "send_fault", first(lambda latch, _session: latch.see(latch.number)))


def clears_any_number(core: Core) -> None:
    layout, clear = core._requests._open[wire.CLEAR]

    def cleared(request: Request) -> Any:
        request.fields = (core._latch.number,)
        return clear(request)

    core._requests._open[wire.CLEAR] = (layout, cleared)


def keeps_the_last_cause(core: Core) -> None:
    wrap(core, "_fail", first(lambda *_: core._latch.clear()))


def clears_under_pressure(core: Core) -> None:
    wrap(core._hardware, "is_vented", lambda _: lambda: True)
