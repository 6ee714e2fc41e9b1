"""Checks the connection to a broker step by step; the first step that fails says what to do."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from typing import Final

from aiomqtt import MqttError, ProtocolVersion

from legato.app.finding import Finding, fail, ok, warn
from legato.errors import NotAllowed, PortError
from legato.service.client.certificates import ADVICE, is_incomplete
from legato.service.mqtt.broker import Broker
from legato.service.mqtt.broker_connection import NO_SUCH_VERSION, code, entered, is_refusal, left, reason
from legato.service.mqtt.client import HungUp, QuietClient
from legato.service.mqtt.topics import Topics
from legato.service.mqtt_setup import announced, broker, topics
from legato.service.settings import MqttSettings

REFUSED_LOGIN: Final = frozenset({4, 5, 134, 135})
"""Reason codes of MQTT 3.1.1 and 5 for a user name, password or address that is refused."""

ECHO_S: Final = 3.0


async def findings_of(settings: MqttSettings) -> list[Finding]:
    """What each step found, up to the first that failed.

    Raises:
        UnusableFile: the password file cannot be used.
    """
    there = broker(settings)
    if there.password is not None:
        there.password()
    mine = replace(there, identifier=f"{there.identifier}-check")
    ours = topics(settings)
    announcing = announced(settings).topic(ours, "check") if settings.discovery else None
    return [finding async for finding in _steps(mine, ours, announcing)]


async def _steps(there: Broker, ours: Topics, announcing: str | None) -> AsyncIterator[Finding]:
    reached = await _reached(there)
    yield reached
    if reached.error:
        return
    client, entry = await _entered(there)
    yield entry
    if client is None:
        return
    try:
        yield await _rights(client, ours)
        if announcing is not None:
            yield await _announces(client, announcing)
    except MqttError as error:
        advice = "the broker accepted the login, then did not respond or disconnected us; see the broker's log"
        yield fail("rights", reason(error), advice, NotAllowed)
    finally:
        await left(client)


async def _reached(broker: Broker) -> Finding:
    """Whether the host name resolves and the port accepts connections."""
    try:
        async with asyncio.timeout(broker.timeout_s):
            _, writer = await asyncio.open_connection(broker.host, broker.port)
    except socket.gaierror as error:
        advice = "correct `mqtt.host`, or give an IP address"
        return fail("broker", f"{broker.host}: {error.strerror}", advice, PortError)
    except (OSError, TimeoutError) as error:
        why = getattr(error, "strerror", None) or "no answer"
        advice = (
            "check that the broker is running, that it listens beyond its own computer, and that no firewall blocks it"
        )
        return fail("broker", f"{broker.address}: {why}", advice, PortError)
    writer.close()
    return ok("broker", f"{broker.address} accepts connections")


async def _entered(broker: Broker) -> tuple[QuietClient | None, Finding]:
    """TLS, login and version together; falls back to MQTT 3.1.1."""
    for protocol in (ProtocolVersion.V5, ProtocolVersion.V311):
        try:
            client = await broker.client(protocol)
            await entered(client)
        except (MqttError, OSError) as error:
            if protocol is ProtocolVersion.V5 and (code(error) in NO_SUCH_VERSION or isinstance(error, HungUp)):
                continue
            return None, _not_entered(broker, error)
        if protocol is ProtocolVersion.V5:
            return client, ok("login", "accepted, MQTT 5")
        return client, warn("login", "accepted, but only with MQTT 3.1.1", "update the broker when you can")
    raise AssertionError("the last attempt returns")


def _not_entered(broker: Broker, error: Exception) -> Finding:
    why = reason(error)
    if code(error) in REFUSED_LOGIN:
        return fail("login", why, "compare `mqtt.username` and the password file with the broker's", NotAllowed)
    if is_incomplete(error):
        return fail("tls", why, ADVICE, NotAllowed)
    if "CERTIFICATE_VERIFY_FAILED" in why:
        advice = "set `mqtt.ca_file` to the CA that signed the broker's certificate, and `host` to a name in it"
        return fail("tls", why, advice, NotAllowed)
    if broker.tls is None:
        advice = "does this port expect TLS (8883 usually does), or websockets? Set `mqtt.tls` or `mqtt.transport`"
    else:
        advice = "is this a port without TLS, or does the broker require a client certificate (`mqtt.cert_file`)?"
    return fail("login", why, advice, NotAllowed)


async def _rights(client: QuietClient, topics: Topics) -> Finding:
    """Subscribes to the command topics, and checks that messages published below our root arrive."""
    for topic in topics.command_filters:
        if not await _subscribed(client, topic):
            return fail("rights", f"not allowed to subscribe to {topic}", _ACL, NotAllowed)
    if not await _comes_back(client, topics.value("check", "echo"), "echo"):
        return fail("rights", f"not allowed to publish to, or to read, {topics.root}/#", _ACL, NotAllowed)
    return ok("rights", f"allowed to publish and subscribe below {topics.root}")


async def _announces(client: QuietClient, topic: str) -> Finding:
    """Whether devices can be announced to Home Assistant; it ignores the empty announcement used to test this."""
    below = topic.rpartition("/check/")[0]
    if not await _comes_back(client, topic, ""):
        return fail("discovery", f"not allowed to publish to, or to read, {below}/#", _ACL, NotAllowed)
    return ok("discovery", f"allowed to announce devices below {below}")


async def _subscribed(client: QuietClient, topic: str) -> bool:
    return not any(map(is_refusal, await client.subscribe(topic, qos=1)))


async def _comes_back(client: QuietClient, topic: str, payload: str) -> bool:
    """Whether we receive what we publish there."""
    if not await _subscribed(client, topic):
        return False
    await client.publish(topic, payload, qos=1)
    with suppress(TimeoutError):
        async with asyncio.timeout(ECHO_S):
            async for message in client.messages:
                if message.topic.value == topic:
                    return True
    return False


_ACL: Final = "give this user the rights of packaging/mosquitto/legato.acl"
