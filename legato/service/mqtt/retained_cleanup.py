"""Finds and clears what the broker retains of a service."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from aiomqtt import ProtocolVersion

from legato.service.mqtt.broker import Broker
from legato.service.mqtt.broker_connection import entered, left
from legato.service.mqtt.client import QuietClient

QUIET_S: Final = 1.0
"""Retained messages arrive immediately, one after the other; after this long without any, there are no more."""


async def kept_topics(broker: Broker, filters: Sequence[str], clear: bool = False) -> list[str]:
    """The topics matching `filters` of which the broker retains a value, in order; with `clear`, they are cleared.

    Raises:
        MqttError, OSError: the broker cannot be reached, or does not answer.
    """
    found: set[str] = set()
    client = await replace(broker, identifier=f"{broker.identifier}-purge").client(ProtocolVersion.V311)
    await entered(client)
    try:
        for one in filters:
            await client.subscribe(one, qos=1)
        reading = asyncio.create_task(_read(client, found))
        known = -1
        while known < len(found):
            known = len(found)
            await asyncio.wait([reading], timeout=QUIET_S)
        for topic in sorted(found) if clear else ():
            await client.publish(topic, None, qos=1, retain=True)
        reading.cancel()
        await asyncio.wait([reading])
    finally:
        await left(client)
    return sorted(found)


async def _read(client: QuietClient, found: set[str]) -> None:
    async for message in client.messages:
        if message.retain and message.payload:
            found.add(message.topic.value)
