"""What waits to be published: the latest value of each topic and a few events, however slow the broker."""

import asyncio
from collections import deque
from typing import Final

from legato.service.mqtt.message import Outgoing

MAX_TOPICS: Final = 20_000
"""Far beyond what a service of many devices has; a mistake of ours that makes up topics must not eat the memory."""

MAX_EVENTS: Final = 256
"""Of events every one counts, but not for ever: the oldest go first."""


class Outbox:
    """The latest value wins. What the broker is to retain is remembered, to be told again by `renew`."""

    def __init__(self) -> None:
        self.dropped = 0
        self._retained: dict[str, Outgoing] = {}
        self._waiting: dict[str, Outgoing] = {}
        self._fleeting: dict[str, Outgoing] = {}
        self._events: deque[Outgoing] = deque()
        self._news = asyncio.Event()

    def __len__(self) -> int:
        return len(self._waiting) + len(self._fleeting) + len(self._events)

    @property
    def known(self) -> int:
        """How many topics hold a retained value."""
        return len(self._retained)

    def put(self, message: Outgoing) -> None:
        """Has `message` published, in place of an older one that still waits; a retained value told already is not."""
        told = self._retained.get(message.topic)
        if message.retained and told is not None and told.payload == message.payload:
            return
        if told is None and max(self.known, len(self._waiting)) >= MAX_TOPICS:
            self.dropped += 1
            return
        if message.retained and message.payload:
            self._retained[message.topic] = message
        elif message.retained:
            # Cleared once, and not at each connection again: the broker tells what it still keeps.
            self._retained.pop(message.topic, None)
        self._queue(message)

    def put_event(self, message: Outgoing) -> None:
        """Has `message` published; none takes another's place."""
        if len(self._events) >= MAX_EVENTS:
            self._events.popleft()
            self.dropped += 1
        self._events.append(message)
        self._news.set()

    def renew(self) -> None:
        """Has everything that is to be retained published again: the broker may have lost it."""
        for message in self._retained.values():
            self._queue(message)

    def back(self, message: Outgoing) -> None:
        """Takes `message` back, which could not be published, unless a newer one waits."""
        if message.retained or message.is_fleeting:
            self._queue_of(message).setdefault(message.topic, message)
        else:
            self._events.appendleft(message)
        self._news.set()

    async def take(self) -> Outgoing:
        """The next to be published: values, then events, and readings where nothing else waits."""
        while not len(self):
            self._news.clear()
            await self._news.wait()
        if self._waiting:
            return self._waiting.pop(next(iter(self._waiting)))
        if self._events:
            return self._events.popleft()
        return self._fleeting.pop(next(iter(self._fleeting)))

    def _queue(self, message: Outgoing) -> None:
        other = self._waiting if message.is_fleeting else self._fleeting
        other.pop(message.topic, None)
        self._queue_of(message)[message.topic] = message
        self._news.set()

    def _queue_of(self, message: Outgoing) -> dict[str, Outgoing]:
        return self._fleeting if message.is_fleeting else self._waiting
