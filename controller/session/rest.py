"""The rest that a leg needs before it goes on: waited for without pressure, and with the other device of a pair."""

import asyncio
from collections.abc import Callable

from legato.controller.link.connection import Connection
from legato.controller.session.events import Event, Resting
from legato.controller.session.hold_tracker import REST_MS, HoldTracker, RestLeft
from legato.profiles.schedule import Schedule


class RestKeeper:
    """Knows how long the device has to rest for `schedule`, and waits for it.

    `holds` are those of the device, from before this run on; `beside` gives what the device has to rest that plays
    together with this one: neither waits for the other under pressure.
    """

    def __init__(
        self,
        schedule: Schedule,
        holds: HoldTracker,
        beside: Callable[[int], RestLeft],
        publish: Callable[[Event], None],
    ) -> None:
        self._schedule = schedule
        self._holds = holds
        self._beside = beside
        self._publish = publish
        self._rested_s = 0.0

    def left(self, session_ms: int) -> RestLeft:
        """How much longer this device has to rest before it goes on from `session_ms`."""
        loop, tired = asyncio.get_running_loop(), self._holds.tired(self._schedule, session_ms)
        return lambda: max(0.0, self._rested_s - loop.time(), self._holds.rest_ms(tired) / 1000.0)

    def forget_holds(self) -> None:
        """The device has restarted and no longer knows how long it has held: it rests in any case."""
        self._rested_s = asyncio.get_running_loop().time() + REST_MS / 1000.0

    async def wait(self, session_ms: int, connection: Connection, is_moot: Callable[[], bool]) -> None:
        """Waits until going on from `session_ms` holds nothing too long, or `is_moot()`; raises what ended the line."""
        own_s, others_s = self.left(session_ms), self._beside(session_ms)
        if left_s := max(own_s(), others_s()):
            self._publish(Resting(left_s))
            await connection.until(lambda _: not max(own_s(), others_s()) or is_moot())
