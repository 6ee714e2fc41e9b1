"""Virtual time: an asyncio event loop whose clock jumps to the next timer instead of waiting for it.

A routine of half an hour plays in seconds, and the same program does the same things in the same order every time:
callbacks that are due at the same moment run in the order in which they were scheduled. Nothing from outside can wake
this loop, so it serves tasks, timers and futures only: no descriptors, no signals, no other threads.
"""

import asyncio
from asyncio.base_events import BaseEventLoop
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar
from heapq import heappop, heappush
from itertools import count
from typing import TypeVar, TypeVarTuple, Unpack

_T = TypeVar("_T")
_Ts = TypeVarTuple("_Ts")


class NothingToWaitFor(RuntimeError):
    """Every task waits for something that no timer will bring about: in real time the program would hang."""


class VirtualLoop(BaseEventLoop):
    """An event loop in virtual time; `time()` starts at 0 and moves only when nothing is left to do at that moment."""

    _ready: deque[asyncio.Handle]
    _stopping: bool

    def __init__(self) -> None:
        super().__init__()
        self._now_s = 0.0
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._numbers = count()
        self._frozen: ContextVar[bool] | None = None
        self._held: list[asyncio.Handle] = []

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._now_s

    def call_at(
        self,
        when: float,
        callback: Callable[[Unpack[_Ts]], object],
        *args: *_Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Run `callback` at virtual time `when` (seconds), after whatever was scheduled earlier for that time."""
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        heappush(self._timers, (when, next(self._numbers), handle))
        return handle

    def call_later(
        self,
        delay: float,
        callback: Callable[[Unpack[_Ts]], object],
        *args: *_Ts,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Run `callback` in `delay` virtual seconds."""
        return self.call_at(self._now_s + delay, callback, *args, context=context)

    def skip_to(self, when: float) -> bool:
        """Jump to `when` at once, for a callback that would be the next to run anyway; False if something comes first.

        It saves a device that ticks all day the way through the timers.
        """
        if self._ready or self._stopping or (self._timers and self._timers[0][0] <= when):
            return False
        self._now_s = when
        return True

    def freeze(self, marker: ContextVar[bool]) -> None:
        """Run nothing any more that was started where `marker` is true: what is due there waits for `thaw`."""
        self._frozen = marker

    def thaw(self) -> None:
        """Go on with what was frozen, in the order in which it was due."""
        self._frozen = None
        self._ready.extend(self._held)
        self._held.clear()

    def close(self) -> None:
        """Forget what is still scheduled, and refuse further work."""
        super().close()
        self._timers.clear()

    def _run_once(self) -> None:
        """One round: what is ready now; where nothing is, jump to the next timer first. Called by `run_forever`."""
        ready = self._ready
        if not ready and not self._stopping:
            self._jump()
        for _ in range(len(ready)):
            handle = ready.popleft()
            if self._frozen is not None and _context_of(handle).get(self._frozen, False):
                self._held.append(handle)
            elif not handle.cancelled():
                handle._run()  # noqa: SLF001 - what every event loop does with its handles

    def _jump(self) -> None:
        """Make the timers of the next moment ready."""
        timers = self._timers
        while timers and timers[0][2].cancelled():
            heappop(timers)
        if not timers:
            raise NothingToWaitFor(f"at {self._now_s:.6f} s every task waits, and no timer is left to wake one")
        self._now_s = max(self._now_s, timers[0][0])
        while timers and timers[0][0] <= self._now_s:
            self._ready.append(heappop(timers)[2])

    def _write_to_self(self) -> None:
        """Called where another loop would have to be woken (Ctrl-C); this one never sleeps."""


def _context_of(handle: asyncio.Handle) -> Context:
    """What a callback runs in; asyncio does not show it."""
    context: Context = handle._context  # type: ignore[attr-defined]  # noqa: SLF001
    return context


def run(main: Coroutine[object, object, _T]) -> _T:
    """The result of `main`, run in virtual time.

    Raises:
        NothingToWaitFor: `main` can never finish.
    """
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)
