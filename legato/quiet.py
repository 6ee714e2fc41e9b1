"""A process that plays must not be held up by its own garbage collector."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

THRESHOLDS: Final = (50_000, 20, 100)
"""Youngest objects before a collection, and collections of one generation before one of the next.

A massage makes little garbage in cycles; a full collection of all the models and libraries takes tens of ms.
"""


@contextmanager
def undisturbed() -> Iterator[None]:
    """While the block runs, the collector passes over what is there already, and comes seldom."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
