"""The emergency stop of a fleet: on every line at once, at the worst moments, and until a person takes it back."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from legato.firmware import wire
from legato.service.devices.bridge import Start
from legato.service.devices.errors import NotNow
from legato.service.devices.state import Doing, StateTold

Live = Callable[..., Any]


async def latched(house: Any, which: str = "boots") -> None:
    """Until the device itself holds the emergency stop, and the service says so."""
    await house.until(lambda: house.sockets[which].device.core.state == wire.FAULTED)
    state = await house.until_doing(Doing.ESTOP, which)
    assert (house.problem_of(state), bool(state.problem.advice)) == ("emergency_stop", True)


def test_an_emergency_stop_is_on_every_line_before_its_caller_waits_for_anything(live: Live) -> None:
    async def act(house: Any) -> None:
        await house.begin("boots")
        await house.played_to(3_000, "boots")
        await house.until_doing(Doing.IDLE, "wraps")
        stopping = house.fleet.emergency_stop()
        written: dict[str, list[bytes]] = {name: [] for name in house.sockets}
        for name, socket in house.sockets.items():
            pipe = socket.pipes[-1]
            write = pipe.write
            pipe.write = lambda data, log=written[name], write=write: (log.append(data), write(data))[1]
        stopping.send(None)
        kinds = {n: [f[0] for d in w for f in wire.Decoder().feed(b"\0" + d)] for n, w in written.items()}
        assert kinds == {"boots": [wire.ESTOP], "wraps": [wire.ESTOP]}
        stopping.close()
        await latched(house, "boots")
        await latched(house, "wraps")

    left = live(act, "boots", "wraps")
    assert left.state("boots").last.kind == "emergency_stopped"


def test_an_emergency_stop_has_been_confirmed_when_it_returns_and_is_cleared_by_a_person(live: Live) -> None:
    async def act(house: Any) -> None:
        await house.begin()
        await house.played_to(3_000)
        (answer,) = await house.fleet.emergency_stop("boots")
        assert house.sockets["boots"].device.core.state == wire.FAULTED
        assert (answer.stop.confirmed, answer.stop.text) == (True, "everything is off and all vents are open")
        assert answer.stop.pressure_mmhg > 0.0
        assert house.state().stop is None, "it is told to whoever has asked, and no part of the state"
        await latched(house)
        assert (await house.fleet.clear_fault("boots")).doing is Doing.IDLE
        await house.begin()

    live(act)


def test_an_emergency_stop_while_a_routine_is_compiled_means_that_it_never_starts(live: Live) -> None:
    async def act(house: Any) -> None:
        house.desk.takes_s = 5.0
        starting = asyncio.create_task(house.begin())
        await house.until_doing(Doing.STARTING)
        await house.fleet.emergency_stop()
        await latched(house)
        with pytest.raises(NotNow, match="stopped before it began"):
            await starting
        assert house.state().doing is Doing.ESTOP

    assert live(act).desk.begun_with == []


def test_a_stop_while_a_routine_is_compiled_means_that_it_never_starts(live: Live) -> None:
    async def act(house: Any) -> None:
        house.desk.takes_s = 5.0
        starting = asyncio.create_task(house.begin())
        await house.until_doing(Doing.STARTING)
        await house.fleet.stop("boots")
        with pytest.raises(NotNow, match="stopped before it began"):
            await starting
        assert house.state().doing is Doing.IDLE

    assert live(act).desk.begun_with == []


def test_an_emergency_stop_for_a_device_that_is_away_is_the_first_thing_it_gets_when_it_is_back(live: Live) -> None:
    async def act(house: Any) -> None:
        await house.begin()
        await house.played_to(3_000)
        house.sockets["boots"].unplug()
        await house.until_doing(Doing.OFFLINE)
        (answer,) = await house.fleet.emergency_stop()
        assert (answer.stop.confirmed, answer.stop.pressure_mmhg) == (False, None)
        assert answer.stop.text.startswith("not stopped: ")
        assert "Switch the device off" in answer.stop.text
        assert "as soon as it is back" in answer.stop.text
        assert house.problem_of(house.state()) == "stop_owed"
        await asyncio.sleep(30.0)
        assert (house.state().doing, house.state().last.kind) == (Doing.OFFLINE, "link_lost")
        house.sockets["boots"].plug()
        await latched(house)
        await house.fleet.clear_fault("boots")
        await house.begin()

    live(act)


def test_an_emergency_stop_that_waits_for_a_device_can_be_taken_back(live: Live) -> None:
    async def act(house: Any) -> None:
        await house.until_doing(Doing.IDLE)
        house.sockets["boots"].unplug()
        await house.until_doing(Doing.OFFLINE)
        await house.fleet.emergency_stop("boots")
        cleared = await house.fleet.clear_fault("boots")
        assert (house.problem_of(cleared), cleared.stop_withdrawn_at is None) == ("link_lost", False)
        house.sockets["boots"].plug()
        back = await house.until_doing(Doing.IDLE)
        assert (back.problem, back.stop_withdrawn_at) == (None, cleared.stop_withdrawn_at), "told for good"
        assert house.sockets["boots"].device.core.state == wire.IDLE

    live(act)


async def in_a_fault(house: Any) -> Any:
    """The boots, once their sensor is said to have failed."""
    await house.until_doing(Doing.IDLE)
    device = house.sockets["boots"].device
    device.core._fail(wire.FAULT_SENSOR, 0, 0, 0, device.now_ms)
    await house.until_doing(Doing.FAULT)
    return device


def test_an_emergency_stop_at_a_fault_keeps_the_fault_and_the_device_safe(live: Live) -> None:
    async def act(house: Any) -> None:
        device = await in_a_fault(house)
        await house.fleet.emergency_stop()
        assert device.core.state == wire.FAULTED
        await house.fleet.clear_fault("boots")
        assert (await house.until_doing(Doing.IDLE)).problem is None

    live(act)


def test_a_stop_that_a_device_does_not_confirm_is_never_told_as_done(live: Live) -> None:
    async def act(house: Any) -> None:
        await house.until_doing(Doing.IDLE, "wraps")
        await house.begin("boots")
        await house.played_to(3_000, "boots")
        # It still talks, and nothing reaches it any more.
        house.sockets["boots"].pipes[-1].write = lambda _: None
        boots, wraps = await house.fleet.emergency_stop()
        assert (boots.stop.confirmed, wraps.stop.confirmed) == (False, True)
        assert boots.stop.text.startswith("not stopped: it does not answer. Switch the device off")

    live(act, "boots", "wraps")


def test_a_device_in_a_fault_has_not_confirmed_a_stop_that_it_has_not_heard(live: Live) -> None:
    async def act(house: Any) -> None:
        await in_a_fault(house)
        pipe = house.sockets["boots"].pipes[-1]
        write, pipe.write = pipe.write, lambda _: None
        (answer,) = await house.fleet.emergency_stop()
        assert (answer.stop.confirmed, house.problem_of(answer)) == (False, "sensor")
        pipe.write = write
        (answer,) = await house.fleet.emergency_stop()
        assert answer.stop.confirmed

    live(act)


def test_a_soft_stop_right_after_a_start_is_not_confirmed_by_what_the_device_told_before_it(live: Live) -> None:
    async def act(house: Any) -> None:
        starting = asyncio.create_task(house.begin())
        await house.until(lambda: bool(house.desk.begun_with))
        pipe = house.sockets["boots"].pipes[-1]
        held: list[bytes] = []
        # What goes out is slow; what the device tells meanwhile, at rest as it is, was sent before the stop.
        write, pipe.write = pipe.write, held.append
        stopping = asyncio.create_task(house.fleet.stop("boots"))
        await asyncio.sleep(1.5)
        assert not stopping.done()
        for data in held:
            write(data)
        pipe.write = write
        assert (await stopping).stop.confirmed
        assert house.sockets["boots"].device.core.state in (wire.STOPPING, wire.IDLE)
        with pytest.raises(NotNow, match="did not begin"):
            await starting

    live(act)


def test_a_soft_stop_says_what_it_has_reached_and_what_the_device_still_holds(live: Live) -> None:
    async def act(house: Any) -> None:
        await house.until_doing(Doing.IDLE, "wraps")
        house.sockets["wraps"].unplug()
        await house.until_doing(Doing.OFFLINE, "wraps")
        await house.begin("boots")
        await house.played_to(6_000, "boots")
        boots, wraps = await house.fleet.stop_all()
        assert (boots.stop.confirmed, boots.stop.text, wraps.stop.confirmed) == (True, "stopped", False)
        assert "there is no such port. Switch the device off" in wraps.stop.text
        await house.until_doing(Doing.IDLE, "boots")
        assert (await house.fleet.stop("boots")).stop.pressure_mmhg <= 8.0

    live(act, "boots", "wraps")


def test_asking_again_for_an_emergency_stop_is_no_news(live: Live) -> None:
    async def act(house: Any) -> None:
        house.sockets["boots"].unplug()
        await house.until_doing(Doing.OFFLINE)
        for _ in range(3):
            await house.fleet.emergency_stop()
        asleep = [news for news in house.told if news.type == "happened" and news.name == "emergency_stop"]
        assert len(asleep) == 1

    live(act)


def deafen(device: Any) -> None:
    """From now on it takes everything but an emergency stop."""
    feed = device.feed

    def taken(data: bytes) -> None:
        if all(kind != wire.ESTOP for kind, *_ in wire.Decoder().feed(b"\0" + data)):
            feed(data)

    device.feed = taken


def told(house: Any, since: int = 0) -> list[tuple[Doing, str]]:
    """What clients were told that the boots do, and what is wrong with them."""
    states = [news.state for news in house.told[since:] if isinstance(news, StateTold)]
    return [(state.doing, house.problem_of(state)) for state in states]


def test_a_device_that_comes_back_deaf_is_told_as_not_stopped_all_the_while(live: Live) -> None:
    async def act(house: Any) -> None:
        await house.until_doing(Doing.IDLE)
        house.sockets["boots"].unplug()
        await house.until_doing(Doing.OFFLINE)
        await house.fleet.emergency_stop()
        before = len(house.told)
        deafen(house.sockets["boots"].device)
        house.sockets["boots"].plug()
        await asyncio.sleep(30.0)
        assert set(told(house, before)) == {(Doing.IDLE, "stop_owed"), (Doing.OFFLINE, "stop_owed")}
        await house.until_doing(Doing.IDLE)
        with pytest.raises(NotNow, match="has not confirmed the emergency stop"):
            await house.fleet.start("boots", Start(routine="squeezes"))
        (answer,) = await house.fleet.emergency_stop()
        assert (answer.stop.confirmed, house.problem_of(answer)) == (False, "stop_owed")

    live(act)


@pytest.mark.parametrize("is_playing", [True, False])
def test_a_device_that_does_not_hear_the_stop_is_told_as_not_stopped_from_the_first_moment(
    live: Live, is_playing: bool
) -> None:
    async def act(house: Any) -> None:
        await house.until_doing(Doing.IDLE)
        if is_playing:
            await house.begin()
            await house.played_to(3_000)
        before = len(house.told)
        deafen(house.sockets["boots"].device)
        await house.fleet.emergency_stop()
        await asyncio.sleep(30.0)
        assert {problem for _, problem in told(house, before)} == {"stop_owed"}

    live(act)


def test_a_device_that_comes_back_and_hears_the_stop_is_never_told_as_well_before_a_person_clears_it(
    live: Live,
) -> None:
    async def act(house: Any) -> None:
        await house.until_doing(Doing.IDLE)
        house.sockets["boots"].unplug()
        await house.until_doing(Doing.OFFLINE)
        await house.fleet.emergency_stop()
        before = len(house.told)
        house.sockets["boots"].plug()
        await latched(house)
        assert "" not in {problem for _, problem in told(house, before)}
        assert house.state().stop_withdrawn_at is None
        state = await house.fleet.clear_fault("boots")
        assert (state.doing, state.problem, state.stop_withdrawn_at) == (Doing.IDLE, None, None)

    live(act)
