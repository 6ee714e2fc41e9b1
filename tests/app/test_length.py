"""How long a routine lasts: as asked by every interface, in full for who follows a course of it, else as written."""

import json
from collections.abc import Coroutine
from types import SimpleNamespace
from typing import Any

import pytest

import legato
from legato.app import people, preview, recommendation, wall_clock
from legato.app.compile_for import compiled
from legato.app.diary import open_diary
from legato.app.replay_digest import digest
from legato.care.entries import Enrolment
from legato.care.person import Person
from legato.cli.exit_codes import OUTCOME_EXIT
from legato.controller.session.events import Outcome
from legato.profiles import load
from legato.profiles.air import BASELINE_MMHG
from legato.profiles.length import NotThatLong
from legato.profiles.restrictions import Limit, Restrictions
from legato.service.devices.bridge import Start
from legato.service.devices.errors import NotPlayable
from legato.service.run.admission import prepare
from legato.sim import clock
from tests.front_door import Cli

BOOTS = load.device("boots-6")
WRITTEN, FULL = pytest.approx(345, abs=3), pytest.approx(1762, abs=10)
"""Of goddard on these boots, in seconds."""


def lasts(cli: Cli, *args: str) -> float:
    """What `preview` tells."""
    code, out, _ = cli("preview", "goddard", "--json", *args)
    assert code == 0
    return float(json.loads(out)["duration_s"])


def follows(person: str, course: str, routine: str) -> None:
    people.store().save(Person(format=1, name=person))
    with open_diary() as diary:
        diary.add(Enrolment(person=person, course=course, routine=routine, started=wall_clock.now()))


@pytest.mark.parametrize("minutes", [10, 20, 30])
def test_a_preview_is_of_the_length_that_is_asked_for(cli: Cli, minutes: int) -> None:
    assert lasts(cli, "--minutes", str(minutes)) == pytest.approx(minutes * 60, rel=0.06)


def test_without_a_length_it_is_as_written(cli: Cli) -> None:
    assert lasts(cli) == WRITTEN


def test_a_replay_is_of_that_length_and_its_files_say_so(cli: Cli, tmp_path: Any) -> None:
    code, out, _ = cli("replay", "goddard", "--minutes", "10", "--json", "--out", str(tmp_path))
    told = json.loads(out)
    assert (code, told["outcome"]) == (0, "completed")
    assert told["duration_s"] == pytest.approx(600, rel=0.06)


def test_a_check_is_of_that_length_and_holds_the_report_against_it(cli: Cli) -> None:
    code, out, _ = cli("check", "goddard", "--device", "wrap-3", "--minutes", "20", "--strict")
    assert code == 6
    code, out, _ = cli("check", "goddard", "--device", "wrap-3", "--minutes", "20")
    assert (code, "plays on wrap-3 in 19:" in out, "bug" in out) == (0, True, False)
    assert cli("check", "goddard", "--minutes", "20")[0] == 2


def test_what_is_shown_is_the_form_and_what_it_may_be_asked_for(cli: Cli) -> None:
    assert "repeat, 1 time, at most 6 times" in cli("show", "goddard")[1]
    assert cli("show", "goddard")[1].endswith("Lasts 5:45 on boots-6; --minutes can make it 5:45 to 29:22\n")
    assert "repeat, 4 times, at least 1 time, at most 6 times" in cli("show", "goddard", "--minutes", "20")[1]
    assert cli("show", "popliteal_sweep")[1].endswith("Lasts 1:50 on boots-6\n")


@pytest.mark.parametrize("command", ["preview", "replay", "show"])
def test_what_it_cannot_be_made_to_last_is_one_sentence(cli: Cli, command: str) -> None:
    code, out, err = cli(command, "rls_evening", "--minutes", "10")
    assert (code, out) == (6, "")
    assert err == "on boots-6, rls_evening lasts 57.2 min, neither more nor less; 10 min cannot be made of it\n"


def test_a_device_has_no_length(cli: Cli) -> None:
    code, _, err = cli("show", "boots-6", "--minutes", "20")
    assert code == 2
    assert "--minutes is for a routine, and boots-6 is a device" in err


def test_for_python_it_is_an_argument() -> None:
    assert legato.compile("goddard", minutes=20).duration_ms == pytest.approx(1_200_000, rel=0.06)
    with pytest.raises(NotThatLong):
        legato.compile("popliteal_sweep", minutes=20)


def test_a_longer_form_keeps_within_the_limits_of_the_person() -> None:
    wish = Restrictions(cap_mmhg=Limit(20.0, "it is wished"))
    schedule = compiled(load.profile("goddard"), BOOTS, restrictions=wish, minutes=20)
    assert max(s.target for s in schedule.setpoints) == 20
    assert schedule.duration_ms == pytest.approx(1_200_000, rel=0.08)


def test_every_round_has_places_to_skip_to_at_which_nothing_presses() -> None:
    schedule = compiled(load.profile("goddard"), BOOTS, minutes=20)
    strokes = [mark for mark in schedule.marks if mark.title.startswith("Long strokes")]
    assert [mark.title for mark in strokes] == [f"Long strokes, ankle to thigh ({n} of 4)" for n in range(1, 5)]
    assert all(max(schedule.targets_at(mark.session_ms)) <= BASELINE_MMHG for mark in schedule.marks)


def test_a_massage_of_that_length_is_in_the_diary_as_that(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """In virtual time."""

    async def calm(run: Coroutine[Any, Any, Outcome]) -> int:
        return OUTCOME_EXIT[(await run).kind]

    monkeypatch.setattr("legato.cli.commands.play.until_signalled", calm)
    monkeypatch.setattr("legato.cli.commands.play.asyncio", SimpleNamespace(run=clock.run))
    cli("person", "set", "--person", "ada")
    port = ("--port", "sim://boots-6", "--acknowledge", "--keep-simulated")
    assert cli("play", "goddard", "--minutes", "10", *port)[0] == 0
    (row,) = json.loads(cli("history", "--json")[1])
    assert row["planned_s"] == pytest.approx(600, rel=0.06)
    assert (row["outcome"], row["played_pct"]) == ("completed", 100)


def test_a_start_by_the_service_is_of_the_length_that_is_asked_for() -> None:
    for minutes, seconds in ((None, WRITTEN), (20.0, pytest.approx(1200, rel=0.06))):
        ready = prepare(Start(routine="goddard", acknowledged=True, minutes=minutes), BOOTS)
        assert ready.schedule.duration_ms / 1000 == seconds
    with pytest.raises(NotPlayable, match=r"lasts 1\.8 min, neither more nor less"):
        prepare(Start(routine="popliteal_sweep", acknowledged=True, minutes=10.0), BOOTS)


def test_before_a_start_it_is_known_what_may_be_asked_for() -> None:
    told = preview.before("goddard", "boots-6", None, {}, 20.0)
    assert told.course is None
    assert told.shortest_s == WRITTEN
    assert told.full_s == FULL
    assert told.duration_s == pytest.approx(1200, rel=0.06)
    assert preview.report("goddard", "boots-6", 10.0).duration_s == pytest.approx(600, rel=0.06)
    assert preview.picture("goddard", "boots-6", 10.0) != preview.picture("goddard", "boots-6")


def test_a_replay_of_the_service_is_of_the_length_that_is_asked_for() -> None:
    told = digest("goddard", None, "wrap-3", None, 10.0)
    assert told.summary["duration_s"] == pytest.approx(600, rel=0.2)


@pytest.mark.parametrize(("course", "routine"), [("weekly", "goddard"), ("biweekly", "goddard"), ("daily", "goddard")])
def test_a_course_plays_the_full_form_by_every_interface(cli: Cli, course: str, routine: str) -> None:
    follows("ada", course, routine)
    assert lasts(cli, "--person", "ada") == FULL
    assert f"goddard plays at full length for the course {course}; " in cli("preview", "goddard", "--person", "ada")[2]
    ready = prepare(Start(routine="goddard", person="ada", acknowledged=True), BOOTS)
    assert ready.schedule.duration_ms / 1000 == FULL
    told = preview.before("goddard", "boots-6", "ada", {})
    assert told.course == course
    assert told.duration_s == FULL


def test_whoever_follows_a_course_may_ask_for_less_and_gets_other_routines_as_written(cli: Cli) -> None:
    follows("ada", "weekly", "goddard")
    assert lasts(cli, "--person", "ada", "--minutes", "6") == WRITTEN
    assert json.loads(cli("preview", "knee_circles", "--person", "ada", "--json")[1])["duration_s"] < 330


def test_a_course_that_was_stopped_asks_for_nothing(cli: Cli) -> None:
    follows("ada", "weekly", "goddard")
    cli("course", "stop", "weekly", "--person", "ada")
    assert lasts(cli, "--person", "ada") == WRITTEN


def test_a_recommendation_takes_the_form_that_fits_the_time(cli: Cli) -> None:
    for minutes in (10, 20):
        found = json.loads(cli("recommend", "relaxation", "--minutes", str(minutes), "--json")[1])
        (goddard,) = [one for one in found["routines"] if one["routine"] == "goddard"]
        assert minutes - 5 < goddard["minutes"] <= minutes
    assert recommendation.recommended("relaxation", "boots-6", None, 20.0).routines
    assert "goddard (6 to 29 min): " in cli("recommend", "relaxation")[1]
