"""A host inside the virtual loop that can be stopped and killed as a process can."""

import asyncio
from collections.abc import Coroutine
from contextvars import ContextVar, copy_context
from typing import Any, TypeVar

from legato.sim.clock import VirtualLoop
from legato.sim.faults.cable import Cable
from legato.sim.faults.fault import OutOfReach

T = TypeVar("T")

_IS_HOST: ContextVar[bool] = ContextVar("is_host", default=False)
"""True in whatever a host has started: tasks, timers, callbacks."""


class VirtualProcess:
    """Runs a coroutine, and all that comes of it, as a process of its own at the other end of `cable`."""

    def __init__(self, loop: VirtualLoop, cable: Cable) -> None:
        self._loop = loop
        self._cable = cable
        self._stops = 0
        self._death = asyncio.Event()

    async def run(self, main: Coroutine[Any, Any, T]) -> T | None:
        """The result of `main`, or None where it was killed before."""
        self._death.clear()
        context = copy_context()
        context.run(_IS_HOST.set, True)
        task = self._loop.create_task(main, context=context)
        death = self._loop.create_task(self._death.wait())
        await asyncio.wait({task, death}, return_when=asyncio.FIRST_COMPLETED)
        if self._death.is_set():
            self._bury(task)
            await asyncio.wait({task})
            return None
        death.cancel()
        return task.result()

    def freeze(self) -> None:
        """Stop it in its tracks; nests with other reasons to stand still."""
        self._stops += 1
        self._loop.freeze(_IS_HOST)

    def thaw(self) -> None:
        """Withdraw one reason to stand still."""
        self._stops -= 1
        if self._stops == 0:
            self._loop.thaw()

    def kill(self) -> None:
        """End it for good: its end of the line is closed, and it never runs again."""
        self.freeze()
        self._cable.pull()
        self._death.set()

    def _bury(self, task: "asyncio.Task[T]") -> None:
        """What is left of it may tidy up in its own memory; no byte of that leaves."""
        self._stops = 0
        self._loop.thaw()
        task.cancel()


class ElsewhereHost:
    """The host of a device in real time: a process that is not ours to stop."""

    def freeze(self) -> None:
        raise OutOfReach("the host is another process: stop it with kill -STOP")

    def thaw(self) -> None:
        """Nothing was stopped."""

    def kill(self) -> None:
        raise OutOfReach("the host is another process: kill it there")
