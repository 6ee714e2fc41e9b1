"""The emergency stop of a fleet: on every line at once, at the worst moments, and until a person takes it back."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from controller.service.errors import NotNow
from controller.service.state import Doing
from firmware import wire

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
        await house.fleet.emergency_stop("boots")
        assert house.sockets["boots"].device.core.state == wire.FAULTED
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
        await house.fleet.emergency_stop()
        assert house.problem_of(house.state()) == "emergency_stop"
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
        await house.fleet.clear_fault("boots")
        house.sockets["boots"].plug()
        await house.until_doing(Doing.IDLE)
        assert house.sockets["boots"].device.core.state == wire.IDLE

    live(act)


def test_an_emergency_stop_at_a_fault_keeps_the_fault_and_the_device_safe(live: Live) -> None:
    async def act(house: Any) -> None:
        await house.until_doing(Doing.IDLE)
        device = house.sockets["boots"].device
        device.core._fail(wire.FAULT_SENSOR, 0, 0, 0, device.now_ms)
        await house.until_doing(Doing.FAULT)
        await house.fleet.emergency_stop()
        assert device.core.state == wire.FAULTED
        await house.fleet.clear_fault("boots")
        assert (await house.until_doing(Doing.IDLE)).problem is None

    live(act)
