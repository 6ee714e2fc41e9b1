"""What is carried out of what comes, without a broker: nothing that strangers say is remembered."""

import asyncio

from controller.mqtt.message import Incoming
from controller.mqtt.outbox import MAX_EVENTS, Outbox
from controller.mqtt.publisher import Publisher
from controller.mqtt.wishes import MAX_STOPS, Wishes
from tests.controller.mqtt.stand_in import NOON, TOPICS, StandIn


def wishes(bridge: StandIn) -> tuple[Wishes, Outbox]:
    outbox = Outbox()
    return Wishes(bridge, TOPICS, Publisher(TOPICS, outbox), lambda: NOON), outbox


def test_of_names_that_somebody_makes_up_nothing_stays() -> None:
    async def live() -> None:
        ours, outbox = wishes(StandIn())
        for number in range(500):
            for name in ("stop", "emergency_stop", "start", f"dance{number}"):
                ours.take(Incoming(f"legato/test/nobody{number}/set/{name}", b"{}"))
            await ours.done()
        assert (len(ours._stopping), len(ours._selected), len(ours._at_work)) == (0, 0, 0)
        assert len(outbox) <= MAX_EVENTS

    asyncio.run(live())


def test_of_many_stops_at_once_some_are_enough_and_the_next_ones_count_again() -> None:
    async def live() -> None:
        bridge = StandIn()
        bridge.holds = asyncio.Event()
        ours, _ = wishes(bridge)
        for _ in range(3 * MAX_STOPS):
            ours.take(Incoming("legato/test/boots/set/stop", b""))
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(bridge.asked) == MAX_STOPS
        bridge.holds.set()
        await ours.done()
        ours.take(Incoming("legato/test/boots/set/stop", b""))
        await ours.done()
        assert len(bridge.asked) == MAX_STOPS + 1

    asyncio.run(live())
