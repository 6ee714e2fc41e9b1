"""What is published, and what the outbox makes of it while the broker is slow or away."""

import asyncio
import json

from hypothesis import given
from hypothesis import strategies as st

from legato.service.devices.state import DeviceProblem, Doing, Ending, Happened, ReadingsTold, StateTold
from legato.service.mqtt.message import Outgoing
from legato.service.mqtt.outbox import MAX_EVENTS, MAX_TOPICS, Outbox
from legato.service.mqtt.publisher import Publisher
from tests.service.mqtt.stand_in import NOON, RUN, TOPICS, readings, state

ROOT = "legato/test/boots"


def told(outbox: Outbox) -> dict[str, str]:
    """Everything that waits, the last of each topic."""

    async def all_of() -> dict[str, str]:
        taken: dict[str, str] = {}
        while len(outbox):
            message = await outbox.take()
            taken[message.topic] = message.payload
        return taken

    return asyncio.run(all_of())


def values(outbox: Outbox) -> dict[str, str]:
    return {topic.removeprefix(f"{ROOT}/"): payload for topic, payload in told(outbox).items()}


def test_a_state_is_told_whole_and_in_plain_values() -> None:
    outbox = Outbox()
    publisher = Publisher(TOPICS, outbox)
    running = state(doing=Doing.RUNNING, run=RUN, sessions=3)
    publisher.tell(StateTold(state=running), 0.0)
    plain = values(outbox)
    assert json.loads(plain.pop("state")) == running.model_dump(mode="json")
    assert plain == {
        "availability": "online",
        "doing": "running",
        "title": "Goddard",
        "step": "calf",
        "progress": "25",
        "ends_at": "2026-11-21T12:01:14+00:00",
        "cue": "Breathe",
        "laid_on": "None",
        "problem": "None",
        "advice": "None",
        "sessions": "3",
        "zone_cap/calf": "60",
    }
    problem = DeviceProblem(code="over_pressure", cause="left_calf", advice="Look at the valve.", since=NOON)
    publisher.tell(StateTold(state=state(doing=Doing.FAULT, problem=problem, sessions=3)), 1.0)
    changed = values(outbox)
    assert (changed["problem"], changed["advice"], changed["ends_at"]) == (
        "over_pressure",
        "Look at the valve.",
        "None",
    )
    assert "sessions" not in changed, "what has not changed is not told again"


def test_readings_are_told_once_a_second_at_most_and_only_when_they_change() -> None:
    outbox = Outbox()
    publisher = Publisher(TOPICS, outbox)
    publisher.tell(StateTold(state=state(doing=Doing.RUNNING, run=RUN)), 0.0)
    values(outbox)
    for number in range(40):
        publisher.tell(ReadingsTold(readings=readings(session_ms=25_900 + 100 * number)), number / 20)
    first = values(outbox)
    assert json.loads(first["readings"])["session_ms"] == 27_900, "the latest of two that were told"
    assert first == {**first, "pressure/left_calf": "30", "temperature/left_heat": "20.0", "progress": "27"}
    publisher.tell(ReadingsTold(readings=readings(session_ms=27_900)), 60.0)
    assert not len(outbox)
    publisher.tell(ReadingsTold(readings=readings(session_ms=27_900, measured=(None, 20.04))), 120.0)
    assert values(outbox)["pressure/left_calf"] == "None"


def test_a_device_that_goes_takes_its_readings_along() -> None:
    outbox = Outbox()
    publisher = Publisher(TOPICS, outbox)
    publisher.tell(StateTold(state=state()), 0.0)
    publisher.tell(ReadingsTold(readings=readings()), 0.0)
    publisher.tell(StateTold(state=state(doing=Doing.OFFLINE)), 1.0)
    gone = values(outbox)
    assert (gone["availability"], gone["pressure/left_calf"], gone["temperature/left_heat"]) == (
        "offline",
        "None",
        "None",
    )


def test_what_happens_is_an_event_that_is_never_retained() -> None:
    outbox = Outbox()
    Publisher(TOPICS, outbox).tell(Happened(id="boots", at=NOON, name="paused", text="paused"), 0.0)
    message = asyncio.run(outbox.take())
    assert not message.retained
    assert json.loads(message.payload) == {"event_type": "paused", "at": NOON.isoformat(), "text": "paused"}


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["1", "2"]), st.booleans())))
def test_the_latest_value_of_a_topic_is_the_last_that_is_published(steps: list[tuple[str, str, bool]]) -> None:
    """Whichever queue they wait in, and whenever the broker takes one."""

    async def play() -> None:
        outbox, published, wanted = Outbox(), {}, {}
        for topic, payload, is_fleeting in steps:
            outbox.put(Outgoing(topic, payload, is_fleeting=is_fleeting))
            wanted[topic] = payload
            if payload == "2" and len(outbox):
                message = await outbox.take()
                published[message.topic] = message.payload
        while len(outbox):
            message = await outbox.take()
            published[message.topic] = message.payload
        assert published == wanted
        outbox.renew()
        assert len(outbox) == len(wanted)

    asyncio.run(play())


def test_what_could_not_be_published_waits_again_unless_something_newer_does() -> None:
    async def play() -> None:
        outbox = Outbox()
        outbox.put(Outgoing("a", "old"))
        outbox.put_event(Outgoing("e", "1", retained=False))
        outbox.put_event(Outgoing("e", "2", retained=False))
        first = await outbox.take()
        outbox.put(Outgoing("a", "new"))
        outbox.back(first)
        assert (await outbox.take()).payload == "new"
        event = await outbox.take()
        outbox.back(event)
        assert [(await outbox.take()).payload for _ in range(2)] == ["1", "2"]

    asyncio.run(play())


def test_nothing_grows_without_bounds_while_the_broker_is_away() -> None:
    outbox = Outbox()
    for number in range(MAX_TOPICS + 10):
        outbox.put(Outgoing(f"t{number}", "x"))
        outbox.put_event(Outgoing("e", str(number), retained=False))
    assert (outbox.known, len(outbox)) == (MAX_TOPICS, MAX_TOPICS + MAX_EVENTS)
    assert outbox.dropped == 10 + MAX_TOPICS + 10 - MAX_EVENTS


def test_what_was_cleared_is_forgotten_and_not_cleared_again() -> None:
    """Others can make the broker keep any number of topics for us to clear; none of them stays in our memory."""

    async def play() -> None:
        outbox = Outbox()
        outbox.put(Outgoing("a", "1"))
        outbox.put(Outgoing("a", ""))
        assert [(await outbox.take()).payload, len(outbox)] == ["", 0]
        outbox.renew()
        assert (outbox.known, len(outbox)) == (0, 0)
        for number in range(MAX_TOPICS + 10):
            outbox.put(Outgoing(f"t{number}", ""))
        assert (len(outbox), outbox.dropped) == (MAX_TOPICS, 10)

    asyncio.run(play())


def test_what_lies_on_the_leg_is_told_while_it_plays_and_after_it_has_ended() -> None:
    outbox = Outbox()
    publisher = Publisher(TOPICS, outbox)
    on = RUN.model_copy(update={"laid_on": "ice, on both shins"})
    publisher.tell(StateTold(state=state(doing=Doing.PAUSED, run=on)), 0.0)
    assert values(outbox)["laid_on"] == "ice, on both shins"
    last = Ending(kind="stopped", laid_on="ice, on both shins", at=NOON)
    publisher.tell(StateTold(state=state(doing=Doing.IDLE, run=RUN, last=last)), 1.0)
    assert "laid_on" not in values(outbox), "it has not changed"
