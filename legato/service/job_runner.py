"""Runs clients' jobs on routines and people in the worker process, with limits on time and number."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from legato.errors import Failed
from legato.service.devices.errors import Busy, TooLong
from legato.service.worker import Worker, WorkerFailed

MOST_WAITING: Final = 64

P = ParamSpec("P")
T = TypeVar("T")


class JobRunner:
    """Runs one job after the other. One that takes too long is killed with its process; the next gets a new one."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._waiting = 0

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `function`, defined at the top level of a module, returns; arguments and result are pickled.

        Raises:
            Busy: too many jobs are waiting.
            TooLong: it took too long.
            Failed: the process died, or a file cannot be read or written.
            LegatoError: whatever the function raises.
        """
        if self._waiting >= MOST_WAITING:
            raise Busy("too many jobs are in progress; try again")
        self._waiting += 1
        try:
            return await self._worker.run(explaining, function, *args, **kwargs)  # type: ignore[arg-type]
        except WorkerFailed as error:
            is_late = isinstance(error.__cause__, TimeoutError)
            raise (TooLong if is_late else Failed)(str(error)) from error
        finally:
            self._waiting -= 1


def explaining(function: Callable[..., T], *args: object, **kwargs: object) -> T:
    """Runs a job in the worker.

    Raises:
        Failed: a file cannot be read or written; named without its folder, since a guest may see it.
        LegatoError: whatever the function raises.
    """
    try:
        return function(*args, **kwargs)
    except OSError as error:
        raise Failed(_named(error)) from None


def _named(error: OSError) -> str:
    why = error.strerror or type(error).__name__
    return f"{Path(error.filename).name}: {why}" if isinstance(error.filename, str) else why
