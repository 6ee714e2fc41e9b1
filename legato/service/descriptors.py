"""How the descriptors that this process may have are shared out: devices come first, clients get what is left."""

import resource
from typing import Final

from legato.errors import Failed

WANTED: Final = 1024
"""As many as there is ever a use for; `select`, which serial libraries call, takes no more."""

OWN: Final = 42
"""31 are open all the time: streams, event loop, listening socket and its spare, the pipes of three worker processes.
The rest are for a worker that has to be begun anew, and for a file that is read or written now and then.
"""

A_DEVICE: Final = 8
"""A serial port takes five, one for itself and four for pipes of the library; on the way back to one that was lost, the
list of ports or of locks is read.
"""

A_BROKER: Final = 6
"""A connection, the pair by which its threads wake each other, and a file of certificates; one may still be closing."""

FEWEST: Final = 10
"""With fewer for all clients together, one that looks would be in the way of one that wants a stop."""


def left_for_clients(devices: int, *, has_broker: bool) -> int:
    """How many descriptors there are for clients; the limit of this process is raised first, as far as it may be.

    Raises:
        Failed: there are too few for this many devices.
    """
    limit = _raised()
    own = OWN + devices * A_DEVICE + has_broker * A_BROKER
    if limit - own < FEWEST:
        what = f"this process may have {limit} open files; {devices} devices and the service take {own + FEWEST}"
        raise Failed(f"{what}: raise the limit (`ulimit -n {WANTED}`, LimitNOFILE={WANTED})")
    return limit - own


def _raised() -> int:
    """The limit of this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft == resource.RLIM_INFINITY or soft >= most:
        return WANTED if soft == resource.RLIM_INFINITY else soft
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most
