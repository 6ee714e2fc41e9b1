"""How well this process keeps time: how late its event loop runs, its longest task step and its longest GC pause.

All times are the event loop's, so that in virtual time none of this depends on the machine.
"""

import asyncio
import gc
from collections.abc import Callable, Coroutine, Generator
from types import TracebackType
from typing import Any, Final, Self

from legato.controller.session.events import Health

STEP_S: Final = 0.05
STEPS: Final = 20
"""Health is published once a second."""


class TimedCoroutine(Coroutine[Any, Any, Any]):
    """A coroutine whose steps are timed; `note` gets the seconds of each."""

    def __init__(self, job: Coroutine[Any, Any, Any], time: Callable[[], float], note: Callable[[float], None]) -> None:
        self._job = job
        self._time = time
        self._note = note

    def send(self, value: Any, /) -> Any:
        began_s = self._time()
        try:
            return self._job.send(value)
        finally:
            self._note(self._time() - began_s)

    def throw(self, *error: Any) -> Any:
        return self._job.throw(*error)

    def close(self) -> None:
        self._job.close()

    def __getattr__(self, name: str) -> Any:
        """What only real coroutines have: anyio looks whether one that it cancels has started."""
        return getattr(self._job, name)

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._job.__await__()


class LoopHealth:
    """While used as a context manager, watches the running loop, all tasks started from then on, and the GC."""

    def __init__(self) -> None:
        self._gc_began_s = 0.0
        self._late_s = self._slowest_s = self._gc_s = 0.0
        self._slowest = ""

    def __enter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._factory = self._loop.get_task_factory()
        self._loop.set_task_factory(self._task)
        gc.callbacks.append(self._on_gc)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        gc.callbacks.remove(self._on_gc)
        self._loop.set_task_factory(self._factory)

    async def publish_every_second(self, publish: Callable[[Health], None]) -> None:
        """Publishes, once a second, the worst of that second; until cancelled."""
        time = asyncio.get_running_loop().time
        while True:
            for _ in range(STEPS):
                due_s = time() + STEP_S
                await asyncio.sleep(STEP_S)
                self._late_s = max(self._late_s, time() - due_s)
            publish(Health(_ms(self._late_s), _ms(self._slowest_s), self._slowest, _ms(self._gc_s)))
            self._begin()

    def _begin(self) -> None:
        self._late_s = self._slowest_s = self._gc_s = 0.0
        self._slowest = ""

    def _task(self, loop: asyncio.AbstractEventLoop, job: Any, **options: Any) -> "asyncio.Task[Any]":
        name = getattr(job, "__qualname__", "")

        def note(took_s: float) -> None:
            if took_s > self._slowest_s:
                self._slowest_s, self._slowest = took_s, name

        return asyncio.Task(TimedCoroutine(job, loop.time, note), loop=loop, **options)

    def _on_gc(self, phase: str, _info: dict[str, int]) -> None:
        if phase == "start":
            self._gc_began_s = self._loop.time()
        else:
            self._gc_s = max(self._gc_s, self._loop.time() - self._gc_began_s)


def _ms(seconds: float) -> float:
    return round(1000.0 * seconds, 2)
