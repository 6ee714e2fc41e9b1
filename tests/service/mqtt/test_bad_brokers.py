"""Brokers that mosquitto would never be: silent, rude, old. Each is a few lines of asyncio."""

import asyncio
from contextlib import suppress
from functools import partial

import pytest

from legato.service.devices.state import Doing
from legato.service.mqtt.broker_connection import Link
from tests.mosquitto import Mosquitto
from tests.service.mqtt.rude import packet, stub, version, welcome
from tests.service.mqtt.stand_in import StandIn, broker, hands, kept, mqtt, until

pytestmark = pytest.mark.timeout(120)


def test_a_broker_that_accepts_and_never_answers_is_given_up_and_tried_again() -> None:
    async def live() -> None:
        ends: list[bool] = []

        async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:  # noqa: ARG001
            await packet(reader)
            ends.append(await reader.read() == b"")

        async with stub(silent) as port, kept(mqtt(StandIn(), broker(port, timeout_s=0.3)), is_up=False):
            await until(lambda: len(ends) >= 2)

    asyncio.run(live())


def test_a_broker_that_accepts_and_never_answers_is_not_waited_for_at_the_end() -> None:
    async def live() -> None:
        came = asyncio.Event()

        async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:  # noqa: ARG001
            await packet(reader)
            came.set()
            await reader.read()

        patient = partial(broker, timeout_s=1000)
        async with asyncio.timeout(60), stub(silent) as port, kept(mqtt(StandIn(), patient(port)), is_up=False):
            await came.wait()

    asyncio.run(live())


@pytest.mark.parametrize("answer", [b"\x20\x02\x00\x01", b"\x20\x03\x00\x84\x00", b""], ids=["v3", "v5", "hangs up"])
def test_a_broker_that_refuses_mqtt_5_in_whatever_way_gets_3_1_1(answer: bytes) -> None:
    async def live() -> None:
        versions: list[int] = []

        async def old(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connect = await packet(reader)
            versions.append(version(connect))
            if versions[-1] == 5:
                writer.write(answer)
                return
            writer.write(b"\x20\x02\x00\x00")
            await welcome(reader, writer)

        async with stub(old) as port, kept(mqtt(StandIn(), broker(port))) as service:
            assert service.link.is_up
        assert versions == [5, 4]

    asyncio.run(live())


def test_a_broker_that_drops_every_connection_is_tried_ever_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is there for a moment each time; the pauses are those between two tries."""

    async def live() -> None:
        pauses: list[float] = []
        real = Link._pauses

        def watched(self: Link):  # type: ignore[no-untyped-def]
            for pause_s in real(self):
                pauses.append(pause_s)
                yield pause_s / 1000

        monkeypatch.setattr(Link, "_pauses", watched)

        async def dropping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with suppress(TimeoutError):
                async with asyncio.timeout(0.05):
                    await welcome(reader, writer)

        bridge = StandIn()
        async with stub(dropping) as port:
            there = broker(port)
            async with kept(mqtt(bridge, there), is_up=False):
                await until(lambda: len(pauses) >= 9)
        assert min(pauses[7:]) > 25.0 > 1.0 > max(pauses[:1])

    asyncio.run(live())


class Line:
    """A line to a broker that can fall dead without a word to either end; new connections are fine."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connections = 0
        self._dead = asyncio.Event()
        self._is_cut = False

    def fall_dead(self, for_good: bool = False) -> None:
        self._dead.set()
        self._dead = asyncio.Event()
        self._is_cut = for_good

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            return
        self.connections += 1
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self.port)
        dead = asyncio.ensure_future(self._dead.wait())
        ways = [
            asyncio.ensure_future(_carry(one, other)) for one, other in ((reader, there_writer), (there_reader, writer))
        ]
        try:
            await asyncio.wait([*ways, dead], return_when=asyncio.FIRST_COMPLETED)
            if dead.done():
                for way in ways:
                    way.cancel()
                # The sockets stay open, and nobody reads.
                await asyncio.Event().wait()
        finally:
            there_writer.close()  # before anything is waited for: somebody may cancel the waiting
            for task in (*ways, dead):
                task.cancel()
            await asyncio.gather(*ways, dead, return_exceptions=True)


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(1 << 16):
        writer.write(data)
        await writer.drain()


def test_a_line_that_falls_dead_is_left_and_everything_is_told_on_the_next(there: Mosquitto) -> None:
    async def live() -> None:
        line, bridge = Line(there.port), StandIn()
        async with stub(line.talk) as port, kept(mqtt(bridge, broker(port, timeout_s=1.0))) as service:
            line.fall_dead()
            bridge.change(doing=Doing.RUNNING)
            await until(lambda: line.connections > 1 and service.link.is_up)
            async with hands(there.port) as somebody:
                await somebody.hears("legato/test/boots/doing", "running")
                await somebody.hears("legato/test/bridge/state", "online")

    asyncio.run(live())


def test_a_service_that_falls_silent_is_told_offline_by_the_broker(there: Mosquitto) -> None:
    """Its last will, after one and a half times the keep-alive: nobody has closed the connection."""

    async def live() -> None:
        line = Line(there.port)
        async with (
            stub(line.talk) as port,
            hands(there.port) as somebody,
            kept(mqtt(StandIn(), broker(port, keepalive_s=1, timeout_s=1.0))),
        ):
            await somebody.hears("legato/test/bridge/state", "online")
            line.fall_dead(for_good=True)
            await somebody.hears("legato/test/bridge/state", "offline")

    asyncio.run(live())
