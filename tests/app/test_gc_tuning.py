"""The garbage collector never takes long while a process plays."""

import gc
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from legato.process.gc_tuning import undisturbed

MOST_AT_ONCE = 10_000
"""Objects of which one pass rids the process: 20 ms at 2 us each."""


class Caller:
    """Garbage in a cycle, as a closed connection is."""

    def __init__(self) -> None:
        self.itself = self


@contextmanager
def passes() -> Iterator[list[int]]:
    """How many objects each pass of the collector frees inside."""
    freed: list[int] = []

    def told(phase: str, info: dict[str, int]) -> None:
        if phase == "stop":
            freed.append(info["collected"])

    gc.callbacks.append(told)
    try:
        yield freed
    finally:
        gc.callbacks.remove(told)


@pytest.mark.parametrize("connected", [1, 20, 400], ids=lambda n: f"{n} at the same time")
def test_no_pass_of_the_collector_is_a_long_one_however_many_callers_come_and_go(connected: int) -> None:
    callers: deque[Caller] = deque(maxlen=connected)
    with undisturbed(), passes() as freed:
        for _ in range(200_000):
            callers.append(Caller())
    assert 0 < max(freed) <= MOST_AT_ONCE


def test_the_collector_is_afterwards_as_it_was() -> None:
    before = gc.get_threshold()
    with undisturbed():
        assert gc.get_freeze_count() > 0
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)
