"""Broadcasts updates to many clients: each is read once and serialised once, and a slow client delays no other."""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from legato.controller.isolation import Complaints
from legato.service.devices.bridge import Bridge
from legato.service.devices.state import News, ReadingsTold, StateTold
from legato.service.http.problems import refuse

KEPT: Final = 256
"""How many messages are queued for a slow client; then the oldest readings are dropped, or else the client."""


AT_ONCE: Final = 4
"""How many listeners get a message before yielding to the loop; with more, an emergency stop would wait for all."""


class TooSlow(Exception):
    """The client does not read its messages fast enough."""


class ClientQueue:
    """One client's queue of messages, each a line of JSON; a guest is not told whom a massage is for."""

    def __init__(self, is_guest: bool = False) -> None:
        self.is_guest = is_guest
        self._waiting: deque[tuple[bool, str]] = deque()
        self._news = asyncio.Event()
        self._is_lost = False
        self._is_closed = False
        self.dropped = 0

    def put(self, text: str, is_fleeting: bool) -> None:
        """Adds a message; never waits."""
        if len(self._waiting) >= KEPT and not self._made_room():
            self._is_lost = True
        else:
            self._waiting.append((is_fleeting, text))
        self._news.set()

    def close(self) -> None:
        """No more messages follow."""
        self._is_closed = True
        self._news.set()

    async def next(self) -> str | None:
        """The next message; None when the service ends.

        Raises:
            TooSlow: a message was dropped that must not be.
        """
        while not self._waiting and not self._is_lost:
            if self._is_closed:
                return None
            self._news.clear()
            await self._news.wait()
        if self._is_lost:
            raise TooSlow
        return self._waiting.popleft()[1]

    def _made_room(self) -> bool:
        fleeting = next((i for i, (is_fleeting, _) in enumerate(self._waiting) if is_fleeting), None)
        if fleeting is None:
            return False
        del self._waiting[fleeting]
        self.dropped += 1
        return True


class Listeners:
    """All listeners; `run` publishes the bridge's updates to them."""

    def __init__(self, bridge: Bridge, most: int) -> None:
        self._bridge = bridge
        self._most = most
        self._listeners: set[ClientQueue] = set()
        self._complaints = Complaints()
        self.cut_off = 0
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._listeners)

    async def run(self) -> None:
        """Publishes updates until cancelled."""
        try:
            with self._bridge.news() as updates:
                async for news in updates:
                    try:
                        await self._publish(news)
                    except Exception as error:
                        self._complaints.log("publishing to clients", [error])
        finally:
            self.close()

    def close(self) -> None:
        """Ends all streams, which would not end by themselves."""
        for listener in self._listeners:
            listener.close()

    @contextmanager
    def listening(self, is_guest: bool) -> Iterator[ClientQueue]:
        """A new listener, which first gets every device's state.

        Raises:
            Refusal: there are too many already.
        """
        if len(self._listeners) >= self._most:
            raise refuse(503, "too_many", f"{self._most} clients are listening already", {"Retry-After": "10"})
        listener = ClientQueue(is_guest)
        for state in self._bridge.states():
            listener.put(_text(StateTold(state=state), is_guest), is_fleeting=False)
        self._listeners.add(listener)
        try:
            yield listener
        except TooSlow:
            self.cut_off += 1
            raise
        finally:
            self._listeners.discard(listener)
            self.dropped += listener.dropped

    async def _publish(self, news: News) -> None:
        if not self._listeners:
            return
        is_fleeting = isinstance(news, ReadingsTold)
        texts = {is_guest: _text(news, is_guest) for is_guest in {one.is_guest for one in self._listeners}}
        for number, listener in enumerate(tuple(self._listeners), 1):
            listener.put(texts[listener.is_guest], is_fleeting)
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)


def _text(news: News, is_guest: bool) -> str:
    """The line of JSON, for owners or for guests."""
    if is_guest and isinstance(news, StateTold):
        news = StateTold(state=news.state.anonymous)
    return news.model_dump_json()
