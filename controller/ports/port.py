"""A byte pipe to a device, and what all kinds of it have in common."""

from typing import Final, Protocol
from urllib.parse import urlsplit

from legato.controller.errors import PortError


class Port(Protocol):
    """What the host needs of a line. Losing it is an `OSError`, whoever raises it."""

    def write(self, data: bytes) -> None:
        """Sends `data` as soon as the line takes it; never waits. Raises OSError when the line is gone."""

    async def read(self) -> bytes:
        """Whatever has arrived, at least one byte. Raises OSError when the line is gone."""

    async def close(self) -> None:
        """Lets go of the line; a `read` under way fails. Closing twice is fine."""


BAUD: Final = 115_200

BACKLOG_BYTES: Final = 1 << 16
"""A line that does not take this much is broken; more is never held back."""


def host_and_port(rest: str) -> tuple[str, int]:
    """Splits `host:port` (IPv6 hosts in brackets); raises PortError."""
    try:
        parts = urlsplit(f"//{rest}")
        if parts.hostname and parts.port:
            return parts.hostname, parts.port
    except ValueError:
        pass
    raise PortError(f"{rest}: a network port is written host:port, such as 192.168.1.20:3333")
