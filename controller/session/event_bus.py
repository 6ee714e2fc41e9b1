"""Hands events to any number of listeners; none can hold up the publisher, or another listener."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from functools import partial
from types import TracebackType
from typing import Any, Final, Generic, Self, TypeVar

from legato.controller.isolation import Complaints, every
from legato.controller.session.events import Telemetry

KEPT: Final = 256
"""How many events wait for a slow listener; beyond that the oldest fleeting one is dropped first."""

T = TypeVar("T")


def is_telemetry(event: Any) -> bool:
    """What is fleeting among the events of a session."""
    return isinstance(event, Telemetry)


class Subscription(AsyncIterator[T]):
    """One listener's queue.

    Iterate over it; it ends when the bus is closed. Usable as a context manager, to leave early.
    """

    def __init__(self, bus: "EventBus[T]") -> None:
        self._bus = bus
        self._waiting: deque[T] = deque()
        self._news = asyncio.Event()
        self._is_closed = False
        self.dropped = 0

    def put(self, event: T) -> None:
        """Adds an event; makes room by dropping what is fleeting, and only then the oldest event."""
        if len(self._waiting) >= KEPT:
            self._drop_one()
        self._waiting.append(event)
        self._news.set()

    def close(self) -> None:
        """What waits is still handed out, then the iteration ends."""
        self._is_closed = True
        self._news.set()

    async def __anext__(self) -> T:
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
        self._bus.leave(self)

    def _drop_one(self) -> None:
        self.dropped += 1
        fleeting = next((i for i, event in enumerate(self._waiting) if self._bus.is_fleeting(event)), 0)
        del self._waiting[fleeting]


class EventBus(Generic[T]):
    """Where events are published; a slow listener needs only the newest of those that are fleeting (`is_fleeting`)."""

    def __init__(self, is_fleeting: Callable[[T], bool] = is_telemetry) -> None:
        self.is_fleeting = is_fleeting
        self._subscriptions: list[Subscription[T]] = []
        self._complaints = Complaints()

    @property
    def has_listeners(self) -> bool:
        """Whether anybody listens: telemetry for nobody need not be built."""
        return bool(self._subscriptions)

    def subscribe(self) -> Subscription[T]:
        """Events from now on, for one listener."""
        subscription = Subscription(self)
        self._subscriptions.append(subscription)
        return subscription

    def leave(self, subscription: Subscription[T]) -> None:
        """Takes a listener out; leaving twice is fine."""
        subscription.close()
        if subscription in self._subscriptions:
            self._subscriptions.remove(subscription)

    def publish(self, event: T) -> None:
        """Hands `event` to every listener's queue; never raises."""
        self._complaints.log(
            "a listener", every(partial(subscription.put, event) for subscription in self._subscriptions)
        )

    def close(self) -> None:
        """No more events: every iteration ends after what waits."""
        for subscription in list(self._subscriptions):
            self.leave(subscription)
