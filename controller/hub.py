"""Hands events to any number of listeners; none can hold up the session or another listener."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Final, Self

from controller.events import Event, Telemetry

KEPT: Final = 256
"""Events that wait for a slow listener; beyond that the oldest telemetry goes first."""


class Subscription(AsyncIterator[Event]):
    """One listener's queue.

    Iterate over it; it ends when the session does. Usable as a context manager, to leave early.
    """

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._waiting: deque[Event] = deque()
        self._news = asyncio.Event()
        self._is_closed = False
        self.dropped = 0

    def put(self, event: Event) -> None:
        """Adds an event; makes room by dropping telemetry, and only then the oldest event."""
        if len(self._waiting) >= KEPT:
            self._drop_one()
        self._waiting.append(event)
        self._news.set()

    def close(self) -> None:
        """What waits is still handed out, then the iteration ends."""
        self._is_closed = True
        self._news.set()

    async def __anext__(self) -> Event:
        while not self._waiting:
            if self._is_closed:
                raise StopAsyncIteration
            self._news.clear()
            await self._news.wait()
        return self._waiting.popleft()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hub.leave(self)

    def _drop_one(self) -> None:
        self.dropped += 1
        telemetry = next((e for e in self._waiting if isinstance(e, Telemetry)), None)
        if telemetry is None:
            self._waiting.popleft()
        else:
            self._waiting.remove(telemetry)


class Hub:
    """Where a session publishes its events."""

    def __init__(self) -> None:
        self._subscriptions: list[Subscription] = []

    @property
    def has_listeners(self) -> bool:
        """Whether anybody listens: telemetry for nobody need not be built."""
        return bool(self._subscriptions)

    def subscribe(self) -> Subscription:
        """Events from now on, for one listener."""
        subscription = Subscription(self)
        self._subscriptions.append(subscription)
        return subscription

    def leave(self, subscription: Subscription) -> None:
        """Takes a listener out; leaving twice is fine."""
        subscription.close()
        if subscription in self._subscriptions:
            self._subscriptions.remove(subscription)

    def publish(self, event: Event) -> None:
        """Hands `event` to every listener's queue."""
        for subscription in self._subscriptions:
            subscription.put(event)

    def close(self) -> None:
        """No more events: every iteration ends after what waits."""
        for subscription in list(self._subscriptions):
            self.leave(subscription)
