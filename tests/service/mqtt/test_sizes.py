"""What is too large: for Home Assistant it is trimmed, for a broker left out and told, and from a broker not taken."""

import asyncio
import json
import logging
import random
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from aiomqtt import ProtocolVersion

from legato.service.devices.state import Happened, Question, StateTold
from legato.service.mqtt.discovery.payload import House
from legato.service.mqtt.message import Outgoing
from legato.service.mqtt.outbox import Outbox
from legato.service.mqtt.packet_limit import PacketLimit
from legato.service.mqtt.publisher import Publisher
from legato.service.mqtt.retained_cleanup import kept_topics
from legato.service.mqtt.service import Mqtt
from tests.mosquitto import Mosquitto
from tests.service.mqtt.rude import stub, welcome
from tests.service.mqtt.stand_in import (
    NOON,
    RUN,
    TOPICS,
    StandIn,
    broker,
    hands,
    kept,
    mqtt,
    state,
    until,
)

pytestmark = pytest.mark.timeout(180)

Make = Callable[..., Mosquitto]
BOOTS = "legato/test/boots"
ANNOUNCED = "homeassistant/device/legato_test/boots/config"


def announcing(bridge: StandIn, port: int) -> Mqtt:
    """A service that tells Home Assistant, too: of a device it has some ten thousand bytes to say."""
    return Mqtt(bridge, broker(port), TOPICS, random.Random(1), lambda: NOON, House("0", "0"))


def old(service: Mqtt) -> Mqtt:
    """As with a broker that knows no MQTT 5."""
    service.link._protocol = ProtocolVersion.V311
    return service


# Texts.


def test_no_plain_value_is_longer_than_a_state_of_home_assistant_may_be() -> None:
    outbox, long = Outbox(), "Breathe out slowly. " * 15
    publisher = Publisher(TOPICS, outbox)
    run = RUN.model_copy(update={"title": "t" * 300, "step": "🦵" * 300, "cue": Question(id=1, say=long, waits=False)})
    publisher.tell(StateTold(state=state(run=run)), 0.0)
    told = {message.topic: message.payload for message in _waiting(outbox)}
    for name in ("title", "step", "cue"):
        assert len(told[f"{BOOTS}/{name}"]) == 255
    assert long.startswith(told[f"{BOOTS}/cue"][:-1])
    assert json.loads(told[f"{BOOTS}/state"])["run"]["cue"]["say"] == long


def test_what_an_event_tells_fits_what_home_assistant_keeps() -> None:
    outbox = Outbox()
    publisher = Publisher(TOPICS, outbox)
    publisher.tell(Happened(id="boots", at=NOON, name="notice", text="🦵" * 20_000), 0.0)
    publisher.tell_event("boots", {"event_type": "refused", "text": "x" * 9_000, "cautions": ["🦵" * 9_000] * 20})
    for message in _waiting(outbox):
        assert len(message.payload.encode()) < 16_384
        assert "…" in json.loads(message.payload)["text"]


def _waiting(outbox: Outbox) -> list[Outgoing]:
    async def all_of_it() -> list[Outgoing]:
        return [await outbox.take() for _ in range(len(outbox))]

    return asyncio.run(all_of_it())


# Packets.


@pytest.mark.parametrize(
    ("message", "size"),
    [
        (Outgoing("a/b", "hi", qos=0), 2 + 5 + 1 + 2),
        (Outgoing("a/b", "hi", qos=1), 2 + 5 + 2 + 1 + 2),
        (Outgoing("ü", "ü", qos=0), 2 + 4 + 1 + 2),
        (Outgoing("a", "x" * 123, qos=0), 2 + 3 + 1 + 123),
        (Outgoing("a", "x" * 124, qos=0), 3 + 3 + 1 + 124),
        (Outgoing("a", "x" * 16_379, qos=0), 3 + 3 + 1 + 16_379),
        (Outgoing("a", "x" * 16_380, qos=0), 4 + 3 + 1 + 16_380),
    ],
)
def test_the_length_of_a_packet_counts_all_of_it(message: Outgoing, size: int) -> None:
    """Kind and length, which has seven bits a byte; topic, number, properties, payload."""
    assert message.packet_bytes == size


def test_a_broker_that_tells_its_limit_gets_nothing_above_it(brokers: Make, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    async def live(there: Mosquitto) -> None:
        bridge = StandIn()
        async with hands(there.port, "legato/#") as somebody, kept(announcing(bridge, there.port)) as service:
            await somebody.hears(f"{BOOTS}/doing", "idle")
            await until(lambda: "is not published" in caplog.text)
            await until(lambda: len(service.outbox) == 0)
            await somebody.say(f"{BOOTS}/set/stop")
            await until(lambda: bridge.asked == [("stop", "boots")])
            assert service.link.connections == 1

    asyncio.run(live(brokers("allow_anonymous true", "max_packet_size 1500")))
    assert f"{ANNOUNCED} (" in caplog.text
    assert "accepts packets of 1500 bytes at most; raise its maximum packet size" in caplog.text
    assert "another client" not in caplog.text
    assert caplog.text.count(f"{ANNOUNCED} (") == 1


def test_a_broker_that_only_hangs_up_is_not_blamed_on_another_client(
    brokers: Make, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    async def live(there: Mosquitto) -> None:
        bridge = StandIn()
        async with kept(old(announcing(bridge, there.port))) as service:
            await until(lambda: "the broker closes the connection at" in caplog.text)
            await until(lambda: service.link.is_up and len(service.outbox) == 0)
            async with hands(there.port, "legato/#") as somebody:
                await somebody.hears(f"{BOOTS}/doing", "idle")
            assert service.link.connections == 3

    asyncio.run(live(brokers("allow_anonymous true", "max_packet_size 1500")))
    assert f"the broker closes the connection at {ANNOUNCED}" in caplog.text
    assert "another client" not in caplog.text


def test_a_broker_with_a_limit_of_payloads_gets_the_rest_too(brokers: Make, caplog: pytest.LogCaptureFixture) -> None:
    """mosquitto 2.0 hangs up with another reason at each message that is too large for it, and tells no limit."""

    async def live(there: Mosquitto) -> None:
        async with kept(announcing(StandIn(), there.port)) as service, hands(there.port, "legato/#") as somebody:
            await until(lambda: f"{ANNOUNCED} (" in caplog.text)
            await until(lambda: service.link.is_up and len(service.outbox) == 0)
            await somebody.hears(f"{BOOTS}/doing", "idle")

    asyncio.run(live(brokers("allow_anonymous true", "message_size_limit 1500")))
    assert "is not published" in caplog.text
    assert "another client" not in caplog.text


def test_what_the_broker_lets_us_publish_but_throws_away_is_told_once(
    brokers: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "acl").write_text("topic readwrite legato/#\ntopic read homeassistant/#\n")

    async def live(there: Mosquitto) -> None:
        async with kept(announcing(StandIn(), there.port)) as service:
            await until(lambda: f"{ANNOUNCED} (" in caplog.text)
            service.outbox.renew()
            await until(lambda: len(service.outbox) == 0)
            assert service.link.connections == 1

    asyncio.run(live(brokers("allow_anonymous true", f"acl_file {tmp_path / 'acl'}")))
    assert caplog.text.count("refused it: Not authorized") == 2  # a device, and the service


def test_two_clients_with_one_id_are_still_told_apart_from_a_message_that_is_too_large() -> None:
    limit = PacketLimit()
    limit.sent(900, "announcement")
    limit.taken()
    for _ in range(5):
        limit.sent(100, "doing")
        assert limit.lost(None) is None
        assert not limit.is_suspected
    assert limit.takes(1_000_000)


def test_a_limit_is_learned_from_two_connections_that_end_at_one_message_or_from_one_that_says_so() -> None:
    limit = PacketLimit()
    limit.sent(900, "large")
    assert (limit.lost(None), limit.is_suspected) == (None, True)
    limit.sent(910, "large")
    assert limit.lost(None) == "large"
    assert (limit.takes(909), limit.takes(910)) == (True, False)
    other = PacketLimit()
    other.sent(900, "large")
    assert other.lost(149) == "large"


def test_a_packet_that_never_ends_is_not_taken(caplog: pytest.LogCaptureFixture) -> None:
    """A hundred megabytes of it are announced; a broker of MQTT 5 was asked to send nothing so large."""
    came = 0

    async def hostile(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal came
        came += 1
        answering = asyncio.ensure_future(welcome(reader, writer))
        try:
            await asyncio.sleep(0.2)
            writer.write(b"\x30" + b"\xff\xff\xff\x2f" + struct.pack("!H", 12) + b"legato/x/set" + b"x" * 100_000)
            await answering
        finally:
            answering.cancel()

    async def live() -> None:
        async with stub(hostile) as port, kept(old(mqtt(StandIn(), broker(port))), is_up=False):
            await until(lambda: came >= 2)

    asyncio.run(live())
    assert "it sends a packet of 100663295 bytes; the limit is 1048576" in caplog.text


def test_what_a_broker_of_mqtt_5_keeps_and_is_huge_does_not_come(brokers: Make) -> None:
    async def live(there: Mosquitto) -> None:
        bridge = StandIn()
        async with hands(there.port, "none") as somebody:
            await somebody.say(f"{BOOTS}/set/routine", b"x" * 3_000_000, retain=True)
            async with kept(mqtt(bridge, broker(there.port))) as service:
                await somebody.say(f"{BOOTS}/set/stop")
                await until(lambda: bridge.asked == [("stop", "boots")])
                assert service.link.connections == 1

    asyncio.run(live(brokers()))


def test_what_is_huge_is_found_and_cleared_by_whoever_clears(brokers: Make) -> None:
    """`legato mqtt purge`, which the service advises; it takes what the service does not."""

    async def live(there: Mosquitto) -> None:
        async with hands(there.port, "none") as somebody:
            await somebody.say(f"{BOOTS}/set/routine", b"x" * 3_000_000, retain=True)
        assert await kept_topics(broker(there.port), [f"{BOOTS}/#"], clear=True) == [f"{BOOTS}/set/routine"]
        assert await kept_topics(broker(there.port), [f"{BOOTS}/#"]) == []

    asyncio.run(live(brokers()))


def test_two_hundred_routines_with_long_names_are_announced(brokers: Make) -> None:
    names = [f"{number:03d}{'x' * 45}" for number in range(200)]

    async def live(there: Mosquitto) -> None:
        service = announcing(StandIn(), there.port)
        assert service.announcer is not None
        service.announcer.tell_routines(names)
        async with hands(there.port, ANNOUNCED) as somebody, kept(service):
            announced = json.loads(await somebody.hears(ANNOUNCED, lambda text: names[-1] in text))
            assert announced["components"]["routine"]["options"] == names

    asyncio.run(live(brokers()))
