"""Every job runs, even if another fails: for stops, which depend on nothing, and for the bookkeeping beside them."""

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Final

_LOG = logging.getLogger(__name__)

KINDS: Final = 100
"""How many kinds of failure are counted separately; more would help nobody."""


def every(jobs: Iterable[Callable[[], object]]) -> Sequence[Exception]:
    """Runs each of `jobs`, whatever the others raise; returns what they raised, in order."""
    failures: list[Exception] = []
    for job in jobs:
        try:
            job()
        except Exception as error:
            failures.append(error)
    return failures


class Complaints:
    """Logs failures without filling a disk: something may fail at every event.

    The first failure of a kind is logged with its traceback; later ones as a line with their number, and less and less
    often.
    """

    def __init__(self) -> None:
        self._times: dict[tuple[str, type[Exception], str], int] = {}

    def log(self, what: str, failures: Iterable[Exception]) -> None:
        """Logs that `what` has failed; a log that fails itself changes nothing."""
        for failure in failures:
            with suppress(Exception):
                self._log_one(what, failure)

    def _log_one(self, what: str, failure: Exception) -> None:
        times = self._count((what, type(failure), _place(failure)))
        if times == 1:
            _LOG.error("%s failed", what, exc_info=failure)
        elif is_logged(times):
            _LOG.error("%s failed again, %d times by now: %s", what, times, words(failure))

    def _count(self, kind: tuple[str, type[Exception], str]) -> int:
        """How often it has failed in this way; where there are too many kinds, the oldest is forgotten."""
        times = self._times[kind] = self._times.get(kind, 0) + 1
        if len(self._times) > KINDS:
            del self._times[next(iter(self._times))]
        return times


def complain(what: str, failures: Iterable[Exception]) -> None:
    """Logs that `what` has failed: something that happens once, or because somebody asked for it."""
    Complaints().log(what, failures)


def is_logged(times: int) -> bool:
    """Whether the `times`-th failure is logged: the 1st, 2nd, 4th, 8th and so on are."""
    return times & (times - 1) == 0


def _place(error: Exception) -> str:
    """The file and line that raised it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else ""


def words(error: BaseException) -> str:
    """The message of `error`; the name of its type where it has none, or cannot give it."""
    with suppress(Exception):
        if text := str(error):
            return text
    return type(error).__name__
