"""What the person's keys do to a running routine."""

import asyncio
from typing import Any, Protocol

from legato.controller.errors import ControllerError
from legato.controller.session.events import Notice
from legato.terminal.keys import Key
from legato.terminal.progress import INTENSITY_STEP


class Steered(Protocol):
    """What plays, here or in the service: what it cannot grant it raises as ControllerError or OSError."""

    async def emergency_stop(self) -> None: ...
    async def stop(self) -> None: ...
    async def skip(self) -> None: ...
    async def pause(self) -> None: ...
    async def resume(self) -> None: ...
    async def answer(self, cue: Any) -> None: ...
    async def set_intensity(self, percent: int) -> None: ...


class Seen(Protocol):
    """What has to be known of it: a key means what fits the moment."""

    @property
    def cue(self) -> Any: ...
    @property
    def waits_for_resume(self) -> bool: ...
    @property
    def percent(self) -> int: ...


class Told(Protocol):
    """Who says to the person that a key could not be granted."""

    def show(self, event: Notice) -> None: ...


class Hands:
    """Turns keys into requests to the session; one that cannot be granted now is said, and nothing else happens."""

    def __init__(self, session: Steered, progress: Seen, view: Told) -> None:
        self._session = session
        self._progress = progress
        self._view = view
        self._percent = progress.percent
        self._under_way: set[asyncio.Task[None]] = set()

    def do(self, key: Key) -> None:
        """Does what `key` asks for, without waiting for it: the next key may be the emergency stop."""
        task = asyncio.get_running_loop().create_task(self._try(key))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _try(self, key: Key) -> None:
        try:
            await self._ask(key)
        except (ControllerError, OSError) as error:
            self._view.show(Notice(f"{key.value}: {error}"))

    async def _ask(self, key: Key) -> None:
        session, progress = self._session, self._progress
        match key:
            case Key.EMERGENCY_STOP:
                await session.emergency_stop()
            case Key.STOP:
                await session.stop()
            case Key.SKIP:
                await session.skip()
            case Key.MORE:
                await self._change_intensity(INTENSITY_STEP)
            case Key.LESS:
                await self._change_intensity(-INTENSITY_STEP)
            case Key.PAUSE if progress.cue is not None or progress.waits_for_resume:
                pass
            case Key.PAUSE_OR_RESUME if progress.cue is not None:
                await session.answer(progress.cue)
            case Key.PAUSE_OR_RESUME if progress.waits_for_resume:
                await session.resume()
            case Key.PAUSE_OR_RESUME | Key.PAUSE:
                await session.pause()

    async def _change_intensity(self, step: int) -> None:
        """Counts from what was wanted last, which the device may not have confirmed yet; the schedule is the most."""
        self._percent = min(100, max(0, self._percent + step))
        try:
            await self._session.set_intensity(self._percent)
        except (ControllerError, OSError):
            self._percent = self._progress.percent
            raise
