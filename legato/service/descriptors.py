"""How the file descriptors of this process are allotted: devices come first, clients get what is left."""

import resource
from typing import Final

from legato.errors import Failed

WANTED: Final = 1024
"""The most that are ever useful; `select`, which serial libraries call, supports no more."""

OWN: Final = 42
"""31 are always open: streams, event loop, listening socket and its spare, the pipes of three worker processes.
The rest are for restarting a worker, and for files that are read or written occasionally.
"""

A_DEVICE: Final = 8
"""A serial port takes five: one for itself and four for pipes of the library. While reconnecting to a lost device, the
list of ports or of locks is read as well.
"""

A_BROKER: Final = 6
"""A connection, its wake-up socket pair, and a certificate file; an old connection may still be closing."""

FEWEST: Final = 10
"""With fewer for all clients together, a client that only watches could block one that wants a stop."""


def left_for_clients(devices: int, *, has_broker: bool) -> int:
    """How many descriptors are left for clients; the limit of this process is first raised as far as permitted.

    Raises:
        Failed: there are too few for this many devices.
    """
    limit = _raised()
    own = OWN + devices * A_DEVICE + has_broker * A_BROKER
    if limit - own < FEWEST:
        what = f"this process may have {limit} open files; {devices} devices and the service need {own + FEWEST}"
        raise Failed(f"{what}: raise the limit (`ulimit -n {WANTED}`, LimitNOFILE={WANTED})")
    return limit - own


def _raised() -> int:
    """The limit of this process, after raising it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft == resource.RLIM_INFINITY or soft >= most:
        return WANTED if soft == resource.RLIM_INFINITY else soft
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most
