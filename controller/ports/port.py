"""A byte pipe to a device, and how to open one from what a person types."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Protocol
from urllib.parse import urlsplit

from legato.controller.errors import PortError, PortNotFound


class Port(Protocol):
    """What the host needs of a line. Losing it is an `OSError`, whoever raises it."""

    def write(self, data: bytes) -> None:
        """Sends `data` as soon as the line takes it; never waits. Raises OSError when the line is gone."""

    async def read(self) -> bytes:
        """Whatever has arrived, at least one byte. Raises OSError when the line is gone."""

    async def close(self) -> None:
        """Lets go of the line; a `read` under way fails. Closing twice is fine."""


Opener = Callable[[str], Awaitable[Port]]
"""Opens a port from what follows `scheme://`."""

BAUD: Final = 115_200

BACKLOG_BYTES: Final = 1 << 16
"""A line that has not taken this much does not work; more is never held."""


async def open_port(url: str, schemes: Mapping[str, Opener]) -> Port:
    """Opens a serial port (a path), or `scheme://...` with one of `schemes`, `socket://host:port` or `rfc2217://host:port`.

    Raises a PortError that says what would help.
    """
    if not url:
        raise PortNotFound("a port without a name; `legato ports` lists what is plugged in")
    if "://" not in url:
        return await _open_tty(url)
    scheme, _, rest = url.partition("://")
    table = {"socket": _open_socket, "rfc2217": _open_rfc2217, **schemes}
    if scheme not in table:
        raise PortNotFound(
            f"{url}: unknown kind of port {scheme}://, known are a path, {', '.join(f'{s}://' for s in sorted(table))}"
        )
    return await table[scheme](rest)


def host_and_port(rest: str) -> tuple[str, int]:
    """Splits `host:port` (IPv6 hosts in brackets); raises PortError."""
    try:
        parts = urlsplit(f"//{rest}")
        if parts.hostname and parts.port:
            return parts.hostname, parts.port
    except ValueError:
        pass
    raise PortError(f"{rest}: a network port is written host:port, such as 192.168.1.20:3333")


# Each kind of port is imported when it is asked for: a simulated run needs neither pyserial nor sockets.


async def _open_tty(path: str) -> Port:
    from legato.controller.ports.tty import open_tty

    return open_tty(path)


async def _open_socket(rest: str) -> Port:
    from legato.controller.ports.tcp import open_socket

    return await open_socket(rest)


async def _open_rfc2217(rest: str) -> Port:
    from legato.controller.ports.threaded import open_rfc2217

    return await open_rfc2217(rest)
