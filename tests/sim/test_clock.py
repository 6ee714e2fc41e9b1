"""Virtual time: an hour passes in no time, in the same order every time."""

import asyncio

import pytest

from legato.sim.clock import NothingToWaitFor, VirtualLoop, run


def test_time_jumps_to_the_next_timer() -> None:
    async def main() -> list[float]:
        loop = asyncio.get_running_loop()
        times = [loop.time()]
        for pause in (3600.0, 0.25):
            await asyncio.sleep(pause)
            times.append(loop.time())
        return times

    assert run(main()) == [0.0, 3600.0, 3600.25]


def test_what_is_due_at_the_same_moment_runs_in_the_order_it_was_scheduled() -> None:
    seen: list[int] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        for number in range(100):
            loop.call_at(1.0, seen.append, number)
        await asyncio.sleep(2.0)

    run(main())
    assert seen == list(range(100))


def test_a_timer_in_the_past_runs_at_once_and_time_does_not_go_back() -> None:
    async def main() -> list[float]:
        loop = asyncio.get_running_loop()
        seen: list[float] = []
        await asyncio.sleep(5.0)
        loop.call_at(1.0, lambda: seen.append(loop.time()))
        await asyncio.sleep(1.0)
        return seen

    assert run(main()) == [5.0]


def test_a_cancelled_timer_neither_runs_nor_takes_time() -> None:
    seen: list[str] = []

    async def main() -> float:
        loop = asyncio.get_running_loop()
        loop.call_later(10.0, seen.append, "never").cancel()
        await asyncio.sleep(1.0)
        return loop.time()

    assert run(main()) == 1.0
    assert seen == []


def test_a_callback_may_skip_ahead_only_where_it_would_be_the_next_to_run() -> None:
    async def main() -> list[tuple[bool, float]]:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        seen: list[tuple[bool, float]] = []

        def skip(when: float) -> None:
            seen.append((loop.skip_to(when), loop.time()))

        loop.call_at(1.0, skip, 1.5)
        loop.call_at(2.0, skip, 3.0)
        loop.call_at(3.0, loop.call_soon, skip, 3.5)
        loop.call_at(3.0, skip, 3.5)
        await asyncio.sleep(4.0)
        return seen

    assert run(main()) == [(True, 1.5), (False, 2.0), (False, 3.0), (True, 3.5)]


def test_timeouts_strike_in_virtual_time() -> None:
    async def main() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(30.0):
                await asyncio.sleep(60.0)
        return asyncio.get_running_loop().time()

    assert run(main()) == 30.0


def test_a_program_that_would_hang_says_so() -> None:
    async def main() -> None:
        await asyncio.sleep(2.0)
        await asyncio.Event().wait()

    with pytest.raises(NothingToWaitFor, match=r"at 2\.000000 s"):
        run(main())


def test_a_task_group_fails_as_on_any_other_loop() -> None:
    async def fail() -> None:
        await asyncio.sleep(1.0)
        raise ValueError("no")

    async def main() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(fail())
            tasks.create_task(asyncio.sleep(1000.0))

    with pytest.raises(ExceptionGroup) as caught:
        run(main())
    assert caught.group_contains(ValueError, match="no")


def test_a_stop_asked_for_beforehand_ends_the_first_round() -> None:
    loop = VirtualLoop()
    seen: list[float] = []
    loop.call_later(1.0, lambda: seen.append(loop.time()))
    loop.stop()
    loop.run_forever()
    assert (loop.time(), seen) == (0.0, [])
    loop.close()
