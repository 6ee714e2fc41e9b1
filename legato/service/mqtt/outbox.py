"""Messages waiting to be published: the latest value of each topic and some events, however slow the broker."""

import asyncio
from collections import deque
from typing import Final

from legato.service.mqtt.message import Outgoing

MAX_TOPICS: Final = 20_000
"""Far more than a service with many devices has; a bug that invents topics must not exhaust the memory."""

MAX_EVENTS: Final = 256
"""Every event is kept, up to this many; then the oldest are dropped."""


class Outbox:
    """The latest value wins. Retained messages are remembered, so that `renew` can publish them again."""

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
        """How many topics have a retained value."""
        return len(self._retained)

    def put(self, message: Outgoing) -> None:
        """Queues `message`, replacing a waiting one on its topic; a retained value that has not changed is skipped."""
        known = self._retained.get(message.topic)
        if message.retained and known is not None and known.payload == message.payload:
            return
        if known is None and max(self.known, len(self._waiting)) >= MAX_TOPICS:
            self.dropped += 1
            return
        if message.retained and message.payload:
            self._retained[message.topic] = message
        elif message.retained:
            # Cleared once, not after each reconnection: the broker sends us what it still retains.
            self._retained.pop(message.topic, None)
        self._queue(message)

    def put_event(self, message: Outgoing) -> None:
        """Queues `message`; events do not replace each other."""
        if len(self._events) >= MAX_EVENTS:
            self._events.popleft()
            self.dropped += 1
        self._events.append(message)
        self._news.set()

    def renew(self) -> None:
        """Queues all retained messages again, since the broker may have lost them."""
        for message in self._retained.values():
            self._queue(message)

    def back(self, message: Outgoing) -> None:
        """Puts back a `message` that could not be published, unless a newer one is waiting."""
        if message.retained or message.is_fleeting:
            self._queue_of(message).setdefault(message.topic, message)
        else:
            self._events.appendleft(message)
        self._news.set()

    async def take(self) -> Outgoing:
        """The next message to publish: values, then events, then readings."""
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
