"""Caps that somebody sets for a zone: they hold for the next run, and never loosen anything."""

from collections.abc import Callable
from typing import Any

import pytest

from legato.profiles.anatomy import Zone
from legato.service.devices.bridge import Start
from legato.service.devices.errors import NotNow, Offline
from legato.service.devices.state import Doing

Live = Callable[..., Any]


def test_a_cap_is_told_and_goes_with_every_start_from_then_on(live: Live) -> None:
    async def act(house: Any) -> None:
        await house.until_doing(Doing.IDLE)
        told = await house.fleet.cap_zone("boots", Zone.CALF, 25.0)
        assert told.caps_mmhg == {Zone.CALF: 25.0}
        await house.begin()
        states = [news.state for news in house.told if news.type == "state"]
        assert states[-1].caps_mmhg == {Zone.CALF: 25.0}

    assert live(act).desk.wishes[0].caps_mmhg == {Zone.CALF: 25.0}


@pytest.mark.parametrize(("asked", "goes"), [(20.0, 20.0), (60.0, 25.0)])
def test_of_the_cap_that_is_set_and_the_cap_that_is_asked_for_the_tighter_one_counts(
    live: Live, asked: float, goes: float
) -> None:
    async def act(house: Any) -> None:
        await house.until_doing(Doing.IDLE)
        await house.fleet.cap_zone("boots", Zone.CALF, 25.0)
        await house.begin(caps_mmhg={Zone.CALF: asked})

    assert live(act).desk.wishes[0].caps_mmhg == {Zone.CALF: goes}


def test_the_devices_own_cap_is_the_highest_and_takes_the_other_away(live: Live) -> None:
    async def act(house: Any) -> None:
        await house.until_doing(Doing.IDLE)
        most = house.state().about.channels[0].cap
        await house.fleet.cap_zone("boots", Zone.CALF, 25.0)
        with pytest.raises(NotNow, match=f"it has 0 to {most:g} mmHg there"):
            await house.fleet.cap_zone("boots", Zone.CALF, most + 1)
        with pytest.raises(NotNow, match="no air there"):
            await house.fleet.cap_zone("boots", Zone.FOOT, 25.0)
        with pytest.raises(NotNow):
            await house.fleet.cap_zone("boots", Zone.CALF, float("nan"))
        assert house.state().caps_mmhg == {Zone.CALF: 25.0}
        assert (await house.fleet.cap_zone("boots", Zone.CALF, most)).caps_mmhg == {}

    live(act)


def test_a_device_that_is_away_can_be_capped_once_its_zones_are_known(live: Live) -> None:
    async def act(house: Any) -> None:
        with pytest.raises(Offline):
            await house.fleet.cap_zone("boots", Zone.CALF, 25.0)
        await house.until_doing(Doing.IDLE)
        house.sockets["boots"].unplug()
        await house.until_doing(Doing.OFFLINE)
        await house.fleet.cap_zone("boots", Zone.CALF, 25.0)
        house.sockets["boots"].plug()
        await house.begin()

    assert live(act).desk.wishes[0].caps_mmhg == {Zone.CALF: 25.0}


def test_a_start_refuses_a_cap_that_is_none() -> None:
    with pytest.raises(ValueError, match="less than or equal to 110"):
        Start.model_validate({"routine": "a", "caps_mmhg": {"calf": 500}})
