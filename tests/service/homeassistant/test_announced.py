"""Announcements where they are published: after a birth, on a real mosquitto, and in step with caps."""

import asyncio
import json
import random

import pytest

from legato.profiles.anatomy import Zone
from legato.service.devices.state import StateTold
from legato.service.mqtt.message import Incoming
from legato.service.mqtt.outbox import Outbox
from legato.service.mqtt.publisher import Publisher
from legato.service.mqtt.service import Mqtt
from legato.sim.clock import run
from tests.mosquitto import Mosquitto
from tests.service.homeassistant.states import HOUSE, NOON, TOPICS, state
from tests.service.mqtt.stand_in import StandIn, broker, hands, kept


def service(port: int, bridge: StandIn) -> Mqtt:
    return Mqtt(bridge, broker(port), TOPICS, random.Random(1), lambda: NOON, HOUSE)


def emptied(outbox: Outbox) -> set[str]:
    """The topics of what waits, which does not wait any more."""

    async def take() -> set[str]:
        return {(await outbox.take()).topic for _ in range(len(outbox))}

    return asyncio.run(take())


def test_when_home_assistant_has_come_up_it_is_told_everything_within_five_seconds() -> None:
    mqtt = service(1, StandIn(state()))

    async def live() -> tuple[int, int]:
        while len(mqtt.outbox):
            await mqtt.outbox.take()
        mqtt._take(Incoming("homeassistant/status", b"online"))
        at_once = len(mqtt.outbox)
        await asyncio.sleep(5.0)
        return at_once, len(mqtt.outbox)

    assert run(live()) == (0, 1)
    assert emptied(mqtt.outbox) == {HOUSE.topic(TOPICS, "bridge")}


def test_the_caps_that_hold_are_told_for_every_zone() -> None:
    outbox = Outbox()
    publisher = Publisher(TOPICS, outbox)
    publisher.tell(StateTold(state=state(caps_mmhg={Zone.CALF: 30.0})), 0.0)

    async def caps() -> dict[str, str]:
        messages = [await outbox.take() for _ in range(len(outbox))]
        return {m.topic.rpartition("/")[2]: m.payload for m in messages if "/zone_cap/" in m.topic}

    assert asyncio.run(caps()) == {"foot": "110", "ankle": "110", "calf": "30", "knee": "40", "thigh": "110"}


@pytest.mark.timeout(180)
def test_who_comes_late_finds_what_is_there_and_nothing_of_what_is_gone(there: Mosquitto) -> None:
    async def live() -> None:
        async with hands(there.port, "homeassistant/#") as somebody:
            await somebody.say(HOUSE.topic(TOPICS, "sold"), "{}", retain=True)
            await somebody.say("homeassistant/device/of_others/config", "{}", retain=True)
            async with kept(service(there.port, StandIn(state()))):
                told = json.loads(await somebody.hears(HOUSE.topic(TOPICS, "boots"), lambda text: "pressure" in text))
                assert len(told["components"]) == 48
                await somebody.hears(HOUSE.topic(TOPICS, "sold"), "")
            async with hands(there.port, "homeassistant/#") as late:
                await late.hears(HOUSE.topic(TOPICS, "boots"))
                topics = {HOUSE.topic(TOPICS, which) for which in ("bridge", "boots")}
                await late.hears("homeassistant/device/of_others/config")
                assert set(late.retained()) == topics | {"homeassistant/device/of_others/config"}

    asyncio.run(live())
