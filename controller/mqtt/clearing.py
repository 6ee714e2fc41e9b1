"""Finds, and clears, what the broker keeps of a service."""

import asyncio
import json
from dataclasses import replace
from typing import Final

from aiomqtt import Message, ProtocolVersion

from controller.mqtt.broker import Broker
from controller.mqtt.link import entered
from controller.mqtt.topics import Topics

QUIET_S: Final = 1.0
"""What is kept comes at once and in a row; after so long without any, that was all."""

DISCOVERY: Final = "homeassistant/device/+/+/config"


async def kept_topics(broker: Broker, topics: Topics, clear: bool = False) -> list[str]:
    """The topics of which the broker keeps a value of ours, in order; with `clear`, they are cleared.

    Raises:
        MqttError, OSError: the broker cannot be reached.
    """
    found: set[str] = set()
    client = await replace(broker, identifier=f"{broker.identifier}-purge").client(ProtocolVersion.V311)
    await entered(client)
    try:
        for topic in (f"{topics.root}/#", DISCOVERY):
            await client.subscribe(topic, qos=1)
        reading = asyncio.create_task(_read(client.messages, topics, found))
        known = -1
        while known < len(found):
            known = len(found)
            await asyncio.wait([reading], timeout=QUIET_S)
        for topic in sorted(found) if clear else ():
            await client.publish(topic, None, qos=1, retain=True)
        reading.cancel()
        await asyncio.wait([reading])
    finally:
        await client.__aexit__(None, None, None)
    return sorted(found)


async def _read(messages: object, topics: Topics, found: set[str]) -> None:
    async for message in messages:  # type: ignore[attr-defined]
        if message.retain and message.payload and _is_ours(message, topics):
            found.add(message.topic.value)


def _is_ours(message: Message, topics: Topics) -> bool:
    """Everything below our root; of the discoveries those that speak of it."""
    topic = message.topic.value
    if topic.startswith(f"{topics.root}/"):
        return True
    payload = message.payload if isinstance(message.payload, bytes) else b""
    return json.dumps(f"{topics.root}/")[1:-1].encode() in payload
