"""What goes out first: a stop, before all that can fail at this end of one line, or of two."""

import asyncio
import io
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from legato.controller.errors import NoAnswer
from legato.controller.link.endpoint import Endpoint
from legato.controller.link.host_messages import EStop, Hello, Pause, Stop
from legato.controller.link.retransmission import INITIAL_S, PATIENCE_S
from legato.controller.link.traffic import Traffic
from legato.controller.ports.traffic_recorder import TrafficRecorder
from legato.controller.session import device_events
from legato.controller.session.events import Ended
from legato.firmware import wire
from legato.profiles.device import Device
from legato.profiles.schedule import Schedule, SetPoint
from tests.controller.legs import Legs, on_two_legs
from tests.host import SINGLE, Stage, perform, squeezes

ERRORS = [ValueError, OSError, RuntimeError]


def failing(error: type[Exception]) -> Callable[..., Any]:
    def fails(*_: Any, **__: Any) -> Any:
        raise error("injected")

    return fails


def kinds(data: bytes) -> list[int]:
    return [frame[0] for frame in wire.Decoder().feed(data)]


@pytest.mark.parametrize("message", [EStop(), Stop(1)])
def test_a_request_that_nobody_answers_does_not_keep_a_new_stop_from_the_line(message: Any) -> None:
    link = Endpoint(Traffic())
    link.request(Hello(), 0.0)
    link.output(0.0)
    link.state = link.state.GREETED
    seq, frame = link.urgent(message)
    assert kinds(frame) == [message.kind]
    link.sent(seq, message, frame, PATIENCE_S + 1.0)
    with pytest.raises(NoAnswer):
        link.output(PATIENCE_S + 1.0)


def test_a_request_that_nobody_answers_does_not_keep_a_new_pause_from_the_line() -> None:
    link = Endpoint(Traffic())
    link.request(Hello(), 0.0)
    link.output(0.0)
    link.state = link.state.ARMED
    link.request(Pause(1), PATIENCE_S + 1.0)
    assert kinds(link.output(PATIENCE_S + 1.0)) == [wire.PAUSE]


def test_a_stop_that_has_gone_out_goes_again_until_it_is_confirmed_and_not_before_it_is_late() -> None:
    link = Endpoint(Traffic())
    seq, frame = link.urgent(EStop())
    link.sent(seq, EStop(), frame, 0.0)
    assert (link.owes_stop, link.output(0.0)) == (True, b"")
    assert link.output(INITIAL_S) == frame


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize(
    "collaborator",
    [
        "_connection.endpoint.sent",
        "_connection.endpoint.output",
        "_connection.flush",
        "events.publish",
        "_playback._publish",
        "_playback.state._publish",
        "_playback.state._complete",
        "_playback.state.end",
        "_playback.state._settle_on",
        "_playback.state.on_cut_off",
        "_playback.state",
        "_playback",
    ],
)
def test_an_emergency_stop_is_on_the_line_whatever_fails_at_the_host(collaborator: str, error: type[Exception]) -> None:
    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE))
        await during.at(3_000)
        *way, last = collaborator.split(".")
        owner = here.session
        for step in way:
            owner = getattr(owner, step)
        kept = getattr(owner, last)
        setattr(owner, last, failing(error))
        with suppress(Exception):
            await here.session.emergency_stop()
        setattr(owner, last, kept)
        await here.until(lambda: here.device.core.state == wire.FAULTED, 0.1)
        await during.outcome()

    perform(SINGLE, act)


def test_an_emergency_stop_under_which_the_line_breaks_is_first_on_the_next() -> None:
    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE))
        await during.at(3_000)
        here.pipes[-1].unplug()
        await here.session.emergency_stop()
        await here.until(lambda: here.device.core.state == wire.FAULTED)
        assert len(here.pipes) == 2
        await during.outcome()

    perform(SINGLE, act)


@pytest.mark.parametrize("error", ERRORS)
def test_a_session_whose_books_fail_on_the_way_out_still_vents_its_device(error: type[Exception]) -> None:
    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE))
        await during.at(3_000)
        during.task.cancel()
        playback: Any = here.session._playback
        playback._publish = playback.state._publish = failing(error)
        stages.append(here)

    stages: list[Any] = []
    with suppress(ExceptionGroup):
        perform(SINGLE, act)
    assert stages[0].felt_mmhg() <= 8.0


def test_telemetry_that_cannot_be_told_ends_no_massage(monkeypatch: pytest.MonkeyPatch) -> None:
    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE))
        await here.until_told("Started")
        monkeypatch.setattr(device_events, "telemetry", failing(MemoryError))
        assert (await during.outcome()).kind == "completed"

    perform(SINGLE, act)


def test_a_tape_that_fails_in_whatever_way_stops_the_recording_and_nothing_else() -> None:
    file = io.StringIO()
    tape = TrafficRecorder(file, lambda: 0.0, {})
    file.close()
    tape.put(b"x", is_ours=True)
    assert isinstance(tape.error, ValueError)


# A pair is two lines.


def held(device: Device) -> Schedule:
    low = [c.index for c in device.channels if c.actuator.from_cm < 20]
    return Schedule("held", device, tuple(SetPoint(500, channel, 30.0, 20_000) for channel in low), 120_000)


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("what", ["cut_off", "record_cut_off", "events.publish"])
def test_of_a_pair_the_other_gets_its_emergency_stop_whatever_fails_at_one(
    number: int, what: str, error: type[Exception]
) -> None:
    async def act(here: Legs) -> None:
        task = asyncio.create_task(here.pair.play(held(here.pair.device)))
        await here.at(5_000)
        *way, last = what.split(".")
        owner: Any = here.pair._sessions[number]
        for step in way:
            owner = getattr(owner, step)
        kept = getattr(owner, last)
        setattr(owner, last, failing(error))
        with suppress(error):
            await here.pair.emergency_stop()
        setattr(owner, last, kept)
        await here.until(lambda: here.states()[1 - number] == wire.FAULTED, 0.2)
        task.cancel()

    on_two_legs(act)


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("number", [0, 1])
def test_of_a_pair_the_other_is_stopped_softly_whatever_fails_at_one(number: int, error: type[Exception]) -> None:
    async def act(here: Legs) -> None:
        task = asyncio.create_task(here.pair.play(held(here.pair.device)))
        await here.at(5_000)
        session: Any = here.pair._sessions[number]
        kept, session.release = session.release, failing(error)
        with pytest.raises(error):
            await here.pair.stop()
        session.release = kept
        await here.until(lambda: here.states()[1 - number] == wire.STOPPING, 0.2)
        task.cancel()

    on_two_legs(act)


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("number", [0, 1])
def test_leaving_a_pair_vents_both_also_where_the_stop_of_one_fails(number: int, error: type[Exception]) -> None:
    async def act(here: Legs) -> None:
        playing = asyncio.create_task(here.pair.play(held(here.pair.device)))
        await here.at(5_000)
        session: Any = here.pair._sessions[number]
        session.release = failing(error)
        playing.add_done_callback(lambda done: done.cancelled() or done.exception())

    left = on_two_legs(act)
    assert left.felt_mmhg() <= 8.0


def test_both_devices_of_a_pair_have_their_frame_before_anything_is_told() -> None:
    ledger: list[str] = []

    async def act(here: Legs) -> None:
        task = asyncio.create_task(here.pair.play(held(here.pair.device)))
        await here.at(5_000)
        for name, pipe in zip(("left", "right"), here.pipes, strict=True):

            def write(data: bytes, name: str = name, write: Any = pipe.write) -> None:
                if wire.ESTOP in kinds(b"\0" + data):
                    ledger.append(name)
                write(data)

            pipe.write = write  # type: ignore[method-assign]
        for session in here.pair._sessions:
            publish = session.events.publish

            def told(event: Any, publish: Any = publish) -> None:
                ledger.append(type(event).__name__)
                publish(event)

            session.events.publish = told  # type: ignore[method-assign]
        await here.pair.emergency_stop()
        await task

    left = on_two_legs(act)
    assert ledger[:2] == ["left", "right"]
    assert left.count(Ended) == 1
