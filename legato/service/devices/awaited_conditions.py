"""Conditions that callers wait for: checked after every change, never polled."""

import asyncio
from collections.abc import Callable


class AwaitedConditions:
    """A caller that waits `until` a condition holds continues once a `check` finds it true."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Callable[[], bool], asyncio.Future[None]]] = []

    async def until(self, is_so: Callable[[], bool], patience_s: float) -> None:
        """Waits until the condition holds, for `patience_s` at most."""
        if is_so():
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((is_so, future))
        await asyncio.wait([future], timeout=patience_s)
        future.cancel()

    def check(self) -> None:
        """Call this after each change."""
        for is_so, future in self._waiting:
            if is_so() and not future.done():
                future.set_result(None)
        self._waiting = [(is_so, future) for is_so, future in self._waiting if not future.done()]
