"""What the person's keys do to a running routine."""

import asyncio
from typing import Any, Final, Protocol

from legato.controller.session.events import Notice
from legato.errors import LegatoError
from legato.terminal.keys import Key
from legato.terminal.scene import Scene
from legato.terminal.views import View

INTENSITY_STEP: Final = 10
"""The change in percent for one press of + or -."""


class Commands(Protocol):
    """The run, here or in the service; each call raises LegatoError or OSError if it cannot be carried out."""

    async def emergency_stop(self) -> None: ...
    async def stop(self) -> None: ...
    async def skip(self) -> None: ...
    async def pause(self) -> None: ...
    async def resume(self) -> None: ...
    async def answer(self, cue: Any) -> None: ...
    async def set_intensity(self, percent: int) -> None: ...


class KeyController:
    """Turns keys into commands to the run; one that cannot be carried out is reported, with no other effect."""

    def __init__(self, commands: Commands, scene: Scene, view: View) -> None:
        self._commands = commands
        self._scene = scene
        self._view = view
        self._percent = scene.percent
        self._under_way: set[asyncio.Task[None]] = set()

    def do(self, key: Key) -> None:
        """Starts what `key` asks for without waiting for it: the next key may be the emergency stop."""
        task = asyncio.get_running_loop().create_task(self._try(key))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _try(self, key: Key) -> None:
        try:
            await self._ask(key)
        except (LegatoError, OSError) as error:
            self._view.show(Notice(f"{key.value}: {error}"))

    async def _ask(self, key: Key) -> None:
        commands, scene = self._commands, self._scene
        match key:
            case Key.EMERGENCY_STOP:
                await commands.emergency_stop()
            case Key.STOP:
                await commands.stop()
            case Key.SKIP:
                await commands.skip()
            case Key.MORE:
                await self._change_intensity(INTENSITY_STEP)
            case Key.LESS:
                await self._change_intensity(-INTENSITY_STEP)
            case Key.PAUSE if scene.cue is not None or scene.waits_for_resume:
                pass
            case Key.PAUSE_OR_RESUME if scene.cue is not None:
                await commands.answer(scene.cue)
            case Key.PAUSE_OR_RESUME if scene.waits_for_resume:
                await commands.resume()
            case Key.PAUSE_OR_RESUME | Key.PAUSE:
                await commands.pause()

    async def _change_intensity(self, step: int) -> None:
        """Counts from the last request, which the device may not have confirmed yet; 100 % is the maximum."""
        self._percent = min(100, max(0, self._percent + step))
        try:
            await self._commands.set_intensity(self._percent)
        except (LegatoError, OSError):
            self._percent = self._scene.percent
            raise
