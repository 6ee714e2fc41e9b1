"""What stands in for the rest of the service in tests of MQTT: a bridge without devices, and hands on a broker."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiomqtt import Client, ProtocolVersion

from legato.controller.session.event_bus import EventBus
from legato.profiles.anatomy import Zone
from legato.service.devices.bridge import Start
from legato.service.devices.errors import UnknownDevice
from legato.service.devices.state import (
    About,
    ChannelInfo,
    DeviceState,
    Doing,
    News,
    Question,
    Readings,
    Run,
    StateTold,
)
from legato.service.mqtt.broker import Broker
from legato.service.mqtt.service import Mqtt
from legato.service.mqtt.topics import Topics

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TOPICS = Topics("legato", "test")
RUN = Run(
    routine="goddard",
    title="Goddard",
    started_at=NOON,
    duration_ms=100_000,
    session_ms=25_900,
    ends_at=NOON + timedelta(seconds=74.1),
    step="calf",
    step_number=2,
    steps=4,
    intensity=80,
    cue=Question(id=1, say="Breathe", waits=False),
)


def channel(name: str, unit: str = "mmHg") -> ChannelInfo:
    return ChannelInfo(
        name=name, kind="chamber", zone="calf", side="left", face="around", unit=unit, from_cm=0, to_cm=9, cap=60
    )


ABOUT = About(
    name="boots-6",
    title="Boots",
    firmware="1",
    boot_id=1,
    channels=(channel("left_calf"), channel("left_heat", "degC")),
)


def state(which: str = "boots", doing: Doing = Doing.IDLE, number: int = 1, **more: Any) -> DeviceState:
    return DeviceState(
        id=which, port="sim://boots-6", is_simulated=True, number=number, doing=doing, about=ABOUT, **more
    )


def readings(which: str = "boots", session_ms: int = 0, measured: Sequence[float | None] = (30.0, 20.0)) -> Readings:
    return Readings(
        id=which,
        at=NOON,
        session_ms=session_ms,
        commanded=(30.0, 20.0),
        measured=tuple(measured),
        slack_ms=2000,
        rtt_ms=1.5,
        lost=0,
        resent=0,
        bad_frames=0,
        late_max_ms=0,
    )


class StandIn:
    """A `Bridge` that remembers what it was asked; `refusal` is what it answers with."""

    def __init__(self, *states: DeviceState) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.refusal: Exception | None = None
        self.holds: asyncio.Event | None = None
        self.hub = EventBus[News](lambda news: news.type == "readings")
        self._states = {one.id: one for one in states or (state(),)}

    def states(self) -> Sequence[DeviceState]:
        return list(self._states.values())

    def state(self, which: str) -> DeviceState:
        if which not in self._states:
            raise UnknownDevice(f"no device is called {which}")
        return self._states[which]

    def readings(self, which: str) -> Readings | None:  # noqa: ARG002
        return None

    def description(self, which: str) -> None:  # noqa: ARG002
        return None

    async def cap_zone(self, which: str, zone: Zone, cap_mmhg: float) -> DeviceState:
        return await self._done("cap_zone", which, zone, cap_mmhg)

    def stuck(self) -> Sequence[str]:
        return ()

    @contextmanager
    def news(self) -> Iterator[AsyncIterator[News]]:
        with self.hub.subscribe() as subscription:
            for one in self.states():
                subscription.put(StateTold(state=one))
            yield subscription

    def change(self, which: str = "boots", **changes: Any) -> DeviceState:
        before = self._states[which]
        after = before.model_copy(update={**changes, "number": before.number + 1})
        self._states[which] = after
        self.hub.publish(StateTold(state=after))
        return after

    async def _done(self, *what: Any) -> DeviceState:
        self.asked.append(what)
        if self.holds is not None:
            await self.holds.wait()
        found = self.state(what[1])
        if self.refusal is not None:
            raise self.refusal
        return found

    async def start(self, which: str, wish: Start) -> DeviceState:
        return await self._done("start", which, wish)

    async def pause(self, which: str) -> DeviceState:
        return await self._done("pause", which)

    async def resume(self, which: str) -> DeviceState:
        return await self._done("resume", which)

    async def skip(self, which: str) -> DeviceState:
        return await self._done("skip", which)

    async def set_intensity(self, which: str, percent: int) -> DeviceState:
        return await self._done("intensity", which, percent)

    async def answer(self, which: str, question: int) -> DeviceState:
        return await self._done("answer", which, question)

    async def clear_fault(self, which: str) -> DeviceState:
        return await self._done("clear_fault", which)

    async def stop(self, which: str) -> DeviceState:
        return await self._done("stop", which)

    async def stop_all(self) -> Sequence[DeviceState]:
        return [await self._done("stop", which) for which in self._states]

    def cut_off(self, which: str | None = None) -> None:
        self.asked.append(("emergency_stop", which))

    async def obeyed(self, which: str | None = None) -> Sequence[DeviceState]:
        return [self.state(which)] if which is not None else list(self._states.values())

    async def emergency_stop(self, which: str | None = None) -> Sequence[DeviceState]:
        self.cut_off(which)
        return await self.obeyed(which)


@dataclass
class Hands:
    """Somebody else on the broker: publishes, and remembers what comes."""

    client: Client
    heard: list[tuple[str, str, bool]] = field(default_factory=list)

    async def say(self, topic: str, payload: str | bytes = "", **more: Any) -> None:
        await self.client.publish(topic, payload, qos=1, **more)

    async def hears(self, topic: str, payload: str | Callable[[str], bool] | None = None) -> str:
        """Waits for `topic`, with this payload where one is asked for; what came before counts."""
        found: list[str] = []

        def is_so() -> bool:
            fits = payload if callable(payload) else lambda text: payload is None or text == payload
            found[:] = [text for heard, text, _ in self.heard if heard == topic and fits(text)]
            return bool(found)

        await until(is_so)
        return found[-1]

    def retained(self) -> dict[str, str]:
        return {topic: text for topic, text, is_retained in self.heard if is_retained}


async def until(is_so: Callable[[], bool], patience_s: float = 40.0) -> None:
    """Waits for something to hold."""
    async with asyncio.timeout(patience_s):
        while not is_so():  # noqa: ASYNC110 - what is waited for may be in another process
            await asyncio.sleep(0.01)


@asynccontextmanager
async def hands(port: int, *filters: str, **more: Any) -> AsyncIterator[Hands]:
    """A client of the broker at `port` that listens to `filters`, everything unless told."""
    client = Client("127.0.0.1", port, protocol=ProtocolVersion.V5, **more)
    async with client:
        there = Hands(client)

        async def listen() -> None:
            async for message in client.messages:
                payload = message.payload.decode() if isinstance(message.payload, bytes) else ""
                there.heard.append((message.topic.value, payload, bool(message.retain)))

        for one in filters or ("#",):
            await client.subscribe(one, qos=1)
        listening = asyncio.create_task(listen())
        try:
            yield there
        finally:
            listening.cancel()
            await asyncio.wait([listening])


async def closed(writer: asyncio.StreamWriter) -> None:
    """Closes this end, whatever the other has done."""
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


def broker(port: int, **more: Any) -> Broker:
    return Broker(**{"host": "127.0.0.1", "port": port, "identifier": "legato-test", "timeout_s": 10.0, **more})


def mqtt(bridge: StandIn, there: Broker, topics: Topics = TOPICS) -> Mqtt:
    return Mqtt(bridge, there, topics, random.Random(1), lambda: NOON)


@asynccontextmanager
async def kept(service: Mqtt, is_up: bool = True) -> AsyncIterator[Mqtt]:
    """`service` runs inside; it has had a connection, however short, unless none is to be expected."""
    running = asyncio.create_task(service.run())
    try:
        if is_up:
            await until(lambda: service.link.connections > 0)
        yield service
    finally:
        running.cancel()
        await asyncio.wait([running])
