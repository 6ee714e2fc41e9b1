"""A pair of devices is a device: it starts, stops, goes and comes as one, and a stop reaches whichever is there."""

import asyncio
from typing import Any

import pytest

from legato.controller.errors import NotLegato
from legato.firmware import wire
from legato.profiles.anatomy import Zone
from legato.profiles.load import device as load_device
from legato.profiles.schedule import Cue
from legato.service.devices.bridge import Start
from legato.service.devices.errors import NotNow, Offline
from legato.service.devices.state import Doing, Happened, ReadingsTold
from legato.sim.device import SimDevice
from legato.sim.pipes import discard
from tests.service.devices.pairs import SIDES, Paired, away, cores, felt, kneads, plays

# What is asked of it.


def test_it_is_one_device_of_both_legs_from_the_start_to_the_diary(paired: Paired) -> None:
    async def act(house: Any) -> None:
        await plays(house, person="anna")
        assert cores(house) == [wire.RUNNING] * 2
        readings = house.fleet.readings("both")
        names = [channel.name for channel in house.state("both").about.channels]
        pressed = {name for name, mmhg in zip(names, readings.measured, strict=True) if mmhg > 10}
        assert pressed == {"left_calf", "right_calf"}
        await house.until_doing(Doing.IDLE, "both")

    left = paired(act)
    state = left.state("both")
    assert left.doings("both")[-3:] == [Doing.STARTING, Doing.RUNNING, Doing.IDLE]
    assert (state.last.kind, state.sessions, state.port) == ("completed", 1, "/dev/left + /dev/right")
    assert state.about.name == "boot-6-left_boot-6-right"
    assert [(part.port, part.is_there) for part in state.parts] == [("/dev/left", False), ("/dev/right", False)]
    ((run, ending, device, dose),) = left.desk.kept
    assert (run.person, ending.kind, device, dose.is_whole) == ("anna", "completed", state.about.name, True)


def test_pause_resume_intensity_skip_and_stop_are_for_both(paired: Paired) -> None:
    async def act(house: Any) -> None:
        fleet = house.fleet
        await plays(house, intensity=60)
        assert (await fleet.pause("both")).doing is Doing.PAUSED
        assert cores(house) == [wire.PAUSED] * 2
        assert (await fleet.skip("both")).run.session_ms == 20_000
        await fleet.resume("both")
        await house.played_to(21_000, "both")
        assert (await fleet.set_intensity("both", 40)).run.intensity == 40
        answer = await fleet.stop("both")
        assert (answer.stop.confirmed, answer.stop.text) == (True, "stopped")
        assert set(cores(house)) <= {wire.STOPPING, wire.IDLE}
        assert (await house.until_doing(Doing.IDLE, "both")).last.kind == "stopped"

    paired(act)


def test_a_question_is_asked_once_and_answered_for_both(paired: Paired) -> None:
    async def act(house: Any) -> None:
        house.desk.make = lambda device: kneads(device, (Cue(8_000, "Comfortable?", True, 60.0),))
        await house.begin("both")
        state = await house.until_doing(Doing.WAITING, "both")
        assert (state.run.cue.say, state.run.cue.id) == ("Comfortable?", 1)
        await house.fleet.answer("both", 1)
        await house.played_to(9_000, "both")
        assert cores(house) == [wire.RUNNING] * 2

    paired(act)


def test_a_cap_of_a_zone_is_one_of_both_legs(paired: Paired) -> None:
    async def act(house: Any) -> None:
        await house.until_doing(Doing.IDLE, "both")
        assert (await house.fleet.cap_zone("both", Zone.CALF, 20.0)).caps_mmhg == {"calf": 20.0}
        await plays(house)
        assert house.desk.wishes[-1].caps_mmhg == {"calf": 20.0}

    paired(act)


def test_the_end_of_the_service_vents_both_and_keeps_the_diary(paired: Paired) -> None:
    async def act(house: Any) -> None:
        await plays(house)
        assert felt(house) > 10

    left = paired(act)
    assert cores(left) == [wire.IDLE] * 2
    assert felt(left) <= 8.0
    assert [ending.kind for _, ending, _, _ in left.desk.kept] == ["stopped"]


# One that goes and comes.


@pytest.mark.parametrize("lost", SIDES)
def test_one_that_is_lost_pauses_the_other_and_both_go_on_when_a_person_says_so(paired: Paired, lost: str) -> None:
    other = 1 - SIDES.index(lost)

    async def act(house: Any) -> None:
        await plays(house)
        house.sockets[lost].unplug()
        state = await house.until_doing(Doing.OFFLINE, "both")
        assert (house.problem_of(state), state.problem.cause.startswith(f"boot-6-{lost}: ")) == ("link_lost", True)
        await house.until(lambda: cores(house)[other] == wire.PAUSED)
        assert away(house) == [side == lost for side in SIDES]
        assert house.state("both").doing is Doing.OFFLINE
        with pytest.raises(Offline, match=f"boot-6-{lost}"):
            await house.fleet.resume("both")
        # Of the one that is away nothing is known any more.
        await house.until(lambda: house.fleet.readings("both") is not None)
        channels = house.state("both").about.channels
        measured = zip(channels, house.fleet.readings("both").measured, strict=True)
        assert {channel.side for channel, value in measured if value is None} == {lost}
        house.sockets[lost].plug()
        found = await house.until_doing(Doing.FOUND, "both")
        assert (found.problem, away(house)) == (None, [False, False])
        await house.fleet.resume("both")
        assert (await house.until_doing(Doing.IDLE, "both")).last.kind == "completed"

    paired(act)


def test_both_that_are_lost_are_found_again_only_together(paired: Paired) -> None:
    async def act(house: Any) -> None:
        await plays(house)
        for side in SIDES:
            house.sockets[side].unplug()
        await house.until(lambda: away(house) == [True, True])
        assert all(f"boot-6-{side}: " in house.state("both").problem.cause for side in SIDES)
        house.sockets["left"].plug()
        await house.until(lambda: away(house) == [False, True])
        await asyncio.sleep(5.0)
        state = house.state("both")
        assert (state.doing, "boot-6-left" in state.problem.cause) == (Doing.OFFLINE, False)
        house.sockets["right"].plug()
        await house.until_doing(Doing.FOUND, "both")
        await house.fleet.resume("both")
        assert (await house.until_doing(Doing.IDLE, "both")).last.kind == "completed"

    paired(act)


def test_one_that_does_not_come_back_ends_the_run_and_is_looked_for_for_ever(paired: Paired) -> None:
    async def act(house: Any) -> None:
        await plays(house)
        house.sockets["right"].unplug()
        await house.until(lambda: house.state("both").last is not None)
        assert (house.state("both").doing, house.state("both").last.kind) == (Doing.OFFLINE, "link_lost")
        assert house.state("both").last.cause.startswith("boot-6-right: ")
        await asyncio.sleep(900.0)
        state = house.state("both")
        assert (house.problem_of(state), state.problem.cause) == (
            "port",
            "/dev/right: /dev/ttyUSB0: there is no such port",
        )
        assert house.sockets["left"].opened == 1, "whatever happens to the other, this one is kept"
        with pytest.raises(Offline, match="/dev/right"):
            await house.fleet.start("both", Start(routine="squeezes"))
        house.sockets["right"].plug()
        await house.until(lambda: house.state("both").doing is Doing.IDLE, 10.0)
        await plays(house)

    assert [ending.kind for _, ending, _, _ in paired(act).desk.kept] == ["link_lost", "stopped"]


def test_nothing_is_there_before_both_are_and_nobody_is_told_twice(paired: Paired) -> None:
    async def act(house: Any) -> None:
        house.sockets["left"].error = NotLegato("nothing answers there")
        await house.until(lambda: away(house) == [True, False])
        await house.until(lambda: house.state("both").problem is not None)
        assert house.state("both").problem.cause == "/dev/left: nothing answers there"
        told = len([news for news in house.told if isinstance(news, Happened)])
        await asyncio.sleep(600.0)
        assert len([news for news in house.told if isinstance(news, Happened)]) == told
        assert house.fleet.stuck() == []
        house.sockets["left"].plug()
        await plays(house)

    paired(act)


def test_two_for_the_same_leg_are_told_and_a_right_one_in_its_place_plays(paired: Paired) -> None:
    async def act(house: Any) -> None:
        await house.until(lambda: house.state("both").problem is not None)
        assert "both for the left leg; a pair needs one for each leg" in house.state("both").problem.cause
        assert house.state("both").doing is Doing.OFFLINE
        socket = house.sockets["right"]
        socket.unplug()
        socket.device.stop()
        socket.device = SimDevice(load_device("boot-6-right"), 7, asyncio.get_running_loop())
        socket.device.start()
        await asyncio.sleep(1.0)
        socket.plug()
        await plays(house)

    paired(act, "boot-6-left", "boot-6-left")


def test_one_that_never_opens_is_noticed_although_the_other_talks(paired: Paired) -> None:
    async def act(house: Any) -> None:
        await house.until_doing(Doing.IDLE, "both")

        async def for_ever() -> None:
            await asyncio.Event().wait()

        house.sockets["right"].waits = for_ever
        house.sockets["right"].unplug()
        await house.until(lambda: house.fleet.stuck() == ["both"])

    paired(act)


# Faults.


@pytest.mark.parametrize("number", [0, 1])
def test_a_fault_of_one_stops_both_names_the_side_and_is_cleared_for_both(paired: Paired, number: int) -> None:
    async def act(house: Any) -> None:
        await plays(house)
        device = house.sockets[SIDES[number]].device
        device.core._fail(wire.FAULT_OVER_CAP, 2, 0, 0, device.now_ms)
        state = await house.until_doing(Doing.FAULT, "both")
        await house.until(lambda: cores(house) == [wire.FAULTED] * 2)
        assert (house.problem_of(state), state.problem.channel) == ("over_cap", f"{SIDES[number]}_calf")
        await house.until(lambda: house.state("both").last is not None)
        assert house.state("both").last.cause.startswith(f"boot-6-{SIDES[number]}: ")
        with pytest.raises(NotNow, match="clear it first"):
            await house.fleet.start("both", Start(routine="squeezes"))
        assert (await house.fleet.clear_fault("both")).doing is Doing.IDLE
        assert cores(house) == [wire.IDLE] * 2
        await plays(house)

    paired(act)


def test_a_fault_that_one_comes_with_is_told_with_its_side_even_where_it_is_of_no_channel(paired: Paired) -> None:
    async def act(house: Any) -> None:
        await house.until_doing(Doing.IDLE, "both")
        house.sockets["right"].unplug()
        await house.until_doing(Doing.OFFLINE, "both")
        device = house.sockets["right"].device
        device.core._fail(wire.FAULT_SENSOR, 0, 0, 0, device.now_ms)
        house.sockets["right"].plug()
        state = await house.until_doing(Doing.FAULT, "both")
        assert (house.problem_of(state), state.problem.channel) == ("sensor", "boot-6-right")
        assert (await house.fleet.clear_fault("both")).doing is Doing.IDLE

    paired(act)


# Others.


def test_a_mistake_of_ours_at_one_of_them_stops_both_and_both_are_there_again(
    paired: Paired, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act(house: Any) -> None:
        await plays(house)

        def fails(_: bytes) -> None:
            raise RuntimeError("a mistake of ours")

        monkeypatch.setattr(house.sockets["right"].pipes[-1], "write", fails)
        await house.until(lambda: house.state("both").last is not None)
        await house.until(lambda: house.sockets["left"].device.core.state in (wire.IDLE, wire.FAULTED))
        await house.until_doing(Doing.IDLE, "both")
        await plays(house)

    paired(act)


def test_two_garments_for_both_legs_serve_one_leg_each(paired: Paired) -> None:
    async def act(house: Any) -> None:
        await plays(house)
        sides = [channel.side for channel in house.state("both").about.channels]
        assert set(sides) == {"left", "right"}
        house.sockets["right"].unplug()
        state = await house.until_doing(Doing.OFFLINE, "both")
        assert state.problem.cause.startswith("wrap-3 (right): ")

    paired(act, "wrap-3", "wrap-3")


def test_what_both_measure_is_told_together_many_times_a_second(paired: Paired) -> None:
    async def act(house: Any) -> None:
        await plays(house)

    told = [news.readings for news in paired(act).told if isinstance(news, ReadingsTold)]
    assert len(told) > 40
    assert all(len(one.measured) == len(one.commanded) == 12 for one in told)


def test_one_that_hears_but_does_not_greet_yet_gets_the_stop_all_the_same(paired: Paired) -> None:
    async def act(house: Any) -> None:
        socket = house.sockets["right"]
        await house.until(lambda: bool(socket.pipes))
        socket.device.send = discard
        await house.until(lambda: away(house) == [False, True])
        await house.fleet.emergency_stop()
        await house.until(lambda: cores(house) == [wire.FAULTED] * 2, patience_s=1.0)

    paired(act)
