"""The worker process: a job that dies, hangs or is given up takes nothing with it but itself."""

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from legato.service.worker import Worker, WorkerFailed


def died() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def refused() -> None:
    raise ValueError("no such thing")


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_it_does_one_job_after_the_other_and_a_new_process_follows_one_that_is_gone() -> None:
    async def main() -> None:
        async with Worker(patience_s=30.0) as worker:
            first = await worker.run(os.getpid)
            assert first != os.getpid()
            assert [*await asyncio.gather(worker.run(abs, -1), worker.run(abs, -2))] == [1, 2]
            with pytest.raises(ValueError, match="no such thing"):
                await worker.run(refused)
            assert await worker.run(os.getpid) == first
            with pytest.raises(WorkerFailed, match="died"):
                await worker.run(died)
            assert await worker.run(os.getpid) != first

    asyncio.run(main())


def test_a_process_that_died_between_two_jobs_is_replaced_for_the_next() -> None:
    async def main() -> None:
        async with Worker(patience_s=30.0) as worker:
            first = await worker.run(os.getpid)
            os.kill(first, signal.SIGKILL)
            while is_there(first):  # noqa: ASYNC110 - whoever takes its leave tells nobody
                await asyncio.sleep(0.01)
            assert await worker.run(os.getpid) != first

    asyncio.run(main())


def test_one_that_is_given_up_while_it_comes_up_is_ended_and_waited_for_by_nobody() -> None:
    """A service that was to end while its workers came up went on until they had."""

    async def main() -> None:
        async with Worker() as worker:
            coming_up = asyncio.create_task(worker.run(os.getpid))
            while not multiprocessing.active_children():  # noqa: ASYNC110 - whoever comes up tells nobody
                await asyncio.sleep(0)
            (process,) = multiprocessing.active_children()
            coming_up.cancel()
            await asyncio.wait([coming_up])
            assert coming_up.cancelled()
            while process.is_alive():  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            assert process.exitcode == -signal.SIGKILL

    asyncio.run(main())


@pytest.mark.parametrize("error", [OSError(24, "no files"), RuntimeError("can't start new thread"), MemoryError()])
def test_where_no_process_can_be_had_the_job_fails_and_a_later_one_is_done(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise error

    async def main() -> None:
        async with Worker(patience_s=30.0) as worker:
            with monkeypatch.context() as patched:
                patched.setattr(ProcessPoolExecutor, "_start_executor_manager_thread", refuse)
                with pytest.raises(WorkerFailed, match="cannot start a worker process"):
                    await worker.run(abs, -1)
            assert await worker.run(abs, -2) == 2

    asyncio.run(main())


def test_what_takes_too_long_is_given_up_and_the_next_job_is_done() -> None:
    async def main() -> None:
        async with Worker(patience_s=1.0) as worker:
            with pytest.raises(WorkerFailed, match="more than 1 s"):
                await worker.run(time.sleep, 600)
            assert await worker.run(abs, -3) == 3

    asyncio.run(main())


def test_it_does_not_outlive_a_service_that_is_killed() -> None:
    script = (
        "import asyncio, os, signal\n"
        "from legato.service.worker import Worker\n"
        "async def main():\n"
        "    print(await Worker().run(os.getpid), flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "asyncio.run(main())\n"
    )
    killed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)  # noqa: S603
    assert killed.returncode == -signal.SIGKILL
    for _ in range(300):
        if not is_alive(int(killed.stdout)):
            return
        time.sleep(0.1)
    pytest.fail("the worker lives on")


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that is dead but not yet buried does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")
