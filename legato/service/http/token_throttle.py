"""Wrong tokens: each refusal waits longer than the one before, and the log has their number, never the words.

Only refusals wait: whoever has a right token is let in at once, also from an address that others guess from.
"""

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

_LOG = logging.getLogger(__name__)

FIRST_S: Final = 0.25
LONGEST_S: Final = 8.0
"""How long a refusal waits after the first wrong token, and at most; it doubles with each."""

FORGOTTEN_S: Final = 600.0
"""After so long without a wrong token an address begins anew."""

MOST_CLIENTS: Final = 1024
MOST_HELD: Final = 8
"""Refusals to one address that wait at the same time; more are refused at once, and no connection is kept for them."""

LINE_S: Final = 10.0
"""The log has at most one line in this time."""


@dataclass(slots=True)
class Offender:
    """An address with wrong tokens: how many, when the last one came (s), and how many refusals wait."""

    at_s: float
    wrong: int = 0
    held: int = 0

    def waits_s(self, now_s: float) -> float:
        """How long the refusal of one more wrong token waits, which came at `now_s`."""
        if now_s - self.at_s > FORGOTTEN_S:
            self.wrong = 0
        self.at_s = now_s
        self.wrong += 1
        return min(LONGEST_S, FIRST_S * 2.0 ** min(self.wrong - 1, 16))


class TokenThrottle:
    """Everybody who came with a wrong token lately; whoever did so longest ago is forgotten first."""

    def __init__(self) -> None:
        self._offenders: OrderedDict[str, Offender] = OrderedDict()
        self._unlogged = 0
        self._pen: asyncio.TimerHandle | None = None

    async def brake(self, client: str) -> None:
        """Waits, since a wrong token came from this address."""
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
        """The first is logged at once, those soon after it together."""
        self._unlogged += 1
        if self._pen is None:
            self._write()

    def _write(self) -> None:
        self._pen = None
        if not self._unlogged:
            return
        client, last = next(reversed(self._offenders.items()))
        _LOG.warning(
            "wrong tokens refused: %d, the last from %.64s (%d from there)", self._unlogged, client, last.wrong
        )
        self._unlogged = 0
        self._pen = asyncio.get_running_loop().call_later(LINE_S, self._write)
