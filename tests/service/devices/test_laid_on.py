"""What was laid on by hand, as clients of the service see it: while it lies there, as it ends, and after a stop."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from legato.service.devices.errors import NotNow
from legato.service.devices.state import Doing, Happened
from tests.controller.test_cues import ICE, TAKE_OFF, iced

Live = Callable[..., Any]


async def laid(house: Any) -> None:
    """A massage with ice on both shins, whose time is counted."""
    house.desk.make = iced
    await house.begin()
    question = (await house.until_doing(Doing.WAITING)).run.cue
    assert not question.must_be_answered
    await house.fleet.answer("boots", question.id)
    await house.until_doing(Doing.RUNNING)


def test_it_is_in_the_state_until_it_is_off(live: Live) -> None:
    async def act(house: Any) -> None:
        await laid(house)
        assert house.state().run.laid_on == ICE
        question = (await house.until_doing(Doing.WAITING)).run.cue
        await house.fleet.answer("boots", question.id)
        await house.until(lambda: house.state().run.laid_on == "")
        state = await house.until_doing(Doing.IDLE)
        assert (state.last.kind, state.last.laid_on) == ("completed", "")

    live(act)


@pytest.mark.parametrize("how", ["stop", "emergency_stop"])
def test_the_answer_to_a_stop_says_to_take_it_off_and_so_does_the_end(live: Live, how: str) -> None:
    async def act(house: Any) -> None:
        await laid(house)
        answer = await getattr(house.fleet, how)("boots")
        (told,) = answer if isinstance(answer, list) else [answer]
        assert told.stop.take_off == TAKE_OFF
        await house.until(lambda: house.state().last is not None)
        state = house.state()
        assert (state.last.laid_on, state.run.laid_on) == (ICE, "")
        assert state.laid_on == (ICE if how == "emergency_stop" else "")
        (ended,) = [n.text for n in house.told if isinstance(n, Happened) and n.name == "ended"]
        assert ended.endswith(TAKE_OFF)

    live(act)


def test_in_a_pause_it_is_known_once_its_time_is_over(live: Live) -> None:
    async def act(house: Any) -> None:
        await laid(house)
        await house.fleet.pause("boots")
        await house.until_doing(Doing.PAUSED)
        assert not house.state().run.overdue
        await asyncio.sleep(60.0)
        await house.until(lambda: house.state().run.overdue)
        await house.fleet.resume("boots")
        question = (await house.until_doing(Doing.WAITING)).run.cue
        await house.fleet.answer("boots", question.id)
        await house.until(lambda: not house.state().run.overdue)

    live(act)


def test_who_stops_a_day_later_is_told_nothing_of_it(live: Live) -> None:
    async def act(house: Any) -> None:
        await laid(house)
        await house.fleet.stop("boots")
        await house.until_doing(Doing.IDLE)
        standing = house.fleet._units["boots"].standing
        assert standing.take_off == TAKE_OFF
        now = standing._now()
        standing._now = lambda: now + timedelta(days=1)
        assert (await house.fleet.stop("boots")).stop.take_off == ""

    live(act)


def test_the_next_massage_has_nothing_to_do_with_it(live: Live) -> None:
    async def act(house: Any) -> None:
        usual = house.desk.make
        await laid(house)
        await house.fleet.stop("boots")
        await house.until_doing(Doing.IDLE)
        house.desk.make = usual
        await house.begin()
        await house.until_doing(Doing.RUNNING)
        assert house.state().last.laid_on == ""
        assert (await house.fleet.stop("boots")).stop.take_off == ""

    live(act)


def test_while_the_device_is_lost_it_is_told(live: Live) -> None:
    async def act(house: Any) -> None:
        await laid(house)
        house.sockets["boots"].unplug()
        state = await house.until_doing(Doing.OFFLINE)
        assert state.laid_on == ICE
        assert TAKE_OFF in [n.text for n in house.told if isinstance(n, Happened) and n.name == "notice"]

    live(act)


def test_a_device_that_is_lost_asks_nothing_and_asks_again_once_it_goes_on(live: Live) -> None:
    async def act(house: Any) -> None:
        await laid(house)
        asked = (await house.until_doing(Doing.WAITING)).run.cue
        house.sockets["boots"].unplug()
        assert (await house.until_doing(Doing.OFFLINE)).run.cue is None
        house.sockets["boots"].plug()
        await house.until_doing(Doing.FOUND)
        with pytest.raises(NotNow, match="nothing waits for an answer"):
            await house.fleet.answer("boots", asked.id)
        await house.fleet.resume("boots")
        again = (await house.until_doing(Doing.WAITING)).run.cue
        assert (again.say, again.must_be_answered) == (asked.say, True)

    live(act)


@pytest.mark.parametrize("wish", ["skip", "resume"])
def test_neither_skip_nor_resume_answers_that_it_is_off(live: Live, wish: str) -> None:
    async def act(house: Any) -> None:
        await laid(house)
        question = (await house.until_doing(Doing.WAITING)).run.cue
        assert question.must_be_answered
        with pytest.raises(NotNow, match=f"cannot {wish} before somebody confirms that this is off"):
            await getattr(house.fleet, wish)("boots")
        assert house.state().run.cue.id == question.id

    live(act)
