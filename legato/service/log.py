"""The log of the service, on stderr: a failure to log affects nothing else."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from legato.controller.isolation import every
from legato.service.bounded_log import BoundedLog


class IsolatedHandler(logging.Handler):
    """Passes each record to all `handlers`: one that raises affects neither the others nor the caller."""

    def __init__(self, handlers: Sequence[logging.Handler]) -> None:
        super().__init__()
        self._handlers = handlers

    def emit(self, record: logging.LogRecord) -> None:
        every(partial(handler.handle, record) for handler in self._handlers)


@contextmanager
def logging_to_stderr(clock: Callable[[], float]) -> Iterator[None]:
    """While the block runs, logs to stderr as well as to the handlers that existed before.

    Repeated messages are counted, by a `clock` in seconds.
    """
    root = logging.getLogger()
    before, level, is_loud = root.handlers[:], root.level, logging.raiseExceptions
    ours = logging.StreamHandler()
    ours.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    ours.addFilter(BoundedLog(clock))
    root.handlers[:] = [IsolatedHandler([*before, ours])]
    root.setLevel(logging.INFO)
    # If a line cannot be written, a traceback could not be written either.
    logging.raiseExceptions = False
    # uvicorn's information is not useful; its warnings and errors are kept.
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    try:
        yield
    finally:
        root.handlers[:] = before
        root.setLevel(level)
        logging.raiseExceptions = is_loud
