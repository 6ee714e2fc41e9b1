"""A separate process for slow work: compiling, replaying, drawing, the diary.

Never a thread: a computing thread delays the event loop, and with it an emergency stop.
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
"""The time limit of a job; the longest possible replay takes a third of it."""

_BEGINNING_S: Final = 60.0
"""How long a new process may take to start on a busy machine."""

_STREAMS: Final = ExitStack()
"""The redirected streams of a worker process, for its lifetime."""

P = ParamSpec("P")
T = TypeVar("T")


class WorkerFailed(Exception):
    """The worker died or was killed in the middle of a job; the next job gets a new one."""


class Worker:
    """Runs one job after the other; the process is started for the first job, and again if it has died."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._turn = asyncio.Lock()
        self._pool: ProcessPoolExecutor | None = None

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `function`, defined at the top level of a module, returns or raises; both are pickled.

        Raises WorkerFailed if the job took too long, or its process died.
        """
        async with self._turn:
            job = await self._submitted(partial(function, *args, **kwargs))
            try:
                async with asyncio.timeout(self._patience_s):
                    return await asyncio.wrap_future(job)
            except TimeoutError as late:
                self._end()
                raise WorkerFailed(f"it took more than {self._patience_s:g} s and was abandoned") from late
            except BrokenProcessPool as broken:
                self._let_go()
                raise WorkerFailed("its worker process died") from broken
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
        """Submits the job; replaces a process that has died since the last one, for example for lack of memory."""
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
                # It may lack memory, a process, threads or descriptors; a TimeoutError is an OSError, too.
                _kill(pool)
                raise WorkerFailed("cannot start a worker process") from error
            except asyncio.CancelledError:
                _kill(pool)
                raise
            self._pool = pool
        return self._pool

    def _end(self) -> None:
        """Kills the process, in the middle of a job if necessary."""
        if self._pool is not None:
            _kill(self._pool)
        self._pool = None

    def _let_go(self) -> None:
        """Forgets a process that has died."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)


def _made() -> ProcessPoolExecutor:
    try:
        return ProcessPoolExecutor(1, get_context("spawn"), initializer=_belong_to_the_service)
    except OSError as error:
        raise WorkerFailed(f"cannot start a worker process: {error}") from error


def _kill(pool: ProcessPoolExecutor) -> None:
    """Kills the pool's process, even while it is starting: Python would wait for it when the service ends."""
    for process in list((pool._processes or {}).values()):  # noqa: SLF001 - before Python 3.14 there is no other way
        process.kill()
    pool.shutdown(wait=False, cancel_futures=True)


def _belong_to_the_service() -> None:
    """Ignores Ctrl-C, which goes to the whole process group: only the service ends its worker, or takes it with it."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    # A job that prints must not block on a slow reader.
    _STREAMS.enter_context(unhurried())
    threading.Thread(target=_follow_the_service, daemon=True).start()


def _follow_the_service() -> None:
    service = parent_process()
    if service is not None:
        service.join()
        os._exit(1)
