"""Stops of a pair of devices, which depend on nothing: not on each other, the books, the pair or the line."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest

from legato.firmware import wire
from legato.service.devices.errors import NotNow
from legato.service.devices.state import Doing
from tests.service.devices.pairs import SIDES, Paired, cores, plays
from tests.service.devices.test_stops_depend_on_nothing import broken


def test_an_emergency_stop_is_on_both_lines_before_its_caller_waits_for_anything(paired: Paired) -> None:
    async def act(house: Any) -> None:
        await plays(house)
        written: list[tuple[str, int]] = []
        for side in SIDES:
            pipe = house.sockets[side].pipes[-1]

            def write(data: bytes, side: str = side, write: Any = pipe.write) -> None:
                written.extend((side, kind) for kind, *_ in wire.Decoder().feed(b"\0" + data))
                write(data)

            pipe.write = write
        stopping = asyncio.ensure_future(house.fleet.emergency_stop("both"))
        await asyncio.sleep(0)
        assert written[:2] == [("left", wire.ESTOP), ("right", wire.ESTOP)]
        (answer,) = await stopping
        assert (answer.stop.confirmed, answer.stop.text) == (True, "everything is off and all vents are open")
        assert cores(house) == [wire.FAULTED] * 2
        state = await house.until_doing(Doing.ESTOP, "both")
        assert (state.last.kind, house.problem_of(state)) == ("emergency_stopped", "emergency_stop")
        assert (await house.fleet.clear_fault("both")).doing is Doing.IDLE
        await plays(house)

    paired(act)


@pytest.mark.parametrize("lost", SIDES)
@pytest.mark.parametrize("is_playing", [True, False])
def test_an_emergency_stop_reaches_the_one_that_is_there_at_once_and_the_other_first_of_all(
    paired: Paired, is_playing: bool, lost: str
) -> None:
    alive = SIDES[1 - SIDES.index(lost)]

    async def act(house: Any) -> None:
        await house.until_doing(Doing.IDLE, "both")
        if is_playing:
            await plays(house)
        house.sockets[lost].unplug()
        await house.until_doing(Doing.OFFLINE, "both")
        await asyncio.sleep(5.0 if is_playing else 200.0)
        stopping = asyncio.create_task(house.fleet.emergency_stop("both"))
        await house.until(lambda: house.sockets[alive].device.core.state == wire.FAULTED, patience_s=0.1)
        (answer,) = await stopping
        assert not answer.stop.confirmed
        assert answer.stop.text.startswith("not stopped: ")
        assert lost in answer.stop.text
        assert "Switch the device off" in answer.stop.text
        assert house.problem_of(house.state("both")) == "stop_owed"
        await asyncio.sleep(20.0)
        house.sockets[lost].plug()
        await house.until(lambda: cores(house) == [wire.FAULTED] * 2)
        state = await house.until_doing(Doing.ESTOP, "both")
        assert house.problem_of(state) == "emergency_stop"
        await house.fleet.clear_fault("both")
        await house.until(lambda: cores(house) == [wire.IDLE] * 2)
        await plays(house)

    paired(act)


@pytest.mark.parametrize("lost", SIDES)
def test_a_soft_stop_reaches_the_one_that_is_there_and_never_tells_the_other_as_stopped(
    paired: Paired, lost: str
) -> None:
    async def act(house: Any) -> None:
        await plays(house)
        house.sockets[lost].unplug()
        await house.until_doing(Doing.OFFLINE, "both")
        before = len(house.doings("both"))
        answer = await house.fleet.stop("both")
        assert (answer.stop.confirmed, f"boot-6-{lost}: " in answer.stop.text) == (False, True)
        await house.until(lambda: cores(house)[1 - SIDES.index(lost)] == wire.IDLE)
        await house.until(lambda: house.state("both").last is not None)
        assert house.state("both").last.kind == "link_lost"
        assert len(house.doings("both")) == before, "it is offline all the while"

    paired(act)


@pytest.mark.parametrize("silent", SIDES)
@pytest.mark.parametrize(("stop", "state"), [("emergency_stop", wire.FAULTED), ("stop", wire.IDLE)])
def test_one_that_does_not_answer_is_named_and_keeps_the_other_from_no_stop(
    paired: Paired, stop: str, state: int, silent: str
) -> None:
    async def act(house: Any) -> None:
        await plays(house)
        # It still talks, and nothing reaches it any more.
        house.sockets[silent].pipes[-1].write = lambda _: None
        answer = await getattr(house.fleet, stop)("both")
        (told,) = answer if isinstance(answer, list) else [answer]
        assert not told.stop.confirmed
        assert told.stop.text.startswith(f"not stopped: /dev/{silent} does not answer. Switch the device off")
        await house.until(lambda: cores(house)[1 - SIDES.index(silent)] == state)

    paired(act)


@pytest.mark.parametrize("breaks", SIDES)
@pytest.mark.parametrize(("stop", "state"), [("emergency_stop", wire.FAULTED), ("stop", wire.IDLE)])
def test_a_line_that_breaks_under_a_stop_keeps_the_other_from_nothing(
    paired: Paired, stop: str, state: int, breaks: str
) -> None:
    async def act(house: Any) -> None:
        await plays(house)

        def fails(_: bytes) -> None:
            raise RuntimeError("a mistake of ours")

        house.sockets[breaks].pipes[-1].write = fails
        await getattr(house.fleet, stop)("both")
        await house.until(lambda: cores(house)[1 - SIDES.index(breaks)] == state)

    paired(act)


@pytest.mark.parametrize(("stop", "state"), [("emergency_stop", wire.FAULTED), ("stop_all", wire.IDLE)])
@pytest.mark.parametrize(
    "bookkeeper",
    [
        "standing.emergency",
        "standing.stopping",
        "standing.take",
        "standing.there",
        "standing._publish",
        "_session.events.publish",
        "_session.emergency_stop",
        "_session.stop",
        "_connections._take",
        "_desk.ended",
    ],
)
def test_a_stop_reaches_both_whatever_fails_in_the_books_or_in_the_pair(
    paired: Paired, bookkeeper: str, stop: str, state: int
) -> None:
    async def act(house: Any) -> None:
        await plays(house)
        broken(house.fleet._units["both"], bookkeeper, [], ValueError)
        with suppress(ValueError):
            await getattr(house.fleet, stop)()
        await house.until(lambda: cores(house) == [state] * 2, patience_s=10.0)

    paired(act)


def test_a_stop_while_a_routine_is_compiled_means_that_neither_starts(paired: Paired) -> None:
    async def act(house: Any) -> None:
        house.desk.takes_s = 5.0
        starting = asyncio.create_task(house.begin("both"))
        await house.until_doing(Doing.STARTING, "both")
        await house.fleet.stop("both")
        with pytest.raises(NotNow, match="stopped before it began"):
            await starting
        assert cores(house) == [wire.IDLE] * 2

    paired(act)
