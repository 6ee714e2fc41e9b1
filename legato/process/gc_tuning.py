"""A process that plays must not be held up by its own garbage collector."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

THRESHOLDS: Final = (1_000, 4, 3)
"""Youngest objects before a collection, and collections of one generation before one of the next.

A closed connection is garbage in cycles, and one pass takes about 2 us for each object of it: 50,000 that a flood of
clients had left held up an emergency stop by 50 to 100 ms. So the collector comes often, and finds little each time.
"""


@contextmanager
def undisturbed() -> Iterator[None]:
    """While the block runs, the collector passes over what is there already, and no pass of it is a long one."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    # Python puts a full pass off until a quarter of what the last one saw is new. This one sees nothing, so that
    # none is put off until there is much to do.
    gc.collect()
    gc.set_threshold(*THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
