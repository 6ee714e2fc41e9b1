"""What runs an event loop of its own, for callers that may be in one already: a notebook, an application."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def alone(function: Callable[[], T]) -> T:
    """What `function` returns; where a loop runs in this thread, a thread of its own does it while this one waits."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return function()
    with ThreadPoolExecutor(1, "legato") as thread:
        return thread.submit(function).result()
