"""aiomqtt's client, with what it leaves open closed, and stops before everything else that has come."""

import asyncio
import math
from collections import deque
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from time import thread_time
from typing import Any, Final, TypeVar

from aiomqtt import Client, Message, MqttError
from paho.mqtt import client as paho
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from legato.service.mqtt.commands import STOPS
from legato.service.token_bucket import Bucket

T = TypeVar("T")

MAX_INCOMING: Final = 256
"""Messages that have come and wait for the reader; beyond that they are lost, stops excepted."""

MAX_PACKET: Final = 1 << 20
"""Bytes of one packet that comes; the largest of use are our own announcements, a few tens of kB, which come back."""

MAX_OUTGOING: Final = 1000
"""Packets that wait for the broker to read them. What we publish waits for itself: all others are acknowledgements."""

READING_SHARE: Final = 0.25
READING_AHEAD_S: Final = 0.05
"""How much of the processor's time what comes may take, and how much at once after a calm: a broker that sends without
end must not delay a massage, while a stop that comes behind all else has to be got at.
"""


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

    most_bytes_taken: int | None = None
    """The largest packet that may come; None for whoever clears what is larger."""

    ended_by: MqttError | None = None
    """Why we have closed the connection ourselves."""

    _rest_s = 0.0
    _resting: asyncio.TimerHandle | None = None

    @contextmanager
    def charged(self) -> Iterator[None]:
        """For whatever is done about what comes: it takes of the time that there is for the broker."""
        began_s = thread_time()
        try:
            yield
        finally:
            self._rest_s = self._share.spend(thread_time() - began_s, self._loop.time())

    # In place of aiomqtt's own: it reads for as long as TLS has something left, and what it has put off it also does
    # to a socket that is closed by then, or to another one, a device's even, that has its number.
    def _on_socket_open(self, client: paho.Client, userdata: Any, sock: Any) -> None:  # noqa: ARG002
        self._share = Bucket(READING_SHARE, READING_AHEAD_S, READING_AHEAD_S, self._loop.time())
        self._loop.call_soon_threadsafe(self._begin, sock)

    def _on_socket_register_write(self, client: paho.Client, userdata: Any, sock: Any) -> None:  # noqa: ARG002
        self._loop.call_soon_threadsafe(self._await_room, sock)

    def _on_socket_close(self, client: paho.Client, userdata: Any, sock: Any) -> None:
        if self._resting is not None:
            self._resting.cancel()
        super()._on_socket_close(client, userdata, sock)

    def _begin(self, sock: Any) -> None:
        if self._is_ours(sock):
            self._misc_task = self._loop.create_task(self._misc_loop())
            self._listen(sock)

    def _listen(self, sock: Any) -> None:
        self._resting = None
        if self._is_ours(sock):
            self._loop.add_reader(sock.fileno(), self._read_in_turn, sock)
            if self._is_pending():
                self._read_in_turn(sock)

    def _await_room(self, sock: Any) -> None:
        """Writes the rest as soon as there is room for it, unless it has been written meanwhile."""
        if self._is_ours(sock) and self._client._registered_write:  # noqa: SLF001
            self._loop.add_writer(sock.fileno(), self._write_rest)

    def _is_ours(self, sock: Any) -> bool:
        return self._client.socket() is sock

    def _write_rest(self) -> None:
        try:
            self._client.loop_write()
        except Exception as error:
            self._ends(error)

    def _read_in_turn(self, sock: Any) -> None:
        """Reads a little, and rests as long as that took too much of everybody's time."""
        try:
            with self.charged():
                self._read_a_little()
        except Exception as error:
            self._ends(error)
            return
        if self._is_ours(sock) and (self._rest_s > 0 or self._is_pending()):
            self._loop.remove_reader(sock.fileno())
            self._resting = self._loop.call_later(self._rest_s, self._listen, sock)

    def _ends(self, error: Exception) -> None:
        if not self._disconnected.done():
            self._disconnected.set_exception(error)

    def _is_pending(self) -> bool:
        """Whether TLS has decoded more than was taken, of which the socket says nothing."""
        pending = getattr(self._client.socket(), "pending", None)
        return pending is not None and pending() > 0

    def _read_a_little(self) -> None:
        """A packet, or two where we wait for an answer; one that goes too far ends the connection."""
        self._client.loop_read()
        if (why := self._too_far()) is not None:
            # At once: whoever waits for an answer would have it read on for as long.
            self.drop()
            self.ended_by = MqttError(why)
            raise self.ended_by

    def _too_far(self) -> str | None:
        """What paho has no limit for, and would eat the memory or the time."""
        inside = self._client
        most, size = self.most_bytes_taken, inside._in_packet["remaining_length"]  # noqa: SLF001
        if most is not None and size > most:
            return f"it sends a packet of {size} bytes; {most} are taken. See `legato mqtt purge`"
        if inside._in_messages:  # noqa: SLF001
            return "it sends with QoS 2 where QoS 1 was asked for"
        if len(inside._out_packet) > MAX_OUTGOING:  # noqa: SLF001
            return f"it does not read the answers to what it sends; {MAX_OUTGOING} wait"
        return None

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

    def give_up(self) -> None:
        """Nobody waits for the broker's welcome any more, even if the connection is still on its way."""
        if not self._connected.done():
            self._connected.set_exception(MqttError("given up"))
            # Where the connection fails nobody asks for it, which is no loose end for asyncio to report.
            self._connected.exception()

    def drop(self) -> None:
        """Closes the socket of a connection that failed: aiomqtt keeps it open until the keep-alive ends it."""
        if self._misc_task is not None:
            self._misc_task.cancel()
        self._client._sock_close()  # noqa: SLF001 - the one way that also takes the socket out of the loop


class HungUp(MqttError):
    """The broker took the connection and closed it without a word."""
