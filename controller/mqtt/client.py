"""aiomqtt's client, with what it leaves open closed, and stops before everything else that has come."""

import asyncio
import math
from collections import deque
from collections.abc import Awaitable
from typing import Any, Final, TypeVar

from aiomqtt import Client, Message, MqttError

from controller.mqtt.commands import STOPS

T = TypeVar("T")

MAX_INCOMING: Final = 256
"""Messages that have come and wait for the reader; beyond that they are lost, stops excepted."""


class StopsFirst(asyncio.Queue[Message]):
    """The queue of what has come: a stop overtakes the rest, and finds room where nothing else does."""

    _queue: deque[Message]

    def put_nowait(self, item: Message) -> None:
        if self.full() and _is_stop(item):
            self._queue.pop()
        super().put_nowait(item)

    def _put(self, item: Message) -> None:
        if _is_stop(item):
            self._queue.appendleft(item)
        else:
            self._queue.append(item)


def _is_stop(message: Message) -> bool:
    return not message.retain and message.topic.value.rpartition("/set/")[2] in STOPS


class QuietClient(Client):
    """Says at once when the broker hangs up before it has answered, and can be dropped in any state."""

    def _on_disconnect(self, *args: Any, **kwargs: Any) -> None:
        if not self._connected.done():
            self._connected.set_exception(HungUp("the broker closed the connection without an answer"))
            return
        super()._on_disconnect(*args, **kwargs)
        # Whoever waits is told. Where nobody does, as between two messages, it is no loose end for asyncio to report.
        if self._disconnected.done():
            self._disconnected.exception()

    async def _wait_for(self, fut: Awaitable[T], timeout: float | None) -> T:  # noqa: ASYNC109 - as aiomqtt calls it
        """As aiomqtt's, without `asyncio.wait_for`: in Python 3.11 it drops a cancellation that comes with the result.

        A publisher that was told to end just as the broker acknowledged its message went on for ever.
        """
        patience_s = self.timeout if timeout is None else timeout
        try:
            async with asyncio.timeout(None if patience_s == math.inf else patience_s):
                return await fut
        except TimeoutError:
            raise MqttError("the broker does not answer in time") from None

    def drop(self) -> None:
        """Closes the socket of a connection that failed: aiomqtt keeps it open until the keep-alive ends it."""
        if self._misc_task is not None:
            self._misc_task.cancel()
        self._client._sock_close()  # noqa: SLF001 - the one way that also takes the socket out of the loop


class HungUp(MqttError):
    """The broker took the connection and closed it without a word."""
