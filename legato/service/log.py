"""The log of the service, on stderr: nothing that happens to a line of it happens to anything else."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from legato.controller.isolation import every
from legato.service.bounded_log import BoundedLog


class IsolatedHandler(logging.Handler):
    """Hands each line to all `handlers`: one that raises keeps no other from it, and nobody who logs from going on."""

    def __init__(self, handlers: Sequence[logging.Handler]) -> None:
        super().__init__()
        self._handlers = handlers

    def emit(self, record: logging.LogRecord) -> None:
        every(partial(handler.handle, record) for handler in self._handlers)


@contextmanager
def logging_to_stderr(clock: Callable[[], float]) -> Iterator[None]:
    """While the block runs, what is worth a line is on stderr, and goes to whatever handlers there were before.

    What comes again and again is counted, by a `clock` in seconds.
    """
    root = logging.getLogger()
    before, level, is_loud = root.handlers[:], root.level, logging.raiseExceptions
    ours = logging.StreamHandler()
    ours.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    ours.addFilter(BoundedLog(clock))
    root.handlers[:] = [IsolatedHandler([*before, ours])]
    root.setLevel(logging.INFO)
    # A line that cannot be written is not worth a traceback, which could not be written either.
    logging.raiseExceptions = False
    # uvicorn says nothing that a person needs; its errors are kept.
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    try:
        yield
    finally:
        root.handlers[:] = before
        root.setLevel(level)
        logging.raiseExceptions = is_loud
