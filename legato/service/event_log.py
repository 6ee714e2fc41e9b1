"""What happened in a run, for any number of readers, each of whom gets it from the beginning."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from legato.controller.session.event_bus import KEPT, is_telemetry
from legato.controller.session.events import Event


class EventLog:
    """Keeps every event until it is closed, but of the telemetry only the latest: of an hour there are 36 000."""

    def __init__(self) -> None:
        self._events: list[Event | None] = []
        self._telemetry: deque[int] = deque()
        self._is_closed = False
        self._news = asyncio.Event()

    def put(self, event: Event) -> None:
        """Adds an event; whoever has not read the oldest telemetry yet does not get it."""
        if is_telemetry(event):
            self._telemetry.append(len(self._events))
            if len(self._telemetry) > KEPT:
                self._events[self._telemetry.popleft()] = None
        self._events.append(event)
        self._wake()

    def close(self) -> None:
        """Nothing more happens: every reader ends after what is there."""
        self._is_closed = True
        self._wake()

    async def read(self) -> AsyncIterator[Event]:
        """Everything that happens, from the beginning until the log is closed."""
        at = 0
        while True:
            news = self._news
            while at < len(self._events):
                event = self._events[at]
                at += 1
                if event is not None:
                    yield event
            if self._is_closed:
                return
            await news.wait()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()
