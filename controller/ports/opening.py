"""Opening a port from what a person types."""

from collections.abc import Awaitable, Callable, Mapping

from legato.controller.errors import PortNotFound
from legato.controller.ports.port import Port

Opener = Callable[[str], Awaitable[Port]]
"""Opens a port from what follows `scheme://`."""


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
