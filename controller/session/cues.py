"""The cues of a run that wait for an answer: announced to the device ahead of time, shown, answered.

Some have something laid on by hand, such as ice, which knows nothing of a pause. So the time until it is taken off is
real time: a resume goes on that much later, and whoever has not resumed when it is over is told to take it off.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from legato.controller.errors import Misuse
from legato.controller.session.events import CueShown, Event, LaidOn, Overdue
from legato.controller.session.position import RunPosition
from legato.controller.session.tasks import Spawn
from legato.profiles.schedule import TICK_MS, Cue

LEAD_MS: Final = 3_000
"""How long before a waiting cue the device is told to pause at it."""

_NOTHING: Final = ""


class LaidByHand:
    """What a person has laid on, whether it still lies there, and when its time is over.

    It follows the questions among `cues` that have something laid on and taken off again. `is_held_up` says whether the
    massage stands still, so that it will not ask whether it is off.
    """

    def __init__(
        self,
        cues: Sequence[Cue],
        publish: Callable[[Event], None],
        spawn: Spawn,
        is_held_up: Callable[[], bool],
    ) -> None:
        self.what = _NOTHING
        """What lies there, or may; empty where nothing does."""
        self._cues = cues
        self._publish = publish
        self._spawn = spawn
        self._is_held_up = is_held_up
        self._reminder: asyncio.Task[None] | None = None
        self._on: Cue | None = None
        self._since_s: float | None = None

    def asked(self, cue: Cue) -> None:
        """`cue` is shown: what it asks for may lie there from now on."""
        if cue.lays:
            self._on, self._since_s = cue, None
            self._lies(cue.lays)

    def answered(self, cue: Cue) -> None:
        """`cue` is answered: its time begins, or it is off."""
        if cue.lays:
            self._since_s = asyncio.get_running_loop().time()
            self.close()
            self._reminder = self._spawn(self._remind())
        elif cue.takes_off:
            self.close()
            self._on = self._since_s = None
            self._lies(_NOTHING)

    def close(self) -> None:
        """Reminds nobody any more."""
        if self._reminder is not None:
            self._reminder.cancel()
            self._reminder = None

    @property
    def off_ms(self) -> int | None:
        """Where in the schedule it is asked whether it is off; None where nothing lies there."""
        if self._on is None:
            return None
        on_ms = self._on.session_ms
        return next((cue.session_ms for cue in self._cues if cue.takes_off and cue.session_ms >= on_ms), None)

    def goes_on_at(self, session_ms: int) -> int:
        """Where a massage goes on that stood at `session_ms`: as far as the time is that it lies there."""
        off_ms = self.off_ms
        if off_ms is None or self._on is None or self._since_s is None:
            return session_ms
        lain_ms = round((asyncio.get_running_loop().time() - self._since_s) * 1000.0)
        at_ms = min(off_ms, self._on.session_ms + lain_ms)
        return max(session_ms, at_ms - at_ms % TICK_MS)

    def resume_point(self, from_ms: int | None, session_ms: int) -> int | None:
        """Where a massage that stands at `session_ms` goes on if it is to be at `from_ms`; None: where it stands.

        The time of what is laid on counts, and nothing goes past the question whether it is off.
        """
        if from_ms is None:
            at_ms = self.goes_on_at(session_ms)
            return None if at_ms == session_ms else at_ms
        off_ms = self.off_ms
        return from_ms if off_ms is None else min(from_ms, off_ms)

    def before_off(self, after_ms: int) -> int:
        """Where a skip sets out from: what lies on the leg is asked about before anything else."""
        off_ms = self.off_ms
        return after_ms if off_ms is None else min(after_ms, off_ms - 1)

    async def _remind(self) -> None:
        """Once its time is over, says so, unless the massage has gone on and asks for itself."""
        off_ms = self.off_ms
        if off_ms is None or self._on is None:
            return
        await asyncio.sleep((off_ms - self._on.session_ms) / 1000.0)
        if self._is_held_up():
            self._publish(Overdue(self.what))

    def _lies(self, what: str) -> None:
        self.what = what
        self._publish(LaidOn(what))


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
