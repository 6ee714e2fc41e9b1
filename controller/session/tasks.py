"""Tasks that live as long as their owner: a task group that can be left although its loops never end."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

Spawn = Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]


class Tasks:
    """Between `begin` and `end`, `spawn` starts tasks; where one of them fails, the owner's own task is cancelled."""

    def __init__(self) -> None:
        self._group = asyncio.TaskGroup()
        self._running: set[asyncio.Task[None]] = set()

    async def begin(self) -> None:
        """Makes the task that calls this the owner."""
        await self._group.__aenter__()

    def spawn(self, job: Coroutine[Any, Any, None], name: str | None = None) -> "asyncio.Task[None]":
        """Starts `job`."""
        task = self._group.create_task(job, name=name)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    def cancel(self) -> None:
        """Has all of them end; `end` waits for that."""
        for task in list(self._running):
            task.cancel()

    async def end(self) -> None:
        """Waits until all have ended; raises what has failed in them."""
        await self._group.__aexit__(None, None, None)
