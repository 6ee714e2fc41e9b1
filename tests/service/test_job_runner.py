"""The workshop: routines kept, checked, drawn and replayed, people screened and noted, all in a worker process."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from legato.app.compile_for import compiled
from legato.care.entries import Moment
from legato.care.screening import Answer
from legato.draw import curves
from legato.draw.heatmap_svg import MOST_BYTES, heat_svg
from legato.profiles import load
from legato.profiles.anatomy import Zone
from legato.service.http.not_done import NotDone
from legato.service.http.schemas.people import Change, Jotted
from legato.service.job_runner import HomeWorkshop, explaining
from legato.service.jobs import people, routines
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


def refused(job: Callable[..., object], *args: object) -> NotDone:
    with pytest.raises(NotDone) as error:
        explaining(job, *args)
    return error.value


def test_a_routine_of_ones_own_is_kept_listed_and_found_again(home: Path) -> None:
    assert routines.save("mine", MINE).is_builtin is False
    assert (home / "routines" / "mine.yaml").read_bytes() == MINE
    assert [card.name for card in routines.cards() if not card.is_builtin] == ["mine"]
    assert routines.explained("mine").text == MINE.decode()
    assert routines.report("mine", "wrap-3").peak_mmhg["left_calf"] == 30.0
    assert refused(routines.report, "goddard", "./boots-6.yaml").kind == "unknown"


def test_built_in_routines_and_good_files_are_never_written_over(home: Path) -> None:
    assert refused(routines.save, "goddard", MINE.replace(b"mine", b"goddard")).kind == "exists"
    routines.save("mine", MINE)
    bad = refused(routines.save, "mine", b"format: 1\nname: mine\ntitle: Mine\nsteps: []\n")
    assert (bad.kind, bad.problems[0].line) == ("invalid", 4)
    assert refused(routines.save, "yours", MINE).kind == "invalid"
    assert [path.name for path in (home / "routines").iterdir()] == ["mine.yaml"]
    (home / "routines" / "mine.yaml").write_text("nonsense: [")
    assert all(card.is_builtin for card in routines.cards())


def test_a_check_tells_line_and_column_or_what_a_device_makes_of_it() -> None:
    wrong = routines.check(MINE.replace(b"pressure_mmhg: 30", b"presure_mmhg: 30"), None)
    assert (wrong.is_valid, {problem.line for problem in wrong.problems}) == (False, {5, 7})
    right = routines.check(MINE, load.device("wrap-3"))
    assert right.report is not None
    assert (right.is_valid, right.name, right.report.device) == (True, "mine", "wrap-3")
    assert routines.check(b"\xff\x00" * 100, None).is_valid is False


def test_a_replay_is_summed_up_in_few_enough_numbers() -> None:
    done = routines.replay(None, MINE.decode(), "wrap-3", None)
    assert (done.outcome, done.summary["peak"]["left_calf"] > 20.0) == ("completed", True)
    assert len(done.times_s) <= 300
    assert {len(curve.commanded) for curve in done.curves} == {len(done.times_s)}


@pytest.mark.parametrize("device", sorted(load.builtin_devices()))
def test_every_built_in_routine_has_a_small_picture(device: str) -> None:
    target = load.device(device)
    for profile in load.builtin_profiles().values():
        picture = heat_svg(curves.of_schedule(compiled(profile, target)))
        assert len(picture.encode()) < MOST_BYTES
        root = ET.fromstring(picture)  # noqa: S314 - our own
        assert profile.name in (root.findtext("{http://www.w3.org/2000/svg}title") or "")


def test_a_person_from_the_first_question_to_a_recommendation() -> None:
    assert people.new("ada").name == "ada"
    assert refused(people.new, "ada").kind == "exists"
    assert [(p.name, p.is_current) for p in people.everyone()] == [("ada", True)]
    assert people.change("ada", Change(comfort_cap_mmhg=35.0)).comfort_cap_mmhg == 35.0
    due = people.screening("ada").due
    after = people.answered("ada", {question.id: Answer.NO for question in due})
    assert len(after.due) < len(due)
    assert refused(people.answered, "ada", {"no_such_question": Answer.NO}).kind == "unknown"
    assert refused(people.settings, "bob").kind == "unknown"
    found = people.recommended("tired heavy legs", "boots-6", "ada", 40.0)
    assert found.routines
    danger = people.recommended("tired legs, and the left one is swollen and hot", "boots-6", "ada", 40.0)
    assert (danger.answer, danger.routines, danger.passed) == ("doctor", (), ())
    assert all("Arzt" in sign.says["de"] for sign in danger.signs)
    assert people.endangered("tired legs") is None
    assert people.endangered("left leg swollen and hot") == people.recommended(
        "left leg swollen and hot", "boots-6", None, None
    )
    assert refused(people.recommended, "xyzzy", "boots-6", None, None).kind == "unknown"


def test_the_diary_and_the_courses_of_a_person() -> None:
    people.new("ada")
    people.note("ada", Jotted(moment=Moment.BEFORE, pain=6, text="woke up with it"))
    assert [(n.pain, n.text) for n in people.notes("ada")] == [(6, "woke up with it")]
    assert [(row.kind, row.text_before) for row in people.sessions("ada")] == [("note", "woke up with it")]
    assert people.table("ada").startswith("kind,started,routine,device")
    name = refused(people.start_course, "ada", "nothing", None)
    assert name.kind == "unknown"
    courses = load_courses()
    people.start_course("ada", courses, None)
    assert [standing.course for standing in people.courses("ada")] == [courses]
    assert refused(people.start_course, "ada", courses, None).kind == "invalid"
    people.stop_course("ada", courses)
    assert people.courses("ada") == []


def load_courses() -> str:
    """A course for which nothing has to be known of somebody."""
    from legato.care.courses import courses

    return next(course.name for course in courses().values() if course.routine is None)


def with_a_worker(asking: Callable[[HomeWorkshop], Awaitable[None]], patience_s: float = 50.0) -> None:
    async def whole() -> None:
        async with Worker(patience_s) as worker:
            await asking(HomeWorkshop(worker))

    asyncio.run(whole())


def test_jobs_and_refusals_travel_to_a_process_of_their_own_and_back() -> None:
    async def asking(workshop: HomeWorkshop) -> None:
        assert (await workshop.save("mine", MINE)).name == "mine"
        assert "<svg" in await workshop.picture("mine", load.device("wrap-3"))
        with pytest.raises(NotDone) as error:
            await workshop.save("mine", b"format: 1\n")
        assert (error.value.kind, error.value.problems[0].line) == ("invalid", 1)
        with pytest.raises(NotDone, match="there is no person"):
            await workshop.person("bob")

    with_a_worker(asking)


def test_what_takes_too_long_is_given_up_and_told() -> None:
    async def asking(workshop: HomeWorkshop) -> None:
        with pytest.raises(NotDone) as error:
            await workshop._done(time.sleep, 3600.0)
        assert error.value.kind == "too_long"

    with_a_worker(asking, patience_s=0.05)


def test_a_workshop_that_has_too_much_to_do_says_so() -> None:
    async def asking(workshop: HomeWorkshop) -> None:
        waiting = [asyncio.create_task(workshop._done(abs, -1)) for _ in range(65)]
        told = await asyncio.gather(*waiting, return_exceptions=True)
        assert [error.kind for error in told if isinstance(error, NotDone)] == ["busy"]

    with_a_worker(asking)


def test_before_a_start_it_is_known_for_whom_it_plays_and_what_narrows_it() -> None:
    chosen = people.new("ada")
    people.change(chosen.name, Change(comfort_cap_mmhg=30.0))
    routines.save("mine", MINE.replace(b"30", b"60"))
    told = routines.before("mine", "wrap-3", "ada", {Zone.FOOT: 20.0})
    assert (told.person, told.routine, told.peak_mmhg["left_calf"]) == ("ada", "mine", 30.0)
    assert [(limit.what, limit.why) for limit in told.limits] == [
        ("at most 30 mmHg", "this is the most that you set for yourself"),
        ("at most 20 mmHg at the foot", "cap set for the foot: 20 mmHg"),
    ]
    assert routines.before("mine", "wrap-3", None, {}).person == "ada", "who is current, as a start takes it"
