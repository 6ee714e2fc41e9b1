"""Throttles wrong tokens: each refusal is delayed longer than the last, and the log has their number, never the tokens.

Only refusals are delayed: a valid token is accepted immediately, even from an address from which others guess.
"""

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

_LOG = logging.getLogger(__name__)

FIRST_S: Final = 0.25
LONGEST_S: Final = 8.0
"""The delay after the first wrong token, and the maximum; it doubles with each."""

FORGOTTEN_S: Final = 600.0
"""After this long without a wrong token, an address starts afresh."""

MOST_CLIENTS: Final = 1024
MOST_HELD: Final = 8
"""How many refusals to one address may be delayed at the same time; further ones are sent without delay."""

LINE_S: Final = 10.0
"""The log gets at most one line in this time."""


@dataclass(slots=True)
class Offender:
    """An address with wrong tokens: how many, when the last one came (s), and how many refusals are being delayed."""

    at_s: float
    wrong: int = 0
    held: int = 0

    def waits_s(self, now_s: float) -> float:
        """The delay for another wrong token, which came at `now_s`."""
        if now_s - self.at_s > FORGOTTEN_S:
            self.wrong = 0
        self.at_s = now_s
        self.wrong += 1
        return min(LONGEST_S, FIRST_S * 2.0 ** min(self.wrong - 1, 16))


class TokenThrottle:
    """The addresses that sent a wrong token recently; the least recent is forgotten first."""

    def __init__(self) -> None:
        self._offenders: OrderedDict[str, Offender] = OrderedDict()
        self._unlogged = 0
        self._timer: asyncio.TimerHandle | None = None

    async def brake(self, client: str) -> None:
        """Delays the refusal of a wrong token from this address."""
        loop = asyncio.get_running_loop()
        offender = self._offenders.setdefault(client, Offender(loop.time()))
        self._offenders.move_to_end(client)
        if len(self._offenders) > MOST_CLIENTS:
            self._offenders.popitem(last=False)
        wait_s = offender.waits_s(loop.time())
        self._note()
        if offender.held >= MOST_HELD:
            return
        offender.held += 1
        try:
            await asyncio.sleep(wait_s)
        finally:
            offender.held -= 1

    def _note(self) -> None:
        """Logs the first immediately, and those soon after it together."""
        self._unlogged += 1
        if self._timer is None:
            self._write()

    def _write(self) -> None:
        self._timer = None
        if not self._unlogged:
            return
        client, last = next(reversed(self._offenders.items()))
        _LOG.warning(
            "wrong tokens refused: %d, the last from %.64s (%d from there)", self._unlogged, client, last.wrong
        )
        self._unlogged = 0
        self._timer = asyncio.get_running_loop().call_later(LINE_S, self._write)
