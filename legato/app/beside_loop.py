"""Runs functions that start their own event loop, for callers that may already be in one, such as a notebook."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def alone(function: Callable[[], T]) -> T:
    """What `function` returns; if a loop is running in this thread, it is called in another thread and awaited."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return function()
    with ThreadPoolExecutor(1, "legato") as thread:
        return thread.submit(function).result()
