"""Where a port gives only noise: the baud rate at which frames come of it."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import Final, Protocol, runtime_checkable

from legato.app.finding import Finding, fail, warn
from legato.controller.link.deframer import Deframer
from legato.controller.link.host_messages import Hello
from legato.controller.ports.port import BAUD, Port
from legato.errors import PortError
from legato.firmware import wire

USUAL: Final = (9_600, 19_200, 38_400, 57_600, 230_400, 460_800, 921_600, 1_000_000)
"""What firmware is commonly set to, beside ours."""

LISTEN_S: Final = 2.5
"""A device at rest tells its status once a second, and one that was reset by the opening of its port is up by then."""


@runtime_checkable
class Tunable(Port, Protocol):
    """A port whose baud rate can be changed while it is open: opening it anew resets many a board."""

    def retune(self, baud: int) -> None:
        """Raises OSError where it cannot go at this rate."""


async def rate(port: Tunable, rates: Iterable[int] = USUAL) -> Finding:
    """Tries each of `rates`; what is said at the wrong one is junk to a device, and moves nothing."""
    for baud in rates:
        if await _answers(port, baud):
            what = f"it answers at {baud} baud, and Legato speaks {BAUD}"
            return fail("baud", what, f"set the UART of its firmware to {BAUD} baud, 8N1", PortError)
    tried = ", ".join(map(str, (*rates, BAUD)))
    return warn(
        "baud", f"noise at every usual baud rate ({tried})", "is it another protocol, or are RX and ground loose?"
    )


async def _answers(port: Tunable, baud: int) -> bool:
    """Whether a sound frame comes at this rate."""
    sieve, hello = Deframer(), wire.encode(Hello.kind, 0, 0, Hello().pack())
    with suppress(TimeoutError, OSError):
        port.retune(baud)
        async with asyncio.timeout(LISTEN_S):
            port.write(b"\0" + hello)
            while not sieve.feed(await port.read()):
                pass
            return True
    return False
