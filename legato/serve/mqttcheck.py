"""The way to a broker, step by step: the first that fails says what to do."""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Final

from aiomqtt import MqttError, ProtocolVersion

from controller.mqtt.broker import Broker
from controller.mqtt.client import HungUp, QuietClient
from controller.mqtt.link import NO_SUCH_VERSION, code, entered, reason
from controller.mqtt.topics import Topics
from legato.doctor.finding import Finding, fail, ok, warn
from legato.errors import Exit

REFUSED_LOGIN: Final = frozenset({4, 5, 134, 135})
"""Reason codes of MQTT 3.1.1 and 5 for a name, a password or an address that is not let in."""

ECHO_S: Final = 3.0


async def checked(broker: Broker, topics: Topics) -> list[Finding]:
    """What each step found; none comes after one that failed."""
    mine = replace(broker, identifier=f"{broker.identifier}-check")
    return [finding async for finding in _steps(mine, topics)]


async def _steps(broker: Broker, topics: Topics) -> AsyncIterator[Finding]:
    reached = await _reached(broker)
    yield reached
    if reached.code:
        return
    client, entry = await _entered(broker)
    yield entry
    if client is None:
        return
    try:
        yield await _rights(client, topics)
    finally:
        await client.__aexit__(None, None, None)


async def _reached(broker: Broker) -> Finding:
    """Whether the name is known and somebody listens there."""
    try:
        async with asyncio.timeout(broker.timeout_s):
            _, writer = await asyncio.open_connection(broker.host, broker.port)
    except socket.gaierror as error:
        advice = "correct `mqtt.host`, or give the address as numbers"
        return fail("broker", f"{broker.host}: {error.strerror}", advice, Exit.PORT)
    except (OSError, TimeoutError) as error:
        told = getattr(error, "strerror", None) or "no answer"
        advice = "see that the broker runs, listens beyond its own computer, and that no firewall is in between"
        return fail("broker", f"{broker.address}: {told}", advice, Exit.PORT)
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
        return fail("login", told, "compare `mqtt.username` and the password file with the broker's", Exit.REFUSED)
    if "CERTIFICATE_VERIFY_FAILED" in told:
        advice = "set `mqtt.ca_file` to the authority that signed the broker's certificate, and `host` to a name in it"
        return fail("tls", told, advice, Exit.REFUSED)
    if broker.tls is None:
        advice = "does this port expect TLS (8883 usually does), or websockets? Set `mqtt.tls` or `mqtt.transport`"
    else:
        advice = "is this a port without TLS, or does the broker want a client's certificate (`mqtt.cert_file`)?"
    return fail("login", told, advice, Exit.REFUSED)


async def _rights(client: QuietClient, topics: Topics) -> Finding:
    """Subscribes where commands come, and hears whether what is published there and elsewhere arrives."""
    probe = topics.value("check", "echo")
    for topic in (*topics.wishes, probe):
        codes = await client.subscribe(topic, qos=1)
        if any((c if isinstance(c, int) else c.value) >= 0x80 for c in codes):
            return fail("rights", f"may not subscribe to {topic}", _ACL, Exit.REFUSED)
    await client.publish(probe, "echo", qos=1)
    hearing = asyncio.ensure_future(anext(client.messages))
    done, _ = await asyncio.wait([hearing], timeout=ECHO_S)
    hearing.cancel()
    if not done:
        return fail("rights", f"may not publish to, or not read, {topics.root}/#", _ACL, Exit.REFUSED)
    return ok("rights", f"may publish and subscribe below {topics.root}")


_ACL: Final = "give this user the rights of packaging/mosquitto/legato.acl"
