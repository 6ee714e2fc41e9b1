"""TCP ports for what a test starts: each test process has some of its own."""

import os
import socket
from itertools import cycle
from typing import Final

FIRST: Final = 20_000
"""All are below those that the system lends to clients (from 32768 on): no connection takes one while a broker is away,
and nobody who calls in vain is lent the very port that it calls, and so reaches itself.
"""

EACH: Final = 500

_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_own = cycle(range(FIRST + EACH * _worker, FIRST + EACH * (_worker + 1)))


def free_port() -> int:
    """A TCP port that nobody uses, and that no other test will be given for a long time."""
    return next(port for port in _own if _is_free(port))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
