"""The cues of a run that wait for an answer: announced to the device ahead of time, shown, answered."""

import asyncio
from collections.abc import Callable
from typing import Final

from legato.controller.errors import Misuse
from legato.controller.session.events import CueShown, Event
from legato.controller.session.laid_by_hand import LaidByHand
from legato.controller.session.position import RunPosition
from legato.profiles.schedule import Cue

LEAD_MS: Final = 3_000
"""How long before a waiting cue the device is told to pause at it."""


class CuePrompts:
    """Asks them one by one, in the order that `position` keeps; `laid` hears of those that concern it."""

    def __init__(self, position: RunPosition, laid: LaidByHand, publish: Callable[[Event], None]) -> None:
        self._position = position
        self._laid = laid
        self._publish = publish
        self._announced: Cue | None = None
        self._answered = asyncio.Event()

    def announce(self, session_ms: int, pause_at: Callable[[int], None]) -> None:
        """Has the device pause at the next question, once it comes near."""
        cue = self._position.waiting_cue
        if cue is not None and cue is not self._announced and cue.session_ms - session_ms <= LEAD_MS:
            self._announced = cue
            pause_at(cue.session_ms)

    def forget(self) -> None:
        """The device knows of none: its session is new, or was put elsewhere."""
        self._announced = None

    def due(self, session_ms: int) -> Cue | None:
        """The question for which the device has paused at `session_ms`, if it was for one."""
        cue = self._position.waiting_cue
        return cue if cue is not None and cue is self._announced and cue.session_ms <= session_ms else None

    async def ask(self, cue: Cue) -> bool:
        """Shows `cue`; whether it was answered in time."""
        self._answered.clear()
        self._publish(CueShown(cue))
        self._laid.asked(cue)
        try:
            async with asyncio.timeout(cue.timeout_s):
                await self._answered.wait()
        except TimeoutError:
            return False
        return True

    def answer(self, cue: Cue) -> None:
        """Answers the one that is shown; raises Misuse where that is not `cue`."""
        if self._position.waiting_cue != cue:
            raise Misuse(f"nobody waits for an answer to {cue.say!r}")
        self._laid.answered(cue)
        self._answered.set()

    def go_on(self) -> None:
        """Answers whatever is shown, unless it wants an answer of its own; see `insist`."""
        self.insist("resume")
        if (cue := self._position.waiting_cue) is not None:
            self.answer(cue)

    def insist(self, what: str) -> None:
        """Raises Misuse where a question is shown that neither a resume nor a skip may answer: whether it is off."""
        cue = self._position.waiting_cue
        if cue is not None and cue.takes_off:
            raise Misuse(f"cannot {what} before somebody confirms that this is off: {cue.takes_off}")
