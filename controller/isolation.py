"""One that fails keeps no other from its turn: for stops, which depend on nothing, and for what is done beside them."""

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Final

_LOG = logging.getLogger(__name__)

KINDS: Final = 100
"""Kinds of failure that are kept apart; more at once are no help to anybody."""


def every(jobs: Iterable[Callable[[], object]]) -> Sequence[Exception]:
    """Does each of `jobs`, whatever another one raises; returns what was raised, in order."""
    failures: list[Exception] = []
    for job in jobs:
        try:
            job()
        except Exception as error:
            failures.append(error)
    return failures


class Complaints:
    """What has failed so far, for the log: what fails at every event must not fill a disk.

    A failure is told with its traceback the first time; the same again, only in a line with how many there were by
    then, and ever more rarely.
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
        """How often it has failed like this; of too many kinds, the oldest is forgotten."""
        times = self._times[kind] = self._times.get(kind, 0) + 1
        if len(self._times) > KINDS:
            del self._times[next(iter(self._times))]
        return times


def complain(what: str, failures: Iterable[Exception]) -> None:
    """Logs that `what` has failed, which is done once, or at somebody's word."""
    Complaints().log(what, failures)


def is_logged(times: int) -> bool:
    """Whether the log tells that something has failed for the `times`-th time: the 1st, 2nd, 4th, 8th and so on."""
    return times & (times - 1) == 0


def _place(error: Exception) -> str:
    """The file and line that raised it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else ""


def words(error: BaseException) -> str:
    """What `error` says; its kind where it says nothing, or cannot."""
    with suppress(Exception):
        if text := str(error):
            return text
    return type(error).__name__
