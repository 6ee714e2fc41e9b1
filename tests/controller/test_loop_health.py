"""The health of the event loop: what is told of it, and that in virtual time there is nothing to tell."""

import asyncio
import gc
from collections.abc import Callable
from inspect import CORO_CREATED, CORO_SUSPENDED, getcoroutinestate
from typing import Any, cast

import pytest

from legato.controller.loop_health import LoopHealth
from legato.controller.session.events import Health
from legato.sim.clock import VirtualLoop, run


def told(meanwhile: Callable[[], object], runs: Callable[..., Health] = run) -> Health:
    """What is told of the first second, in which a task does `meanwhile`."""

    async def busy() -> None:
        await asyncio.sleep(0.22)
        meanwhile()

    async def main() -> Health:
        heard: asyncio.Queue[Health] = asyncio.Queue()
        with LoopHealth() as health:
            tasks = [asyncio.create_task(health.publish_every_second(heard.put_nowait)), asyncio.create_task(busy())]
            first = await heard.get()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return first

    return runs(main())


def take(seconds: float) -> None:
    """What keeps the loop from everything else for so long, on a clock that only this moves."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    loop._now_s += seconds


def test_a_step_that_holds_up_the_loop_is_named_and_so_late_is_the_loop() -> None:
    health = told(lambda: take(0.06))
    assert health.slowest.endswith("busy")
    assert health.slowest_ms == pytest.approx(60, abs=0.1)
    assert health.late_ms == pytest.approx(30, abs=0.1)  # until 0.28 s, and the loop was due at 0.25 s
    assert health.gc_ms == 0


def test_a_pause_of_the_garbage_collector_is_told() -> None:
    def collect() -> None:
        gc.callbacks.append(lambda phase, _info: take(0.04) if phase == "start" else None)
        gc.collect()
        gc.callbacks.pop()

    assert told(collect).gc_ms == pytest.approx(40, abs=0.1)


def test_in_real_time_it_is_told_too() -> None:
    health = told(gc.collect, asyncio.run)
    assert health.slowest != ""
    assert min(health.late_ms, health.slowest_ms, health.gc_ms) > 0


def test_in_virtual_time_everything_is_on_time() -> None:
    assert told(gc.collect) == Health(0.0, 0.0, "", 0.0)


def test_nothing_is_left_behind() -> None:
    before = list(gc.callbacks)
    told(lambda: None)
    assert gc.callbacks == before


def test_a_watched_coroutine_can_be_asked_whether_it_has_begun() -> None:
    """As anyio does of those that it cancels."""

    async def main() -> list[str]:
        with LoopHealth():
            task = asyncio.create_task(asyncio.sleep(60))
            states = [getcoroutinestate(cast(Any, task.get_coro()))]
            await asyncio.sleep(0)
            task.cancel()
            return [*states, getcoroutinestate(cast(Any, task.get_coro()))]

    assert asyncio.run(main()) == [CORO_CREATED, CORO_SUSPENDED]
