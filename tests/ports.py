"""TCP ports for what a test starts: each process has some of its own, whatever else is tested on this machine."""

import atexit
import socket
from itertools import cycle
from typing import Final

FIRST: Final = 20_000
END: Final = 32_000
"""All are below those that the system lends to clients (from 32768 on): no connection takes one while a broker is away,
and nobody who calls in vain is lent the very port that it calls, and so reaches itself.
"""

EACH: Final = 100


def free_port() -> int:
    """A TCP port that nobody uses, and that no other test will be given for a long time."""
    return next(port for port in _own if _is_free(port))


def _own_block() -> range:
    """Ports of this process: their first is held until it ends, and the kernel lets one process at a time have it."""
    for first in range(FIRST, END, EACH):
        guard = socket.socket()
        try:
            guard.bind(("127.0.0.1", first))
        except OSError:
            guard.close()
        else:
            atexit.register(guard.close)
            return range(first + 1, first + EACH)
    raise RuntimeError(f"all ports from {FIRST} to {END} are taken")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


_own = cycle(_own_block())
