"""One that fails keeps no other from its turn: for stops, which depend on nothing, and for what is done beside them."""

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

_LOG = logging.getLogger(__name__)


def every(jobs: Iterable[Callable[[], object]]) -> Sequence[Exception]:
    """Does each of `jobs`, whatever another one raises; returns what was raised, in order."""
    failures: list[Exception] = []
    for job in jobs:
        try:
            job()
        except Exception as error:
            failures.append(error)
    return failures


def complain(what: str, failures: Iterable[Exception]) -> None:
    """Logs that `what` has failed; a log that fails itself changes nothing."""
    for failure in failures:
        with suppress(Exception):
            _LOG.error("%s failed", what, exc_info=failure)


def words(error: BaseException) -> str:
    """What `error` says; its kind where it says nothing, or cannot."""
    with suppress(Exception):
        if text := str(error):
            return text
    return type(error).__name__
