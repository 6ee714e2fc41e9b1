"""A process of its own for whatever takes long: compiling, replaying, drawing, the diary.

Never a thread: one that computes holds up the event loop, and with it an emergency stop.
"""

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from functools import partial
from multiprocessing import get_context, parent_process
from types import TracebackType
from typing import Final, ParamSpec, Self, TypeVar

from legato.process.nonblocking_output import unhurried

PATIENCE_S: Final = 20.0
"""What a job may take; the longest replay there is takes a third of it."""

_BEGINNING_S: Final = 60.0
"""What a new process may take to come up on a machine that has a lot to do."""

_STREAMS: Final = ExitStack()
"""Of a worker process, for as long as it lives."""

P = ParamSpec("P")
T = TypeVar("T")


class WorkerFailed(Exception):
    """The worker died or was ended in the middle of a job; the next job finds a new one."""


class Worker:
    """Does one job after the other; the process comes with the first job, and a new one where it has gone."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._turn = asyncio.Lock()
        self._pool: ProcessPoolExecutor | None = None

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `function`, defined at the top of a module, returns or raises; both travel as pickles.

        Raises WorkerFailed where the job took too long, or the process with it died.
        """
        async with self._turn:
            job = await self._submitted(partial(function, *args, **kwargs))
            try:
                async with asyncio.timeout(self._patience_s):
                    return await asyncio.wrap_future(job)
            except TimeoutError as late:
                self._end()
                raise WorkerFailed(f"it took more than {self._patience_s:g} s and was given up") from late
            except BrokenProcessPool as broken:
                self._let_go()
                raise WorkerFailed("the process that did it has died") from broken
            except asyncio.CancelledError:
                self._end()
                raise

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    async def _submitted(self, job: "partial[T]") -> "Future[T]":
        """The job on its way; a process that has died since the last one, as it may for want of memory, is replaced."""
        try:
            return (await self._started()).submit(job)
        except BrokenProcessPool:
            self._let_go()
            return (await self._started()).submit(job)

    async def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            pool = _made()
            try:
                async with asyncio.timeout(_BEGINNING_S):
                    await asyncio.wrap_future(pool.submit(os.getpid))
            except (OSError, BrokenProcessPool, RuntimeError, MemoryError) as error:
                # It takes memory, a process, threads and descriptors; a TimeoutError is an OSError, too.
                _kill(pool)
                raise WorkerFailed("no worker process can be started") from error
            except asyncio.CancelledError:
                _kill(pool)
                raise
            self._pool = pool
        return self._pool

    def _end(self) -> None:
        """Ends the process, in the middle of a job if it has to be."""
        if self._pool is not None:
            _kill(self._pool)
        self._pool = None

    def _let_go(self) -> None:
        """Forgets a process that has gone."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)


def _made() -> ProcessPoolExecutor:
    try:
        return ProcessPoolExecutor(1, get_context("spawn"), initializer=_belong_to_the_service)
    except OSError as error:
        raise WorkerFailed(f"no worker process can be started: {error}") from error


def _kill(pool: ProcessPoolExecutor) -> None:
    """Ends its process, also one that is still coming up: Python would wait for it at the end of the service."""
    for process in list((pool._processes or {}).values()):  # noqa: SLF001 - before Python 3.14 there is no other way
        process.kill()
    pool.shutdown(wait=False, cancel_futures=True)


def _belong_to_the_service() -> None:
    """Ctrl-C goes to the whole process group, but only the service ends its worker; without the service it goes too."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    # A job that has a word for the person waits for no reader of it.
    _STREAMS.enter_context(unhurried())
    threading.Thread(target=_follow_the_service, daemon=True).start()


def _follow_the_service() -> None:
    service = parent_process()
    if service is not None:
        service.join()
        os._exit(1)
