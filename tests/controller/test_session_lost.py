"""A session whose device is lost, falls silent or restarts, and is found again, or not; in virtual time."""

import asyncio

import pytest

from legato.controller.errors import PortLost
from legato.firmware import wire
from tests.host import SINGLE, Stage, perform, squeezes


def test_a_device_that_is_lost_and_found_waits_for_a_person() -> None:
    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE))
        await during.at(14_000)
        here.unplug()
        await here.until_told("Lost")
        lost_ms = during.session_ms
        await asyncio.sleep(4.0)
        assert here.felt_mmhg() < 8.0
        here.is_absent = False
        await here.until_told("Found")
        await asyncio.sleep(10.0)
        assert here.device.core.state == wire.IDLE
        await here.session.resume()
        await during.at(lost_ms + 100)
        assert during.session_ms < lost_ms + 400
        assert (await during.outcome()).kind == "completed"

    perform(SINGLE, act)


def test_a_device_that_stays_away_ends_the_run() -> None:
    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE))
        await during.at(3_000)
        here.unplug()
        outcome = await during.outcome()
        assert outcome.kind == "link_lost"
        assert "not found again within 10 s" in outcome.cause
        with pytest.raises(PortLost):
            await here.session.play(squeezes(SINGLE))

    perform(SINGLE, act, reconnect_s=10.0)


def test_a_device_that_falls_silent_is_lost() -> None:
    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE))
        await during.at(3_000)
        here.device.stop()
        await here.until_told("Lost")
        here.device.start()
        await here.until_told("Found")
        await here.session.stop()
        assert (await during.outcome()).kind == "link_lost"

    perform(SINGLE, act)


def test_a_device_that_restarts_is_never_resumed_by_itself() -> None:
    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE))
        await during.at(3_000)
        here.device.stop()
        here.device.start()
        await here.until_told("Found")
        await asyncio.sleep(5.0)
        assert here.device.core.state == wire.IDLE
        await here.session.resume()
        assert (await during.outcome()).kind == "completed"

    left = perform(SINGLE, act)
    assert left.told().count("Armed") == 2


def test_a_device_that_restarts_before_its_first_session_is_met_again() -> None:
    """Nothing that it tells at rest is different then; every start would be refused for ever."""

    async def act(here: Stage) -> None:
        here.device.stop()
        here.device.start()
        await asyncio.sleep(1.0)
        first = await here.session.play(squeezes(SINGLE))
        assert (first.kind, first.cause) == ("refused", "the device refuses arm: it has restarted since")
        await here.until_told("Lost")
        await asyncio.sleep(5.0)
        assert (await here.session.play(squeezes(SINGLE))).kind == "completed"

    left = perform(SINGLE, act)
    assert left.told().count("Connected") == 2


def test_a_device_that_restarted_rests_before_it_goes_on() -> None:
    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE))
        await during.at(3_000)
        here.device.stop()
        here.device.start()
        await here.until_told("Found")
        found_s = asyncio.get_running_loop().time()
        await here.session.resume()
        assert asyncio.get_running_loop().time() > found_s + 10.0
        assert (await during.outcome()).kind == "completed"

    left = perform(SINGLE, act)
    assert left.told().index("Resting") > left.told().index("Found")


def test_a_line_that_was_lost_and_found_needs_no_rest() -> None:
    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE))
        await during.at(3_000)
        here.unplug()
        await here.until_told("Lost")
        here.is_absent = False
        await here.until_told("Found")
        found_s = asyncio.get_running_loop().time()
        await here.session.resume()
        assert asyncio.get_running_loop().time() < found_s + 2.0
        assert (await during.outcome()).kind == "completed"

    perform(SINGLE, act)
