"""What Home Assistant is told of the house: what cannot be read keeps nothing else back."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from legato.profiles import load
from legato.service.home_status import keep_told
from legato.service.mqtt.discovery.announcer import Announcer
from legato.service.worker import Worker

pytestmark = pytest.mark.timeout(120)


class Heard:
    """Stands in for the announcer."""

    def __init__(self) -> None:
        self.routines: tuple[str, ...] = ()
        self.is_course_due: bool | None = None
        self.is_told = asyncio.Event()

    def tell_routines(self, names: tuple[str, ...]) -> None:
        self.routines = names
        self.is_told.set()

    def tell_course(self, is_due: bool) -> None:
        self.is_course_due = is_due


def heard() -> Heard:
    async def main() -> Heard:
        told = Heard()
        async with Worker() as worker:
            telling = asyncio.create_task(keep_told(cast(Announcer, told), worker))
            async with asyncio.timeout(90):
                await told.is_told.wait()
                # The worker does one job after the other: behind this one, the second look is done as well.
                await worker.run(len, ())
            telling.cancel()
        return told

    return asyncio.run(main())


@pytest.mark.parametrize("spoil", [Path.mkdir, lambda path: path.symlink_to("/nowhere/x")], ids=["folder", "link"])
def test_a_diary_that_fails_takes_no_routine_away(spoil: Callable[[Path], Any], home: Path) -> None:
    (home / "people").mkdir(parents=True)
    (home / "people" / "ada.yaml").write_text("format: 1\nname: ada\n")
    spoil(home / "diary.sqlite3")
    told = heard()
    assert (told.routines, told.is_course_due) == (tuple(load.builtin_profiles()), None)


def test_a_file_whose_name_is_no_text_is_nobody_and_ends_nothing(home: Path) -> None:
    (home / "people").mkdir(parents=True)
    (home / "people" / b"\xff.yaml".decode(errors="surrogateescape")).touch()
    assert heard().is_course_due is False
