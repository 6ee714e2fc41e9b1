"""If a port gives only noise, finds the baud rate at which it gives frames."""

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
"""The common baud rates of firmware, besides ours."""

LISTEN_S: Final = 2.5
"""A device at rest sends its status once a second, and one that was reset when its port was opened is up by then."""


@runtime_checkable
class Tunable(Port, Protocol):
    """A port whose baud rate can be changed while it is open: reopening it resets many boards."""

    def retune(self, baud: int) -> None:
        """Changes the baud rate; raises OSError if it is not supported."""


async def rate(port: Tunable, rates: Iterable[int] = USUAL) -> Finding:
    """Tries each of `rates`; at the wrong one our frames are junk to the device, and harmless."""
    for baud in rates:
        if await _answers(port, baud):
            what = f"it answers at {baud} baud, but Legato uses {BAUD}"
            return fail("baud", what, f"set the UART of its firmware to {BAUD} baud, 8N1", PortError)
    tried = ", ".join(map(str, (*rates, BAUD)))
    return warn(
        "baud", f"noise at every usual baud rate ({tried})", "is it another protocol, or is RX or ground loose?"
    )


async def _answers(port: Tunable, baud: int) -> bool:
    """Whether a valid frame arrives at this rate."""
    sieve, hello = Deframer(), wire.encode(Hello.kind, 0, 0, Hello().pack())
    with suppress(TimeoutError, OSError):
        port.retune(baud)
        async with asyncio.timeout(LISTEN_S):
            port.write(b"\0" + hello)
            while not sieve.feed(await port.read()):
                pass
            return True
    return False
