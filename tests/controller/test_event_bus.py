"""Events reach every listener; none holds up another."""

import asyncio

from legato.controller.session.event_bus import KEPT, EventBus
from legato.controller.session.events import Ended as EndedEvent
from legato.controller.session.events import Event, Notice, Outcome, Telemetry

TELEMETRY = Telemetry(0, 0, "idle", (), (), 100, 0, 0.0, 0, 0, 0, 0)


async def collected(hub: EventBus[Event], count: int) -> list[Event]:
    subscription = hub.subscribe()
    return [await anext(subscription) for _ in range(count)]


def test_every_listener_gets_every_event_from_when_it_came() -> None:
    async def main() -> None:
        hub = EventBus[Event]()
        hub.publish(Notice("before anybody listened"))
        listeners = [asyncio.create_task(collected(hub, 2)) for _ in range(2)]
        await asyncio.sleep(0)
        hub.publish(Notice("one"))
        hub.publish(Notice("two"))
        for listener in listeners:
            assert await listener == [Notice("one"), Notice("two")]

    asyncio.run(main())


def test_a_listener_that_sleeps_loses_telemetry_first() -> None:
    async def main() -> None:
        hub = EventBus[Event]()
        sleeper = hub.subscribe()
        hub.publish(Notice("worth keeping"))
        for _ in range(3 * KEPT):
            hub.publish(TELEMETRY)
        hub.close()
        kept = [event async for event in sleeper]
        assert kept[0] == Notice("worth keeping")
        assert len(kept) == KEPT
        assert sleeper.dropped == 2 * KEPT + 1

    asyncio.run(main())


def test_who_has_left_is_told_nothing_more() -> None:
    async def main() -> None:
        hub = EventBus[Event]()
        with hub.subscribe() as listener:
            pass
        hub.publish(Notice("too late"))
        assert [event async for event in listener] == []
        assert not hub.has_listeners

    asyncio.run(main())


def test_an_event_is_plain_data_with_its_name() -> None:
    event = EndedEvent(Outcome("stopped", "asked"))
    assert event.as_dict() == {
        "event": "ended",
        "outcome": {"kind": "stopped", "cause": "asked", "evidence": {}, "shortfall": None, "laid_on": ""},
    }
