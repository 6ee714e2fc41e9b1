"""The health of the event loop: what is told of it, and that in virtual time there is nothing to tell."""

import asyncio
import gc
from collections.abc import Callable

from controller.events import Health
from controller.health import LoopHealth
from sim.clock import run


def told(meanwhile: Callable[[], object], runs: Callable[..., Health]) -> Health:
    """What is told of the first second, in which a task does `meanwhile`."""

    async def busy() -> None:
        await asyncio.sleep(0.2)
        meanwhile()

    async def main() -> Health:
        heard: asyncio.Queue[Health] = asyncio.Queue()
        with LoopHealth() as health:
            tasks = [asyncio.create_task(health.tell(heard.put_nowait)), asyncio.create_task(busy())]
            first = await heard.get()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return first

    return runs(main())


def spin() -> None:
    """Keeps the loop from everything else for more than 50 ms of its own time."""
    loop = asyncio.get_running_loop()
    end_s = loop.time() + 0.06
    while loop.time() < end_s:
        pass
    gc.collect()


def test_a_step_that_holds_up_the_loop_is_named() -> None:
    health = told(spin, asyncio.run)
    assert health.slowest.endswith("busy")
    assert health.slowest_ms >= 60
    assert health.gc_ms > 0


def test_in_virtual_time_everything_is_on_time() -> None:
    assert told(gc.collect, run) == Health(0.0, 0.0, "", 0.0)


def test_nothing_is_left_behind() -> None:
    before = list(gc.callbacks)
    told(lambda: None, run)
    assert gc.callbacks == before
