"""The way to a broker, step by step: the first that fails says what to do."""

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
"""Reason codes of MQTT 3.1.1 and 5 for a name, a password or an address that is not let in."""

ECHO_S: Final = 3.0


async def findings_of(settings: MqttSettings) -> list[Finding]:
    """What each step found; none comes after one that failed.

    Raises:
        UnusableFile: the password file cannot be used as it is.
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
        advice = "it let us in and then did not answer, or threw us out: its log says more"
        yield fail("rights", reason(error), advice, NotAllowed)
    finally:
        await left(client)


async def _reached(broker: Broker) -> Finding:
    """Whether the name is known and somebody listens there."""
    try:
        async with asyncio.timeout(broker.timeout_s):
            _, writer = await asyncio.open_connection(broker.host, broker.port)
    except socket.gaierror as error:
        advice = "correct `mqtt.host`, or give the address as numbers"
        return fail("broker", f"{broker.host}: {error.strerror}", advice, PortError)
    except (OSError, TimeoutError) as error:
        told = getattr(error, "strerror", None) or "no answer"
        advice = "see that the broker runs, listens beyond its own computer, and that no firewall is in between"
        return fail("broker", f"{broker.address}: {told}", advice, PortError)
    writer.close()
    return ok("broker", f"{broker.address} accepts connections")


async def _entered(broker: Broker) -> tuple[QuietClient | None, Finding]:
    """TLS, login and version in one; a broker that wants MQTT 3.1.1 gets it."""
    for protocol in (ProtocolVersion.V5, ProtocolVersion.V311):
        try:
            client = await broker.client(protocol)
            await entered(client)
        except (MqttError, OSError) as error:
            if protocol is ProtocolVersion.V5 and (code(error) in NO_SUCH_VERSION or isinstance(error, HungUp)):
                continue
            return None, _not_entered(broker, error)
        if protocol is ProtocolVersion.V5:
            return client, ok("login", "let in, MQTT 5")
        return client, warn("login", "let in, but only with MQTT 3.1.1", "update the broker when you can")
    raise AssertionError("the last try returns")


def _not_entered(broker: Broker, error: Exception) -> Finding:
    told = reason(error)
    if code(error) in REFUSED_LOGIN:
        return fail("login", told, "compare `mqtt.username` and the password file with the broker's", NotAllowed)
    if is_incomplete(error):
        return fail("tls", told, ADVICE, NotAllowed)
    if "CERTIFICATE_VERIFY_FAILED" in told:
        advice = "set `mqtt.ca_file` to the authority that signed the broker's certificate, and `host` to a name in it"
        return fail("tls", told, advice, NotAllowed)
    if broker.tls is None:
        advice = "does this port expect TLS (8883 usually does), or websockets? Set `mqtt.tls` or `mqtt.transport`"
    else:
        advice = "is this a port without TLS, or does the broker want a client's certificate (`mqtt.cert_file`)?"
    return fail("login", told, advice, NotAllowed)


async def _rights(client: QuietClient, topics: Topics) -> Finding:
    """Subscribes where commands come, and hears whether what is published below our root arrives."""
    for topic in topics.wishes:
        if not await _subscribed(client, topic):
            return fail("rights", f"may not subscribe to {topic}", _ACL, NotAllowed)
    if not await _comes_back(client, topics.value("check", "echo"), "echo"):
        return fail("rights", f"may not publish to, or not read, {topics.root}/#", _ACL, NotAllowed)
    return ok("rights", f"may publish and subscribe below {topics.root}")


async def _announces(client: QuietClient, topic: str) -> Finding:
    """Whether devices can be announced to Home Assistant, to which an empty announcement of none means nothing."""
    below = topic.rpartition("/check/")[0]
    if not await _comes_back(client, topic, ""):
        return fail("discovery", f"may not publish to, or not read, {below}/#", _ACL, NotAllowed)
    return ok("discovery", f"may announce devices below {below}")


async def _subscribed(client: QuietClient, topic: str) -> bool:
    return not any(map(is_refusal, await client.subscribe(topic, qos=1)))


async def _comes_back(client: QuietClient, topic: str, payload: str) -> bool:
    """Whether what we publish there is heard by us."""
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
