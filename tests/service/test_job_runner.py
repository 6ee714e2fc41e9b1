"""Jobs are done in a worker process; results and errors travel back, and nobody waits too long."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from legato.app import courses, people, preview, routines
from legato.errors import Failed, InvalidFile, LegatoError, UnknownName
from legato.profiles import load
from legato.service.devices.errors import Busy, TooLong
from legato.service.job_runner import JobRunner
from legato.service.worker import Worker

MINE = b"""format: 1
name: mine
title: Mine
steps:
  - do: hold
    from: calf
    pressure_mmhg: 30
    seconds: 20
"""


def with_a_worker(asking: Callable[[JobRunner], Awaitable[None]], patience_s: float = 50.0) -> None:
    async def whole() -> None:
        async with Worker(patience_s) as worker:
            await asking(JobRunner(worker))

    asyncio.run(whole())


def test_jobs_and_refusals_travel_to_a_process_of_their_own_and_back() -> None:
    async def asking(jobs: JobRunner) -> None:
        assert (await jobs.run(routines.save, "mine", MINE)).name == "mine"
        assert "<svg" in await jobs.run(preview.picture, "mine", load.device("wrap-3"))
        with pytest.raises(InvalidFile) as error:
            await jobs.run(routines.save, "mine", b"format: 1\n")
        assert error.value.problems[0].line == 1
        with pytest.raises(UnknownName, match="there is no person"):
            await jobs.run(people.settings, "bob")
        await jobs.run(people.begin, "ada")
        assert (await jobs.run(courses.begin, "professional", None, "ada")).person == "ada"

    with_a_worker(asking)


def test_what_takes_too_long_is_given_up_and_told() -> None:
    async def asking(jobs: JobRunner) -> None:
        with pytest.raises(TooLong):
            await jobs.run(time.sleep, 3600.0)

    with_a_worker(asking, patience_s=0.05)


def test_a_runner_that_has_too_much_to_do_says_so() -> None:
    async def asking(jobs: JobRunner) -> None:
        waiting = [asyncio.create_task(jobs.run(abs, -1)) for _ in range(65)]
        told = await asyncio.gather(*waiting, return_exceptions=True)
        assert [type(error) for error in told if isinstance(error, LegatoError)] == [Busy]

    with_a_worker(asking)


def test_a_file_that_cannot_be_read_is_named_without_its_folder(tmp_path: Path) -> None:
    async def asking(jobs: JobRunner) -> None:
        with pytest.raises(Failed, match=r"^gone: No such file or directory$"):
            await jobs.run(Path.read_bytes, tmp_path / "gone")

    with_a_worker(asking)
