"""A fleet in virtual time: whole sessions, and devices that come and go."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from legato.controller.errors import PortBusy
from legato.errors import NotAdmitted
from legato.firmware import wire
from legato.profiles.schedule import Cue
from legato.service.devices.bridge import Start
from legato.service.devices.errors import NotNow, Offline, UnknownDevice
from legato.service.devices.state import Doing, Happened, ReadingsTold
from legato.sim.device import SimDevice
from tests.host import BOOTS, squeezes

Live = Callable[..., Any]


def test_a_whole_session_from_start_to_diary(live: Live) -> None:
    async def act(house: Any) -> None:
        begun = await house.begin(person="anna")
        assert begun.doing in (Doing.STARTING, Doing.RUNNING)
        await house.played_to(8_000)
        assert house.state().run.ends_at is not None
        await house.until_doing(Doing.IDLE)

    left = live(act)
    state = left.state()
    assert left.doings()[-3:] == [Doing.STARTING, Doing.RUNNING, Doing.IDLE]
    assert (state.last.kind, state.run.session_ms, state.sessions) == ("completed", 24_000, 1)
    assert state.massage_s == pytest.approx(24.0, abs=1.0)
    assert (state.run.step, state.run.step_number, state.run.steps) == ("squeeze 2", 2, 2)
    assert left.desk.begun_with == [("squeezes", "single")]
    ((run, ending, device, dose),) = left.desk.kept
    assert (run.person, ending.kind, device) == ("anna", "completed", "single")
    assert run.in_diary
    assert 25.0 < dose.peak_mmhg < 45.0
    assert (dose.is_whole, dose.played_ms) == (True, 24_000)
    assert 0 < dose.pressed_ms < 30_000


def test_what_is_skipped_and_how_long_it_stood_still_is_not_played(live: Live) -> None:
    async def act(house: Any) -> None:
        await house.begin(person="anna")
        await house.played_to(3_000)
        await house.fleet.pause("boots")
        await asyncio.sleep(40.0)
        await house.fleet.resume("boots")
        await house.played_to(4_000)
        await house.fleet.skip("boots")
        await house.until_doing(Doing.IDLE)

    left = live(act)
    ((run, ending, _, dose),) = left.desk.kept
    assert ending.kind == "completed"
    assert (ending.at - run.started_at).total_seconds() > 55.0
    assert not dose.is_whole
    assert dose.played_ms == pytest.approx(16_000, abs=1_000)
    assert dose.pressed_ms < 20_000
    assert left.state().massage_s == pytest.approx(16.0, abs=1.0)


def test_who_listens_gets_every_state_first_then_numbered_changes_and_readings(live: Live) -> None:
    async def act(house: Any) -> None:
        await house.begin()
        await house.until_doing(Doing.RUNNING)
        with house.fleet.news() as news:
            first = [await anext(news) for _ in range(2)]
        assert [item.state.doing for item in first] == [Doing.RUNNING, Doing.IDLE]
        await house.until_doing(Doing.IDLE)

    left = live(act, "boots", "wraps")
    numbers = [n.state.number for n in left.told if n.type == "state" and n.state.id == "boots"]
    assert numbers == sorted(set(numbers))
    readings = [n.readings for n in left.told if isinstance(n, ReadingsTold) and n.readings.id == "boots"]
    assert max(r.measured[0] or 0.0 for r in readings) > 25.0
    assert all(len(r.commanded) == len(left.state().about.channels) for r in readings)


def test_pause_resume_intensity_skip_and_stop_are_told_once_the_device_has_confirmed(live: Live) -> None:
    async def act(house: Any) -> None:
        fleet = house.fleet
        await house.begin(intensity=60)
        await house.played_to(3_000)
        assert (await fleet.pause("boots")).doing is Doing.PAUSED
        with pytest.raises(NotNow, match="cannot start: it is paused"):
            await fleet.start("boots", Start(routine="squeezes"))
        assert (await fleet.resume("boots")).doing in (Doing.STARTING, Doing.RUNNING)
        await house.until_doing(Doing.RUNNING)
        assert (await fleet.set_intensity("boots", 40)).run.intensity == 40
        await fleet.skip("boots")
        await house.until(lambda: house.state().run.step_number == 2)
        assert (await fleet.stop("boots")).doing in (Doing.STOPPING, Doing.IDLE)
        state = await house.until_doing(Doing.IDLE)
        assert (state.last.kind, state.run.intensity) == ("stopped", 40)
        assert (await fleet.stop("boots")).doing is Doing.IDLE

    live(act)


def test_a_cue_waits_under_its_number_and_no_other_answers_it(live: Live) -> None:
    async def act(house: Any) -> None:
        house.desk.make = lambda device: squeezes(device, 1, (Cue(4_000, "Comfortable?", True, 60.0),))
        await house.begin()
        state = await house.until_doing(Doing.WAITING)
        assert state.run.cue.say == "Comfortable?"
        with pytest.raises(NotNow):
            await house.fleet.answer("boots", state.run.cue.id + 1)
        answered = await house.fleet.answer("boots", state.run.cue.id)
        assert answered.doing is not Doing.WAITING
        assert (await house.until_doing(Doing.IDLE)).last.kind == "completed"

    live(act)


def test_what_is_not_admitted_does_not_start(live: Live) -> None:
    async def act(house: Any) -> None:
        house.desk.refusal = NotAdmitted("not for you", "nothing")
        with pytest.raises(NotAdmitted):
            await house.begin()
        assert house.state().doing is Doing.IDLE
        assert house.state().run is None

    assert live(act).desk.kept == []


def test_an_unknown_device_is_told_with_those_there_are(live: Live) -> None:
    async def act(house: Any) -> None:
        with pytest.raises(UnknownDevice, match="no device is called chair; there are: boots"):
            house.fleet.state("chair")

    live(act)


# Devices that come and go.


def test_a_device_is_lost_in_mid_routine_found_and_resumed_by_a_person(live: Live) -> None:
    async def act(house: Any) -> None:
        await house.begin()
        await house.played_to(3_000)
        house.sockets["boots"].unplug()
        lost = await house.until_doing(Doing.OFFLINE)
        assert (house.problem_of(lost), lost.run.session_ms > 2_500) == ("link_lost", True)
        with pytest.raises(Offline):
            await house.fleet.resume("boots")
        await asyncio.sleep(10.0)
        house.sockets["boots"].plug()
        found = await house.until_doing(Doing.FOUND)
        assert found.problem is None
        await house.fleet.resume("boots")
        assert (await house.until_doing(Doing.IDLE)).last.kind == "completed"

    live(act)


def test_a_device_that_does_not_come_back_ends_its_run_and_is_looked_for_for_ever(live: Live) -> None:
    async def act(house: Any) -> None:
        await house.begin()
        await house.played_to(3_000)
        house.sockets["boots"].unplug()
        await house.until(lambda: house.state().last is not None)
        assert (house.state().doing, house.state().last.kind) == (Doing.OFFLINE, "link_lost")
        await asyncio.sleep(900.0)
        assert house.problem_of(house.state()) == "port"
        house.sockets["boots"].plug()
        await house.until(lambda: house.state().doing is Doing.IDLE, 10.0)
        await house.begin()

    assert len(live(act).desk.kept) == 2


def test_one_device_that_dies_does_not_disturb_another(live: Live) -> None:
    async def act(house: Any) -> None:
        await house.begin("boots")
        await house.begin("wraps")
        await house.played_to(3_000, "boots")
        house.sockets["wraps"].unplug()
        await house.until_doing(Doing.OFFLINE, "wraps")
        assert (await house.until_doing(Doing.IDLE, "boots")).last.kind == "completed"

    left = live(act, "boots", "wraps")
    late = [n.readings.late_max_ms for n in left.told if isinstance(n, ReadingsTold) and n.readings.id == "boots"]
    assert max(late) <= 10


def test_a_mistake_of_ours_in_one_unit_is_told_and_leaves_the_others_alone(
    live: Live, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def act(house: Any) -> None:
        await house.begin("boots")
        await house.until_doing(Doing.IDLE, "wraps")
        pipe = house.sockets["wraps"].pipes[-1]

        def broken(_: bytes) -> None:
            raise RuntimeError("a mistake of ours")

        monkeypatch.setattr(pipe, "write", broken)
        await house.until_doing(Doing.OFFLINE, "wraps")
        assert house.problem_of(house.state("wraps")) == "internal"
        await house.until_doing(Doing.IDLE, "wraps")
        assert (await house.until_doing(Doing.IDLE, "boots")).last.kind == "completed"

    live(act, "boots", "wraps")
    assert "wraps failed" in caplog.text


def test_a_port_that_comes_and_goes_every_second_is_neither_a_storm_nor_a_leak(live: Live) -> None:
    async def act(house: Any) -> None:
        socket = house.sockets["boots"]
        for _ in range(60):
            socket.unplug()
            await asyncio.sleep(1.0)
            socket.plug()
            await asyncio.sleep(1.0)
        assert 20 < socket.opened < 240
        tasks = len(asyncio.all_tasks())
        await house.until_doing(Doing.IDLE)
        assert len(asyncio.all_tasks()) <= tasks + 8
        await house.begin()

    live(act)


def test_a_port_that_another_program_has_says_so_and_is_taken_once_it_is_free(live: Live) -> None:
    async def act(house: Any) -> None:
        house.sockets["boots"].error = PortBusy("/dev/boots: legato (process 4711) has it open")
        await house.until(lambda: house.state().problem is not None)
        assert "4711" in house.state().problem.cause
        told = len([n for n in house.told if isinstance(n, Happened)])
        await asyncio.sleep(600.0)
        assert len([n for n in house.told if isinstance(n, Happened)]) == told
        house.sockets["boots"].plug()
        await house.until_doing(Doing.IDLE)

    live(act)


def test_another_device_under_the_same_name_is_met_anew_and_does_not_go_on_with_what_was_for_the_first(
    live: Live,
) -> None:
    async def act(house: Any) -> None:
        await house.begin()
        await house.played_to(3_000)
        socket = house.sockets["boots"]
        socket.unplug()
        before, socket.device = socket.device, SimDevice(BOOTS, 7, asyncio.get_running_loop())
        before.stop()
        socket.device.start()
        socket.plug()
        state = await house.until_doing(Doing.IDLE)
        assert (state.last.kind, state.last.cause) == ("link_lost", "another device is plugged in now")
        assert (state.about.name, len(state.about.channels)) == ("boots-6", 12)

    left = live(act)
    assert "replaced" in [n.name for n in left.told if isinstance(n, Happened)]


# Faults.


def test_a_device_that_holds_a_fault_is_shown_with_advice_and_cleared(live: Live) -> None:
    async def act(house: Any) -> None:
        await house.until_doing(Doing.IDLE)
        house.sockets["boots"].unplug()
        await house.until_doing(Doing.OFFLINE)
        device = house.sockets["boots"].device
        device.core._fail(wire.FAULT_FILL_TIMEOUT, 0, 0, 0, device.now_ms)
        house.sockets["boots"].plug()
        state = await house.until_doing(Doing.FAULT)
        assert (house.problem_of(state), "hose" in state.problem.advice) == ("fill_timeout", True)
        with pytest.raises(NotNow, match="clear it first"):
            await house.fleet.start("boots", Start(routine="squeezes"))
        assert (await house.fleet.clear_fault("boots")).doing is Doing.IDLE
        assert house.state().problem is None
        await house.begin()

    live(act)


def test_leaving_vents_every_device_and_keeps_the_diary(live: Live) -> None:
    async def act(house: Any) -> None:
        for name in ("boots", "wraps"):
            await house.begin(name)
            await house.played_to(3_000, name)

    left = live(act, "boots", "wraps")
    for socket in left.sockets.values():
        assert socket.device.core.state == wire.IDLE
        assert max(socket.device.felt()) <= 8.0
    assert [ending.kind for _, ending, _, _ in left.desk.kept] == ["stopped", "stopped"]


def test_a_unit_that_does_not_go_on_is_noticed(live: Live) -> None:
    async def act(house: Any) -> None:
        await house.until_doing(Doing.IDLE)
        await asyncio.sleep(100.0)
        assert house.fleet.stuck() == []
        house.sockets["boots"].unplug()
        await asyncio.sleep(100.0)
        assert house.fleet.stuck() == []

        async def for_ever() -> None:
            await asyncio.Event().wait()

        house.sockets["boots"].waits = for_ever
        await house.until(lambda: house.fleet.stuck() == ["boots"])

    live(act)


# A skip resumes only what ran.


def test_a_skip_while_paused_is_told_with_its_place_and_resume_goes_on_from_there(live: Live) -> None:
    async def act(house: Any) -> None:
        await house.begin()
        await house.played_to(3_000)
        await house.fleet.pause("boots")
        state = await house.fleet.skip("boots")
        assert (state.doing, state.run.session_ms, state.run.step) == (Doing.PAUSED, 12_000, "squeeze 2")
        await asyncio.sleep(30.0)
        assert house.state().doing is Doing.PAUSED
        assert house.sockets["boots"].device.core.state == wire.PAUSED
        await house.fleet.resume("boots")
        await house.played_to(12_100)

    live(act)


def test_a_skip_of_a_question_leaves_it_paused_with_nothing_to_answer(live: Live) -> None:
    async def act(house: Any) -> None:
        house.desk.make = lambda device: squeezes(device, cues=(Cue(4_000, "Ready?", True, 60.0),))
        await house.begin()
        question = (await house.until_doing(Doing.WAITING)).run.cue.id
        state = await house.fleet.skip("boots")
        assert (state.doing, state.run.session_ms, state.run.cue) == (Doing.PAUSED, 12_000, None)
        with pytest.raises(NotNow):
            await house.fleet.answer("boots", question)
        await asyncio.sleep(100.0)
        assert house.state().doing is Doing.PAUSED

    live(act)


def test_a_skip_after_a_loss_is_still_found_and_waits_for_a_person(live: Live) -> None:
    async def act(house: Any) -> None:
        await house.begin()
        await house.played_to(3_000)
        house.sockets["boots"].unplug()
        await house.until_doing(Doing.OFFLINE)
        house.sockets["boots"].plug()
        await house.until_doing(Doing.FOUND)
        state = await house.fleet.skip("boots")
        assert (state.doing, state.run.session_ms) == (Doing.FOUND, 12_000)
        await asyncio.sleep(30.0)
        assert house.state().doing is Doing.FOUND
        await house.fleet.resume("boots")
        await house.played_to(12_100)

    live(act)


def test_the_log_names_nobody(live: Live) -> None:
    async def act(house: Any) -> None:
        await house.begin(person="Zenobia")
        assert (await house.until_doing(Doing.IDLE)).run.person == "Zenobia"

    lines = [item.text for item in live(act).told if isinstance(item, Happened)]
    assert "Squeezes, at 100 %" in lines
    assert "Zenobia" not in " ".join(lines)
