"""Trying to get a lost device back, with patience and jitter."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from controller.errors import ControllerError, DeviceFaulted

FIRST_S: Final = 0.2
LONGEST_S: Final = 3.0

T = TypeVar("T")


async def keep_trying(
    connect: Callable[[], Awaitable[T]], rng: random.Random, patience_s: float, told: Callable[[Exception], None]
) -> T:
    """The first success of `connect`, whose failures are `told`.

    Raises the last one after `patience_s`, and DeviceFaulted at once.

    The pause doubles from try to try and is spread by half, so that several hosts do not knock in step.
    """
    loop = asyncio.get_running_loop()
    deadline_s, pause_s = loop.time() + patience_s, FIRST_S
    while True:
        await asyncio.sleep(pause_s * rng.uniform(0.5, 1.5))
        try:
            return await connect()
        except DeviceFaulted:
            raise
        except (OSError, ControllerError) as error:
            if loop.time() >= deadline_s:
                raise
            told(error)
        pause_s = min(pause_s * 2, LONGEST_S)
