"""aiomqtt's client, with what it leaves open closed, and stops before everything else that has come."""

import asyncio
import math
from collections import deque
from collections.abc import Awaitable
from typing import Any, Final, TypeVar

from aiomqtt import Client, Message, MqttError
from paho.mqtt import client as paho
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from controller.mqtt.commands import STOPS

T = TypeVar("T")

MAX_INCOMING: Final = 256
"""Messages that have come and wait for the reader; beyond that they are lost, stops excepted."""


MAX_PACKET: Final = 1 << 20
"""Bytes of one packet that comes; the largest of use are our own announcements, a few tens of kB, which come back."""


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

    refusal: ReasonCode | None = None
    """Why the broker did not take the message that it answered last; None where it took it."""

    most_bytes_sent: int | None = None
    """The largest packet that the broker takes, where it says so (MQTT 5)."""

    def _on_connect(
        self,
        client: paho.Client,
        userdata: Any,
        flags: paho.ConnectFlags,
        reason_code: ReasonCode,
        properties: Properties | None = None,
    ) -> None:
        self.most_bytes_sent = getattr(properties, "MaximumPacketSize", None)
        super()._on_connect(client, userdata, flags, reason_code, properties)

    def _on_publish(self, client: paho.Client, userdata: Any, mid: int, code: ReasonCode, more: Properties) -> None:
        self.refusal = code if isinstance(code, ReasonCode) and code.is_failure else None
        super()._on_publish(client, userdata, mid, code, more)

    ended_by: MqttError | None = None
    """Why we have closed the connection ourselves."""

    def bound(self) -> None:
        """Has a packet above `MAX_PACKET` end the connection before it has eaten the memory; to be called once."""
        read, paho_client = self._client.loop_read, self._client

        def bounded(max_packets: int = 1) -> MQTTErrorCode:
            done = read(max_packets)
            if (size := paho_client._in_packet["remaining_length"]) > MAX_PACKET:  # noqa: SLF001 - paho has no limit
                # At once: whoever waits for an answer would have it read on for as long.
                self.drop()
                self.ended_by = MqttError(
                    f"it sends a packet of {size} bytes; {MAX_PACKET} are taken. See `legato mqtt purge`"
                )
                raise self.ended_by
            return done

        self._client.loop_read = bounded  # type: ignore[method-assign]

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
            why = self._disconnected.exception() if self._disconnected.done() else None
            raise why or MqttError("the broker does not answer in time") from None

    def drop(self) -> None:
        """Closes the socket of a connection that failed: aiomqtt keeps it open until the keep-alive ends it."""
        if self._misc_task is not None:
            self._misc_task.cancel()
        self._client._sock_close()  # noqa: SLF001 - the one way that also takes the socket out of the loop


class HungUp(MqttError):
    """The broker took the connection and closed it without a word."""
