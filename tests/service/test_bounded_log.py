"""The log of the service: a complaint that comes a thousand times is a line and a number."""

import io
import logging

import pytest

from legato.service.bounded_log import EVERY_S, MOST_KINDS, MOST_LINES, BoundedLog


class Log:
    """A logger with the filter, what it has written, and a clock that stands still."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self._stream = io.StringIO()
        handler = logging.StreamHandler(self._stream)
        handler.addFilter(BoundedLog(lambda: self.now_s))
        self.out = logging.Logger("a log of its own")
        self.out.addHandler(handler)

    @property
    def lines(self) -> list[str]:
        return self._stream.getvalue().splitlines()


@pytest.fixture
def log() -> Log:
    return Log()


def test_what_comes_again_is_told_once_and_then_counted(log: Log) -> None:
    for number in range(1000):
        log.out.warning("no descriptor is left for %d", number)
    log.now_s = EVERY_S
    log.out.warning("no descriptor is left for %d", 7)
    log.out.warning("no descriptor is left for %d", 8)
    assert log.lines == ["no descriptor is left for 0", "no descriptor is left for 7 (and 999 more like it)"]


def test_a_traceback_comes_once_too_and_an_error_of_another_kind_is_told(log: Log) -> None:
    for error in [*[OSError(24, "no files")] * 500, MemoryError()]:
        try:
            raise error
        except Exception:
            log.out.exception("one: the record of a loss failed\nfuture: <Task at 0x7f%x>", id(error))
    assert sum(line.startswith("Traceback") for line in log.lines) == 2
    assert len(log.lines) < 20


def test_complaints_that_are_all_different_have_an_end_as_well(log: Log) -> None:
    for number in range(5000):
        log.out.error("%s failed", "x" * number)
    assert len(log.lines) == MOST_LINES
    log.now_s = EVERY_S
    log.out.error("another")
    assert log.lines[-1] == f"another (and {5000 - MOST_LINES} others)"
    assert len(log.out.handlers[0].filters[0]._kinds) == MOST_KINDS  # type: ignore[union-attr]


def test_what_happens_is_told_as_often_as_it_happens(log: Log) -> None:
    for _ in range(200):
        log.out.info("one: paused")
    assert log.lines == ["one: paused"] * 200
