"""The connection to the broker: made, kept and remade for ever; failures here affect nothing else.

One task reads and one publishes. The reader passes messages on immediately; only the publisher waits for the broker.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from typing import Final, NoReturn

from aiomqtt import Message, MqttError, ProtocolVersion, Will
from aiomqtt.exceptions import MqttCodeError
from paho.mqtt.reasoncodes import ReasonCode

from legato.service.client.certificates import advised
from legato.service.mqtt.broker import Broker
from legato.service.mqtt.client import MAX_PACKET, HungUp, QuietClient
from legato.service.mqtt.message import Incoming, Outgoing
from legato.service.mqtt.outbox import Outbox
from legato.service.mqtt.packet_limit import PacketLimit
from legato.service.mqtt.publisher import OFFLINE, ONLINE

_LOG = logging.getLogger(__name__)

FIRST_S: Final = 0.5
LONGEST_S: Final = 60.0
"""The delay between attempts: doubled each time, with 50 % jitter, so that a broker that restarts is not flooded."""

WELL_S: Final = 30.0
"""A connection that lasted this long counts as good: reconnecting then starts without a long delay."""

GOODBYE_S: Final = 2.0
"""How long a clean disconnect may take."""

TAKEN_OVER: Final = 142
SUSPICIOUS: Final = 2
"""After this many short-lived connections in a row, another client may be taking them over."""

UNSPECIFIED: Final = 128
"""paho's code for a connection that ended without a reason."""

NO_SUCH_VERSION: Final = (1, 132)
"""Reason codes of MQTT 3.1.1 and 5."""


class Link:
    """Keeps the connection; each time subscribes to `filters`. Messages go to `take`, which must not block."""

    def __init__(
        self,
        broker: Broker,
        outbox: Outbox,
        state_topic: str,
        filters: Sequence[str],
        take: Callable[[Incoming], None],
        rng: random.Random,
    ) -> None:
        self.is_up = False
        """Whether we are connected."""
        self.connections = 0
        """How many connections there have been."""
        self._broker = broker
        self._outbox = outbox
        self._state_topic = state_topic
        self._filters = filters
        self._take = take
        self._rng = rng
        self._protocol = ProtocolVersion.V5
        self._short_lives = 0
        self._limit = PacketLimit()
        self._left_out: set[str] = set()

    async def run(self) -> None:
        """Keeps the connection until cancelled; then tells the broker that we are offline."""
        loop = asyncio.get_running_loop()
        pauses = self._pauses()
        while True:
            began_s, before = loop.time(), self.connections
            error = await self._failure()
            was_up, is_well = self.connections > before, loop.time() - began_s >= WELL_S
            self._short_lives = 0 if is_well else self._short_lives + was_up
            self._tell(error, was_up)
            if is_well:
                # The broker may have been reconfigured.
                self._limit, self._left_out = PacketLimit(), set()
            if not was_up:
                self._other_protocol(error)
            elif is_well:
                pauses = self._pauses()
            pause_s = next(pauses)
            await asyncio.sleep(max(pause_s, LONGEST_S / 2) if code(error) == TAKEN_OVER else pause_s)

    async def _failure(self) -> Exception:
        """Makes one connection; returns why it ended or failed."""
        try:
            await self._attend()
        except Exception as error:
            return error

    def _pauses(self) -> Iterator[float]:
        pause_s = FIRST_S
        while True:
            yield pause_s * self._rng.uniform(0.5, 1.5)
            pause_s = min(pause_s * 2, LONGEST_S)

    async def _attend(self) -> NoReturn:
        """One connection, from start to end; the end is always an exception."""
        client = await self._broker.client(self._protocol, Will(self._state_topic, OFFLINE, qos=1, retain=True))
        client.most_bytes_taken = MAX_PACKET
        await entered(client)
        try:
            await self._greet(client)
            await _first_of(self._read(client), self._publish(client))
        except MqttError:
            if client.ended_by is not None:
                raise client.ended_by from None
            raise
        finally:
            self.is_up = False
            await self._leave(client)

    async def _greet(self, client: QuietClient) -> None:
        """Subscribes first, so that commands sent once we appear online are received; then republishes everything."""
        for topic in self._filters:
            for code in await client.subscribe(topic, qos=1):
                if is_refusal(code):
                    _LOG.warning(
                        "%s refused our subscription to %s; see `legato mqtt check`", self._broker.address, topic
                    )
        await client.publish(self._state_topic, ONLINE, qos=1, retain=True)
        self._limit.tells(client.most_bytes_sent)
        self.is_up, self.connections = True, self.connections + 1
        version = "5" if self._protocol is ProtocolVersion.V5 else "3.1.1"
        _LOG.info("connected to %s, MQTT %s", self._broker.address, version)
        self._outbox.renew()

    async def _read(self, client: QuietClient) -> None:
        async for message in client.messages:
            with client.charged():
                self._take(_incoming(message))

    async def _publish(self, client: QuietClient) -> None:
        while True:
            message = await self._outbox.take()
            if not self._fits(message):
                continue
            self._limit.sent(message.packet_bytes, message.topic)
            try:
                await client.publish(message.topic, message.payload, message.qos, message.retained)
            except BaseException:
                self._outbox.back(message)
                raise
            if message.qos:
                self._limit.taken()
                self._tell_refused(message, client.refusal)

    def _fits(self, message: Outgoing) -> bool:
        """Whether the broker accepts a message of this size; if not, that is logged once."""
        if self._limit.takes(message.packet_bytes):
            return True
        what = f"accepts packets of {self._limit.most} bytes at most"
        self._leave_out(message, f"{what}; raise its maximum packet size")
        return False

    def _tell_refused(self, message: Outgoing, refusal: ReasonCode | None) -> None:
        if refusal is not None:
            self._leave_out(message, f"refused it: {refusal}")

    def _leave_out(self, message: Outgoing, why: str) -> None:
        if message.topic not in self._left_out:
            self._left_out.add(message.topic)
            size = message.packet_bytes
            _LOG.warning("%s (%d bytes) is not published: %s %s", message.topic, size, self._broker.address, why)

    async def _leave(self, client: QuietClient) -> None:
        """Publishes that we are offline, since a clean disconnect triggers no will; does not wait for long."""
        with suppress(MqttError, TimeoutError):
            async with asyncio.timeout(GOODBYE_S):
                await client.publish(self._state_topic, OFFLINE, qos=1, retain=True)
        await left(client)

    def _tell(self, error: Exception, was_up: bool) -> None:
        what = "lost" if was_up else "cannot be reached"
        _LOG.warning("%s %s: %s", self._broker.address, what, advised(reason(error), error))
        if was_up and (topic := self._limit.lost(code(error))) is not None:
            _LOG.error(
                "the broker closes the connection at %s: the message is too large for it, or not permitted", topic
            )
        # mosquitto closes a connection that is taken over without a reason code, even with MQTT 5.
        elif code(error) == TAKEN_OVER or (was_up and self._is_suspicious):
            name = self._broker.identifier
            _LOG.error("is another client using our id, %s? Give each service its own `instance`", name)

    def _other_protocol(self, error: Exception) -> None:
        """If the broker refuses one version of MQTT in any way, tries the other next."""
        if code(error) in NO_SUCH_VERSION or isinstance(error, HungUp):
            is_new = self._protocol is ProtocolVersion.V5
            self._protocol = ProtocolVersion.V311 if is_new else ProtocolVersion.V5

    @property
    def _is_suspicious(self) -> bool:
        return self._short_lives >= SUSPICIOUS and not self._limit.is_suspected


def reason(error: Exception) -> str:
    """The reason in words that help; aiomqtt's own if there are no better ones."""
    if code(error) == UNSPECIFIED:
        return "the broker closed the connection, or the network failed"
    cause = error.__cause__ if isinstance(error.__cause__, MqttError) else error
    return str(cause) or type(cause).__name__


def code(error: BaseException | None) -> int | None:
    """The broker's reason code, from this error or its cause."""
    while error is not None:
        if isinstance(error, MqttCodeError) and error.rc is not None:
            return error.rc.value if isinstance(error.rc, ReasonCode) else int(error.rc)
        error = error.__cause__
    return None


async def entered(client: QuietClient) -> None:
    """Connects; cleans up if that fails or is cancelled."""
    entering = asyncio.ensure_future(client.__aenter__())
    try:
        await asyncio.shield(entering)
    except BaseException:
        client.give_up()
        # paho connects in a thread, which cannot be interrupted.
        await asyncio.wait([entering], timeout=client.timeout)
        entering.cancel()
        client.drop()
        raise


async def left(client: QuietClient) -> None:
    """Disconnects cleanly if the broker responds, and cleans up in any case."""
    with suppress(MqttError, TimeoutError):
        async with asyncio.timeout(GOODBYE_S):
            await client.__aexit__(None, None, None)
    client.drop()


async def _first_of(*jobs: Awaitable[None]) -> NoReturn:
    """Runs both; the first to end cancels the other."""
    tasks = [asyncio.ensure_future(job) for job in jobs]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    raise next((end for end in ended if isinstance(end, Exception)), MqttError("the connection ended"))


def _incoming(message: Message) -> Incoming:
    payload = message.payload if isinstance(message.payload, bytes | bytearray) else str(message.payload or "").encode()
    expires_s = getattr(message.properties, "MessageExpiryInterval", None)
    return Incoming(message.topic.value, bytes(payload), bool(message.retain), expires_s)


def is_refusal(code: int | ReasonCode) -> bool:
    """Whether this code refuses a subscription."""
    return (code.value if isinstance(code, ReasonCode) else code) >= 0x80
