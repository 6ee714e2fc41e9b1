"""Keeps garbage collection from delaying a process that plays."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

THRESHOLDS: Final = (1_000, 4, 3)
"""New objects before a collection, and collections of one generation before one of the next.

A closed connection leaves cyclic garbage, and a pass takes about 2 us per object: the 50,000 objects that a flood of
clients had left delayed an emergency stop by 50 to 100 ms. So the collector runs often, and finds little each time.
"""


@contextmanager
def undisturbed() -> Iterator[None]:
    """While the block runs, the collector ignores objects that existed before, and none of its passes is long."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    # Python defers a full pass until new objects amount to a quarter of what the last one examined. This one examines
    # nothing, so that later passes are not deferred until there is a lot to do.
    gc.collect()
    gc.set_threshold(*THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
