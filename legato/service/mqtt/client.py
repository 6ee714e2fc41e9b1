"""aiomqtt's client, with its leaks fixed, and with stops ahead of all other incoming messages."""

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
from legato.service.rate_limit import Bucket

T = TypeVar("T")

MAX_INCOMING: Final = 256
"""How many incoming messages may wait for the reader; beyond that they are dropped, except stops."""

MAX_PACKET: Final = 1 << 20
"""The maximum size of an incoming packet in bytes; the largest useful ones are our own announcements."""

MAX_OUTGOING: Final = 1000
"""How many packets may wait for the broker to read them. They are acknowledgements, as publishing waits each time."""

READING_SHARE: Final = 0.25
READING_AHEAD_S: Final = 0.05
"""The share of processor time for incoming messages, and how much in one go after a quiet time: a broker that floods
us must not delay a massage, but a stop behind the flood must still be reached.
"""


class StopsFirst(asyncio.Queue[Message]):
    """The queue of incoming messages: a stop overtakes the others, and is accepted even if the queue is full."""

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
    """Fails immediately if the broker closes the connection before it answers, and can be dropped in any state."""

    refusal: ReasonCode | None = None
    """Why the broker refused the last acknowledged message; None if it accepted it."""

    most_bytes_sent: int | None = None
    """The largest packet that the broker accepts, if it says so (MQTT 5)."""

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
    """The largest incoming packet that is accepted; None to accept any, in order to clear it."""

    ended_by: MqttError | None = None
    """Why we closed the connection ourselves."""

    _rest_s = 0.0
    _resting: asyncio.TimerHandle | None = None

    @contextmanager
    def charged(self) -> Iterator[None]:
        """Charges the time spent on incoming messages to the broker's share."""
        began_s = thread_time()
        try:
            yield
        finally:
            self._rest_s = self._share.spend(thread_time() - began_s, self._loop.time())

    # Instead of aiomqtt's own: that reads as long as TLS has data left, and runs deferred callbacks even on a socket
    # that is closed by then, or on another one (even a device's) that has reused its number.
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
        """Writes the rest as soon as there is room for it, unless it has been written in the meantime."""
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
        """Reads a little, then pauses until the share of processor time allows more."""
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
        """Whether TLS has decrypted data that has not been read, which the socket does not signal."""
        pending = getattr(self._client.socket(), "pending", None)
        return pending is not None and pending() > 0

    def _read_a_little(self) -> None:
        """Reads a packet, or two if we wait for a response; one that exceeds the limits ends the connection."""
        self._client.loop_read()
        if (why := self._too_far()) is not None:
            # Immediately: a caller that waits for a response would otherwise keep it reading.
            self.drop()
            self.ended_by = MqttError(why)
            raise self.ended_by

    def _too_far(self) -> str | None:
        """Checks what paho does not limit and could exhaust memory or time."""
        inside = self._client
        most, size = self.most_bytes_taken, inside._in_packet["remaining_length"]  # noqa: SLF001
        if most is not None and size > most:
            return f"it sends a packet of {size} bytes; the limit is {most}. See `legato mqtt purge`"
        if inside._in_messages:  # noqa: SLF001
            return "it sends with QoS 2, but QoS 1 was requested"
        if len(inside._out_packet) > MAX_OUTGOING:  # noqa: SLF001
            return f"it does not read our acknowledgements; {MAX_OUTGOING} are waiting"
        return None

    def _on_disconnect(self, *args: Any, **kwargs: Any) -> None:
        if not self._connected.done():
            self._connected.set_exception(HungUp("the broker closed the connection without an answer"))
            return
        super()._on_disconnect(*args, **kwargs)
        # Retrieve the exception, so that asyncio does not report it as unhandled if nobody is waiting.
        if self._disconnected.done():
            self._disconnected.exception()

    async def _wait_for(self, fut: Awaitable[T], timeout: float | None) -> T:  # noqa: ASYNC109 - as aiomqtt calls it
        """Like aiomqtt's, without `asyncio.wait_for`, which in Python 3.11 loses a cancellation that coincides with the

        result: a publisher that was cancelled just as the broker acknowledged its message continued for ever.
        """
        patience_s = self.timeout if timeout is None else timeout
        try:
            async with asyncio.timeout(None if patience_s == math.inf else patience_s):
                return await fut
        except TimeoutError:
            why = self._disconnected.exception() if self._disconnected.done() else None
            raise why or MqttError("the broker does not answer in time") from None

    def give_up(self) -> None:
        """Stops waiting for the broker's CONNACK, even if the connection is still being made."""
        if not self._connected.done():
            self._connected.set_exception(MqttError("given up"))
            # Retrieve the exception, so that asyncio does not report it as unhandled.
            self._connected.exception()

    def drop(self) -> None:
        """Closes the socket of a connection that failed: aiomqtt keeps it open until the keep-alive ends it."""
        if self._misc_task is not None:
            self._misc_task.cancel()
        self._client._sock_close()  # noqa: SLF001 - the only way that also removes the socket from the loop


class HungUp(MqttError):
    """The broker accepted the connection and closed it without a response."""
