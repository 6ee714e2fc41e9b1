"""When Home Assistant is told: what is new, at each connection, and of what is gone."""

import asyncio
import json

from legato.service.mqtt.discovery.announcer import Announcer
from legato.service.mqtt.message import Incoming, Outgoing
from legato.service.mqtt.outbox import Outbox
from tests.service.homeassistant.states import HOUSE, ROUTINES, TOPICS, state


def taken(outbox: Outbox) -> list[Outgoing]:
    """All that waits to be published."""

    async def take() -> list[Outgoing]:
        return [await outbox.take() for _ in range(len(outbox))]

    return asyncio.run(take())


def announcer(*devices: str) -> tuple[Announcer, Outbox]:
    outbox = Outbox()
    return Announcer(TOPICS, HOUSE, outbox, devices), outbox


def test_without_a_device_there_is_the_service() -> None:
    _, outbox = announcer()
    (message,) = taken(outbox)
    assert (message.topic, message.retained, message.qos) == (HOUSE.topic(TOPICS, "bridge"), True, 1)


def test_three_devices_are_told_apart_and_told_once() -> None:
    names = ("left", "right", "wrap")
    told, outbox = announcer(*names)
    for _ in range(2):
        for name in names:
            told.tell(state(name))
    messages = taken(outbox)
    assert [m.topic for m in messages] == [HOUSE.topic(TOPICS, which) for which in ("bridge", *names)]
    ids = [c["unique_id"] for m in messages for c in json.loads(m.payload)["components"].values()]
    assert len(set(ids)) == len(ids) > 120


def test_another_device_at_the_port_and_other_routines_are_told_and_pressure_is_not() -> None:
    told, outbox = announcer("boots")
    told.tell(state("boots", None))
    told.tell(state("boots", "boots-6"))
    assert len(taken(outbox)) == 2
    told.tell(state("boots", "boots-6", number=2))
    assert taken(outbox) == []
    told.tell_routines(ROUTINES)
    (message,) = taken(outbox)
    assert json.loads(message.payload)["components"]["routine"]["options"] == list(ROUTINES)
    told.tell_routines(ROUTINES)
    told.tell(state("boots", "wrap-3"))
    (message,) = taken(outbox)
    assert "temperature_left_calf_heat" in json.loads(message.payload)["components"]


def test_everything_is_told_again_when_the_broker_may_have_lost_it() -> None:
    told, outbox = announcer("boots")
    told.tell(state())
    first = taken(outbox)
    outbox.renew()
    assert taken(outbox) == first


def test_a_device_that_is_not_configured_any_more_is_cleared_and_nothing_else() -> None:
    told, outbox = announcer("boots")
    taken(outbox)
    for which in ("boots", "bridge", "old"):
        told.take(Incoming(HOUSE.topic(TOPICS, which), b"{}", is_retained=True))
    told.take(Incoming("homeassistant/device/legato_other/old/config", b"{}", is_retained=True))
    told.take(Incoming(HOUSE.topic(TOPICS, "new"), b"{}"))
    assert [(m.topic, m.payload, m.retained) for m in taken(outbox)] == [(HOUSE.topic(TOPICS, "old"), "", True)]


def test_a_birth_is_known_from_other_news() -> None:
    told, _ = announcer()
    assert told.is_birth(Incoming("homeassistant/status", b"online"))
    assert not told.is_birth(Incoming("homeassistant/status", b"offline"))
    assert not told.is_birth(Incoming("legato/home/bridge/state", b"online"))
    assert told.filters == ("homeassistant/status", "homeassistant/device/legato_home/+/config")
