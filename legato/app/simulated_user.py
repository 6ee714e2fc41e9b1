"""The person at a simulated massage: answers questions, and resumes what is paused."""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import suppress
from typing import Any

from legato.controller.errors import ControllerError
from legato.controller.session.events import CueShown, Event, Found, Moved, Paused
from legato.controller.session.session import Session
from legato.profiles.schedule import Cue

Answers = Sequence[float | None]
"""After how many seconds each question is answered, in order; None means never, any further ones immediately."""

RESUMES_AFTER_S = 2.0

PATIENCE = 4
"""After resuming this many times, the person stops instead."""


class SimulatedUser:
    """Reacts to the events of `session`, each after its delay, as tasks in `tasks`."""

    def __init__(self, session: Session, tasks: asyncio.TaskGroup, answers: Answers = ()) -> None:
        self._session = session
        self._tasks = tasks
        self._delays: Iterator[float | None] = iter(answers)
        self._resumed = 0

    def see(self, event: Event) -> None:
        """Reacts to `event`."""
        match event:
            case CueShown(cue) if cue.wait:
                self._tasks.create_task(self._answer(cue, next(self._delays, 0.0)))
            case Found() | Paused() | Moved():
                self._tasks.create_task(self._resume())

    async def _answer(self, cue: Cue, delay_s: float | None) -> None:
        """Answers after a delay, unless the time for it is over by then."""
        if delay_s is not None and delay_s < cue.timeout_s:
            await asyncio.sleep(delay_s)
            await _try(self._session.answer(cue))

    async def _resume(self) -> None:
        await asyncio.sleep(RESUMES_AFTER_S)
        self._resumed += 1
        await _try(self._session.resume() if self._resumed <= PATIENCE else self._session.stop())


async def _try(action: Coroutine[Any, Any, None]) -> None:
    """Ignores an action that comes too late or after the device is lost; that is not the person's failure."""
    with suppress(ControllerError, OSError):
        await action
