"""The broker's address and credentials. Files are read for each connection, so that renewed ones are used."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from aiomqtt import ProtocolVersion, Will
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from legato.profiles.errors import InvalidFile
from legato.profiles.files import read_bytes
from legato.service.mqtt.client import MAX_INCOMING, MAX_PACKET, QuietClient, StopsFirst


@dataclass(frozen=True, slots=True)
class Tls:
    """How the broker proves its identity (by `ca_file`, or else this computer's trusted CAs), and how we prove ours."""

    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None

    def context(self) -> ssl.SSLContext:
        """The TLS context; raises OSError (including ssl.SSLError) if a file cannot be used. Never blocks on a file."""
        for file in (self.ca_file, self.cert_file, self.key_file):
            if file is not None:
                _insist_on_file(file)
        context = ssl.create_default_context(cafile=str(self.ca_file) if self.ca_file else None)
        if self.cert_file is not None:
            context.load_cert_chain(self.cert_file, self.key_file)
        return context


def _insist_on_file(file: Path) -> None:
    """Raises an OSError that names the file, which OpenSSL's errors do not."""
    try:
        read_bytes(file, str(file))
    except InvalidFile as error:
        raise OSError(f"{file}: {error.problems[0].what}") from None


@dataclass(frozen=True, slots=True)
class Broker:
    """One broker, as in the settings. `password` reads the password each time it is called."""

    host: str
    port: int
    identifier: str
    username: str | None = None
    password: Callable[[], str] | None = None
    tls: Tls | None = None
    transport: Literal["tcp", "websockets"] = "tcp"
    path: str = "/mqtt"
    keepalive_s: int = 15
    timeout_s: float = 10.0
    """How long the broker may take for any response."""

    @property
    def address(self) -> str:
        """The address as a URL."""
        scheme = {"tcp": "mqtt", "websockets": "ws"}[self.transport] + ("s" if self.tls else "")
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}:{self.port}"

    async def client(self, protocol: ProtocolVersion, will: Will | None = None) -> QuietClient:
        """A client for one connection, with a clean session: the broker queues no commands while we are disconnected.

        Raises:
            OSError: a TLS file cannot be used. Also raises what `password` raises.
        """
        # In threads: reading files and the computer's many trusted certificates must not delay the devices.
        context = await asyncio.to_thread(self.tls.context) if self.tls else None
        password = await asyncio.to_thread(self.password) if self.password else None
        return QuietClient(
            self.host,
            self.port,
            identifier=self.identifier,
            username=self.username,
            password=password,
            protocol=protocol,
            will=will,
            # With MQTT 5 this is `clean_start`, which is paho's default.
            clean_session=None if protocol is ProtocolVersion.V5 else True,
            transport=self.transport,
            websocket_path=self.path if self.transport == "websockets" else None,
            tls_context=context,
            properties=_bounded() if protocol is ProtocolVersion.V5 else None,
            keepalive=self.keepalive_s,
            timeout=self.timeout_s,
            queue_type=StopsFirst,
            max_queued_incoming_messages=MAX_INCOMING,
        )


def _bounded() -> Properties:
    """An MQTT 5 broker drops larger packets instead of sending them."""
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.MaximumPacketSize = MAX_PACKET
    return properties
