"""What is carried out of what comes, without a broker: nothing that strangers say is remembered."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any
from unittest.mock import ANY

import pytest

from legato.profiles.refusal import NothingPlays
from legato.service.devices.bridge import Start
from legato.service.devices.state import DeviceState, Doing, Stopped
from legato.service.mqtt.command_handler import MAX_STOPS, CommandHandler
from legato.service.mqtt.message import Incoming
from legato.service.mqtt.outbox import MAX_EVENTS, Outbox
from legato.service.mqtt.publisher import Publisher
from tests.service.mqtt.stand_in import NOON, RUN, TOPICS, StandIn, broker, mqtt, state


def wishes(bridge: StandIn) -> tuple[CommandHandler, Outbox]:
    outbox = Outbox()
    return CommandHandler(bridge, TOPICS, Publisher(TOPICS, outbox), lambda: NOON), outbox


def test_of_names_that_somebody_makes_up_nothing_stays() -> None:
    async def live() -> None:
        ours, outbox = wishes(StandIn())
        for number in range(500):
            for name in ("stop", "emergency_stop", "start", f"dance{number}"):
                ours.take(Incoming(f"legato/test/nobody{number}/set/{name}", b"{}"))
            await ours.done()
        assert (len(ours._stopping), len(ours._choices._of), len(ours._at_work)) == (0, 0, 0)
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


def test_what_is_chosen_while_nothing_plays_is_what_the_next_start_begins_with() -> None:
    async def live() -> None:
        bridge = StandIn()
        ours, outbox = wishes(bridge)
        ours.told(bridge.state("boots"))
        assert await values(outbox) == {"routine": "None", "intensity": "100"}
        for name, payload in (("routine", b"goddard"), ("intensity", b"60"), ("start", b"")):
            ours.take(Incoming(f"legato/test/boots/set/{name}", payload))
            await ours.done()
        assert bridge.asked == [("start", "boots", Start(routine="goddard", intensity=60))]
        told = await values(outbox)
        assert (told["routine"], told["intensity"]) == ("goddard", "60")

    asyncio.run(live())


def test_a_start_may_name_minutes() -> None:
    async def live() -> None:
        bridge = StandIn()
        ours, _ = wishes(bridge)
        ours.take(Incoming("legato/test/boots/set/start", b'{"value": "goddard", "minutes": 20}'))
        await ours.done()
        assert bridge.asked == [("start", "boots", Start(routine="goddard", minutes=20))]

    asyncio.run(live())


def test_a_run_is_what_the_next_start_begins_again_unless_something_else_is_chosen_meanwhile() -> None:
    async def live() -> None:
        bridge = StandIn()
        ours, outbox = wishes(bridge)
        ours.told(bridge.change(doing=Doing.RUNNING, run=RUN))
        assert await values(outbox) == {"routine": "goddard", "intensity": "80"}
        ours.take(Incoming("legato/test/boots/set/intensity", b"70"))
        ours.take(Incoming("legato/test/boots/set/routine", b"calf_day"))
        await ours.done()
        ours.told(bridge.change(run=RUN.model_copy(update={"intensity": 70, "step": "thigh"})))
        ours.told(bridge.change(doing=Doing.IDLE))
        told = await values(outbox)
        assert (told["routine"], told["intensity"]) == ("calf_day", "70")
        ours.take(Incoming("legato/test/boots/set/intensity", b"40"))
        await ours.done()
        # A start that is being made ready is told with the last run still there.
        ours.told(bridge.change(doing=Doing.STARTING))
        ours.told(bridge.change(doing=Doing.IDLE))
        assert await values(outbox) == {"event": ANY, "intensity": "40"}
        ours.take(Incoming("legato/test/boots/set/start", b'{"intensity": 50}'))
        await ours.done()
        started = Start(routine="calf_day", intensity=50)
        assert bridge.asked == [("intensity", "boots", 70), ("start", "boots", started)]

    asyncio.run(live())


def test_a_routine_of_which_nothing_plays_is_refused_with_the_reason() -> None:
    async def live() -> None:
        bridge = StandIn()
        bridge.refusal = NothingPlays("nothing of goddard plays on rows: rows has no air chamber", "choose another")
        ours, outbox = wishes(bridge)
        ours.take(Incoming("legato/test/boots/set/start", b"goddard"))
        await ours.done()
        told = json.loads((await outbox.take()).payload)
        assert (told["event_type"], told["command"]) == ("refused", "start")
        assert "nothing of goddard plays on rows" in told["text"]

    asyncio.run(live())


@pytest.mark.parametrize("name", ["stop", "emergency_stop"])
def test_only_what_a_device_has_confirmed_is_told_as_a_stop_that_is_done(name: str) -> None:
    async def live() -> None:
        missed = Stopped(confirmed=False, pressure_mmhg=None, text="not stopped: away. Switch it off.")
        heard = Stopped(confirmed=True, pressure_mmhg=2.0, text="stopped")
        bridge = StandIn(
            state("boots").model_copy(update={"stop": missed}), state("wrap").model_copy(update={"stop": heard})
        )
        ours, outbox = wishes(bridge)
        ours.take(Incoming(f"legato/test/all/set/{name}", b""))
        await ours.done()
        told = [await outbox.take() for _ in range(2)]
        events = {message.topic: json.loads(message.payload) for message in told}
        assert {topic: (event["event_type"], event["text"]) for topic, event in events.items()} == {
            "legato/test/boots/event": ("unconfirmed", "not stopped: away. Switch it off."),
            "legato/test/wrap/event": ("done", "done"),
        }

    asyncio.run(live())


async def values(outbox: Outbox) -> dict[str, str]:
    """Everything that waits, by the last part of its topic."""
    waiting = [await outbox.take() for _ in range(len(outbox))]
    return {message.topic.rpartition("/")[2]: message.payload for message in waiting}


class Deaf:
    """Whoever else looks at messages, and fails."""

    filters = ()

    def concerns(self, _: Incoming) -> bool:
        raise ValueError("injected")


@pytest.mark.parametrize("which", ["boots", "all"])
@pytest.mark.parametrize("name", ["stop", "emergency_stop"])
def test_a_stop_is_carried_out_whatever_fails_beside_it(which: str, name: str) -> None:
    class Lost(StandIn):
        """Nobody knows how the devices stand."""

        def states(self) -> Sequence[DeviceState]:
            raise ValueError("injected")

    async def live() -> None:
        bridge = StandIn()
        service: Any = mqtt(bridge, broker(1))
        service.announcer = Deaf()
        bridge.states = Lost().states  # type: ignore[method-assign]
        service._take(Incoming(f"legato/test/{which}/set/{name}", b"junk"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        asked = "boots" if name == "stop" or which == "boots" else None
        assert bridge.asked == [(name, asked)]

    asyncio.run(live())
