"""Leaving a device: not before it is at rest, softly if there is time, or else at once."""

import asyncio
from typing import Final

from legato.controller.link.connection import Connection
from legato.controller.link.host_messages import EStop
from legato.firmware import wire

VENTING_S: Final = 3.0
"""How long a soft stop may take before leaving turns it into an emergency stop."""

LAST_WORD_S: Final = 1.0

AT_REST: Final = frozenset({wire.IDLE, wire.FAULTED})


async def shut_down(connection: Connection) -> bool:
    """Waits for the device, which was told to stop, to come to rest; returns whether it has reported so.

    Where it has not, or where the caller is cancelled and cannot wait, it gets an emergency stop.
    """
    is_at_rest = False
    try:
        is_at_rest = await _reaches(connection, AT_REST, VENTING_S)
    finally:
        if not is_at_rest:
            connection.send_urgently(EStop())
    return is_at_rest or await _reaches(connection, frozenset({wire.FAULTED}), LAST_WORD_S)


async def _reaches(connection: Connection, states: frozenset[int], patience_s: float) -> bool:
    """Whether the device reports one of `states` in time; a lost one cannot."""
    try:
        async with asyncio.timeout(patience_s):
            # What it reported before it took the stop is no answer to it.
            await connection.until(lambda status: status.state in states and not connection.endpoint.owes_stop)
    except OSError:
        return False
    return True
