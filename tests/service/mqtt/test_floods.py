"""Brokers that send without end: little is read at a time, little is done for it, and a stop is always found."""

import asyncio
import itertools
import random
import ssl
import struct
from collections.abc import Sequence
from pathlib import Path

import pytest

from legato.service.mqtt.client import MAX_OUTGOING, READING_AHEAD_S, READING_SHARE, QuietClient
from legato.service.mqtt.discovery.payload import House
from legato.service.mqtt.message import Incoming
from legato.service.mqtt.service import Mqtt
from tests.certificates import Authority
from tests.service.mqtt.rude import Talk, packet, stub, welcome
from tests.service.mqtt.stand_in import NOON, TOPICS, StandIn, broker, kept, mqtt, until

pytestmark = pytest.mark.timeout(120)

BUSY_S = 90.0
"""A flood gets a quarter of the processor's time, and others may leave us a tenth of the processor."""

INTENSITY = b"legato/test/boots/set/intensity"
STOP = b"legato/test/boots/set/emergency_stop"


def publish(topic: bytes, payload: bytes = b"", qos: int = 0, number: int = 1) -> bytes:
    body = struct.pack("!H", len(topic)) + topic + (struct.pack("!H", number) if qos else b"") + payload
    return bytes([0x30 | qos << 1, len(body)]) + body


def saying(*packets: bytes, then: Talk = welcome) -> Talk:
    """A broker that says all this at once to whoever it has welcomed and heard a first message of."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if (await packet(reader))[7] == 5:
            writer.write(b"\x20\x02\x00\x01")
            return
        writer.write(b"\x20\x02\x00\x00")
        for _ in TOPICS.command_filters:
            writer.write(b"\x90\x03" + (await packet(reader))[1:3] + b"\x01")
        online = await packet(reader)
        at = 3 + online[2]
        writer.write(b"\x40\x02" + online[at : at + 2] + b"".join(packets))
        await then(reader, writer)

    return talk


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:  # noqa: ARG001
    """Says nothing more, not even that a message has come."""
    while await reader.read(1 << 16):
        pass


async def taken(bridge: StandIn, packets: Sequence[bytes]) -> None:
    """Until a stop behind all these packets is asked for."""
    async with stub(saying(*packets, publish(STOP))) as port, kept(mqtt(bridge, broker(port))):
        await until(lambda: ("emergency_stop", "boots") in bridge.asked, BUSY_S)


def test_of_a_flood_of_commands_a_few_are_looked_at_and_a_stop_behind_it_is_found(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bridge = StandIn()
    asyncio.run(taken(bridge, [publish(INTENSITY + b"x", b"50")] * 5000))
    told = [record.getMessage() for record in caplog.records if "too many commands" in record.getMessage()]
    assert told[0] == "too many commands: 20 commands a second are handled, besides stops; 1 discarded so far"
    assert len(told) <= 13, "1, 2, 4, and so on up to 4096"
    assert len([record for record in caplog.records if "discarded: there is no" in record.getMessage()]) < 2000


def test_a_broker_that_sends_with_a_quality_that_nobody_asked_for_is_left(caplog: pytest.LogCaptureFixture) -> None:
    """paho keeps what comes with QoS 2, 65 535 of it, and reads as many packets in one turn."""

    async def live() -> None:
        flood = (publish(INTENSITY, b"50", qos=2, number=number) for number in range(1, 20_000))
        async with stub(saying(*flood)) as port, kept(mqtt(StandIn(), broker(port))):
            await until(lambda: "it sends with QoS 2, but QoS 1 was requested" in caplog.text)

    asyncio.run(live())


def test_many_births_of_a_home_assistant_have_everything_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("legato.service.mqtt.service.BIRTH_SPREAD_S", 0.0)
    renewed: list[bool] = []

    async def live() -> None:
        service = Mqtt(StandIn(), broker(0), TOPICS, random.Random(1), lambda: NOON, House("1", "1"))
        monkeypatch.setattr(service.outbox, "renew", lambda: renewed.append(True))
        for flood in (100, 1):
            for _ in range(flood):
                service._take(Incoming("homeassistant/status", b"online"))
            await until(lambda: service._renewal is None)
        assert len(renewed) == 2

    asyncio.run(live())


def test_what_comes_rests_after_it_has_had_its_share_of_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each turn is said to take a second: the debt for it is bounded, and nothing is lost."""
    now_s = itertools.count()
    rests_s: set[float] = set()
    monkeypatch.setattr("legato.service.mqtt.client.thread_time", lambda: float(next(now_s)))
    listen = QuietClient._listen

    def listening(self: QuietClient, sock: object) -> None:
        rests_s.add(self._rest_s)
        listen(self, sock)

    monkeypatch.setattr(QuietClient, "_listen", listening)
    asyncio.run(taken(StandIn(), [publish(b"elsewhere")] * 5))
    assert max(rests_s) == READING_AHEAD_S / READING_SHARE


def test_over_tls_nothing_that_has_come_waits_for_more_to_come(tmp_path: Path) -> None:
    """A record of TLS holds many packets, and the socket tells of the record only."""
    authority = Authority(tmp_path, "home")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*authority.issue("127.0.0.1"))

    async def live() -> None:
        bridge = StandIn()
        talk = saying(*[publish(b"elsewhere")] * 500, publish(STOP), then=silent)
        async with stub(talk, context) as port, kept(mqtt(bridge, broker(port, tls=authority.tls()))):
            await until(lambda: ("emergency_stop", "boots") in bridge.asked)

    asyncio.run(live())


def test_a_broker_that_reads_no_acknowledgement_is_left() -> None:
    async def live() -> None:
        client = QuietClient("127.0.0.1")
        client._client._out_packet.extend([{}] * (MAX_OUTGOING + 1))  # type: ignore[typeddict-item]
        assert client._too_far() == "it does not read our acknowledgements; 1000 are waiting"

    asyncio.run(live())
