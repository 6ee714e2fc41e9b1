"""The person beside a simulated massage: answers what is asked, and resumes what stands still."""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import suppress
from typing import Any

from legato.controller.errors import ControllerError
from legato.controller.session.events import CueShown, Event, Found, Moved, Paused
from legato.controller.session.session import Session
from legato.profiles.schedule import Cue

Answers = Sequence[float | None]
"""After how many seconds each question is answered, in order; None is never, and all beyond the last come at once."""

RESUMES_AFTER_S = 2.0

PATIENCE = 4
"""Who has resumed so often stops instead."""


class SimulatedUser:
    """Reacts to the events of `session`, each in its own time; `tasks` is where that happens."""

    def __init__(self, session: Session, tasks: asyncio.TaskGroup, answers: Answers = ()) -> None:
        self._session = session
        self._tasks = tasks
        self._delays: Iterator[float | None] = iter(answers)
        self._resumed = 0

    def see(self, event: Event) -> None:
        """Takes notice of `event`."""
        match event:
            case CueShown(cue) if cue.wait:
                self._tasks.create_task(self._answer(cue, next(self._delays, 0.0)))
            case Found() | Paused() | Moved():
                self._tasks.create_task(self._resume())

    async def _answer(self, cue: Cue, delay_s: float | None) -> None:
        """Answers after a while, unless the time for it is over by then."""
        if delay_s is not None and delay_s < cue.timeout_s:
            await asyncio.sleep(delay_s)
            await _try(self._session.answer(cue))

    async def _resume(self) -> None:
        await asyncio.sleep(RESUMES_AFTER_S)
        self._resumed += 1
        await _try(self._session.resume() if self._resumed <= PATIENCE else self._session.stop())


async def _try(wish: Coroutine[Any, Any, None]) -> None:
    """What comes too late, or when the device is gone, is no failure of the person's."""
    with suppress(ControllerError, OSError):
        await wish
