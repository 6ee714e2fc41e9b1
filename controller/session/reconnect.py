"""Trying to get a lost device back, with patience and jitter."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator
from typing import Final, TypeVar

from legato.controller.errors import AnotherDevice, DeviceFaulted
from legato.controller.session.events import Outcome

FIRST_S: Final = 0.2
LONGEST_S: Final = 3.0

PATIENCE_S: Final = 30.0
"""How long a lost device is looked for."""

T = TypeVar("T")


def pauses(rng: random.Random) -> Iterator[float]:
    """Seconds between tries: doubling up to a most, each spread by half, so that several hosts do not try in step."""
    pause_s = FIRST_S
    while True:
        yield pause_s * rng.uniform(0.5, 1.5)
        pause_s = min(pause_s * 2, LONGEST_S)


async def keep_trying(
    connect: Callable[[], Awaitable[T]], rng: random.Random, patience_s: float, report: Callable[[Exception], None]
) -> T:
    """The first success of `connect`, whose failures go to `report`.

    Raises the last one after `patience_s`, and at once what another try will not mend: DeviceFaulted, AnotherDevice.
    """
    loop = asyncio.get_running_loop()
    deadline_s, pause_s = loop.time() + patience_s, pauses(rng)
    while True:
        await asyncio.sleep(next(pause_s))
        try:
            return await connect()
        except (DeviceFaulted, AnotherDevice):
            raise
        except Exception as error:
            if loop.time() >= deadline_s:
                raise
            report(error)


async def find_again(
    connect: Callable[[], Awaitable[None]], rng: random.Random, patience_s: float, report: Callable[[Exception], None]
) -> Outcome | None:
    """None once `connect` has succeeded; otherwise how a run has ended that was waiting for it."""
    try:
        await keep_trying(connect, rng, patience_s, report)
    except DeviceFaulted as fault:
        return Outcome("device_fault", str(fault))
    except AnotherDevice as stranger:
        return Outcome("link_lost", str(stranger))
    except Exception as error:
        # Whatever it was, be it memory or a thread that was wanting: the run is over, and says so.
        return Outcome("link_lost", f"not found again within {patience_s:g} s: {error}")
    return None
