"""A client of a broker that steers a fleet, and hears everything that its bridges publish."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final, NamedTuple

from aiomqtt import Client, ProtocolVersion

from legato.service.mqtt.topics import Topics

AT_A_TIME: Final = 16
"""A bridge carries out twice as many commands at a time, and refuses more."""


class MessageCount(NamedTuple):
    """What has come so far."""

    messages: int = 0
    bytes: int = 0


class FleetDriver:
    """Gives commands with an id each, and waits for what became of them."""

    def __init__(self, client: Client) -> None:
        self.heard = MessageCount()
        self._client = client
        self._numbers = itertools.count(1)
        self._waiting: dict[str, asyncio.Future[float]] = {}
        self._doing: dict[str, str] = {}

    @classmethod
    @asynccontextmanager
    async def at(cls, port: int) -> AsyncIterator["FleetDriver"]:
        """Connected, and subscribed to everything below `legato`."""
        async with Client("127.0.0.1", port, protocol=ProtocolVersion.V5) as client:
            steering = cls(client)
            client.pending_calls_threshold = AT_A_TIME  # beyond which it would complain
            await client.subscribe("legato/#", qos=0)
            listening = asyncio.create_task(steering._listen())
            try:
                yield steering
            finally:
                listening.cancel()
                await asyncio.wait([listening])

    async def all_play(self, everyone: Sequence[tuple[str, str]], routine: str) -> None:
        """Starts `routine` on every (site, device), a few at a time, and waits until all of them play."""
        few = asyncio.Semaphore(AT_A_TIME)

        async def start(site: str, device: str) -> None:
            async with few:
                await self._done(Topics(instance=site).command(device, "start"), routine)

        await asyncio.gather(*(start(site, device) for site, device in everyone))
        doing = {Topics(instance=site).value(device, "doing") for site, device in everyone}
        while not all(self._doing.get(topic) == "running" for topic in doing):  # noqa: ASYNC110 - a benchmark
            await asyncio.sleep(0.1)

    async def intensity(self, site: str, device: str, percent: int) -> float:
        """Seconds from before this was published until it was told that it is done."""
        began_s = asyncio.get_running_loop().time()
        return await self._done(Topics(instance=site).command(device, "intensity"), percent) - began_s

    async def _done(self, topic: str, value: str | int) -> float:
        """The loop time at which it was told that this is done."""
        ref, done = f"n{next(self._numbers)}", asyncio.get_running_loop().create_future()
        self._waiting[ref] = done
        await self._client.publish(topic, json.dumps({"value": value, "id": ref}), qos=1)
        at_s: float = await done
        return at_s

    async def _listen(self) -> None:
        async for message in self._client.messages:
            topic, data = message.topic.value, bytes(message.payload)
            self.heard = MessageCount(self.heard.messages + 1, self.heard.bytes + len(topic) + len(data))
            if topic.endswith("/event"):
                self._answered(json.loads(data))
            elif topic.endswith("/doing"):
                self._doing[topic] = data.decode()

    def _answered(self, event: dict[str, str]) -> None:
        future = self._waiting.pop(event.get("id", ""), None)
        if future is not None and event["event_type"] == "done":
            future.set_result(asyncio.get_running_loop().time())
        elif future is not None:
            future.set_exception(RuntimeError(f"a command was not carried out: {event}"))
