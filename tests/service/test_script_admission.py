"""Whom a script may play for: the same gates, rests, limits and diary as for the command, and nobody is asked."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import legato
from legato.app import wall_clock
from legato.app.diary import open_diary
from legato.care.entries import RecordedSession
from tests.service.scripts import on

Cli = Callable[..., tuple[int, str, str]]

FIRM = legato.Routine("firm", [legato.Hold("calf", pressure_mmhg=50, seconds=5, times=1)], title="Firm")


def commanded(
    what: legato.Routine | legato.Schedule = FIRM, *, person: str = "ada", acknowledged: bool = False
) -> float:
    """The highest pressure commanded in mmHg."""

    async def act(device: legato.ConnectedDevice) -> float:
        run = device.play(what, person=person, acknowledged=acknowledged)
        await run
        told = [event async for event in run.events() if isinstance(event, legato.Telemetry)]
        return max(max(event.commanded) for event in told)

    return on("sim://wrap-3", act)


@pytest.fixture
def ada(cli: Cli) -> None:
    """Somebody whom nothing narrows."""
    cli("person", "set", "--person", "ada")


def test_nothing_plays_behind_a_stop_gate(screened: Callable[..., None]) -> None:
    screened("ada", dvt="yes")
    with pytest.raises(legato.NotAllowed, match="a blood clot"):
        commanded(acknowledged=True)


def test_a_caution_is_acknowledged_by_the_script_and_nobody_is_asked(
    screened: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    screened("ada", anticoagulants="yes")
    with pytest.raises(legato.NotAllowed, match=r"acknowledged=True") as refused:
        commanded()
    assert refused.value.cautions  # type: ignore[attr-defined]
    assert refused.value.cautions[0] in str(refused.value)  # type: ignore[attr-defined]
    assert commanded(acknowledged=True) == 30
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("ada")
def test_without_a_screening_the_refusal_says_how_to_have_one() -> None:
    with pytest.raises(legato.NotAllowed, match="`legato screen` asks the questions"):
        commanded(legato.load("edema_upward"), acknowledged=True)


@pytest.mark.usefixtures("ada")
def test_a_schedule_plays_as_it_is_for_whom_nothing_narrows() -> None:
    schedule = legato.compile(FIRM, "wrap-3")

    async def act(device: legato.ConnectedDevice) -> legato.Schedule:
        run = device.play(schedule, person="ada")
        assert (await run).kind == "completed"
        return run.schedule

    assert on("sim://wrap-3", act).setpoints == schedule.setpoints


def test_a_schedule_is_no_way_around_the_limits_of_a_person(screened: Callable[..., None]) -> None:
    screened("ada", anticoagulants="yes")
    schedule = legato.compile(FIRM, "wrap-3")
    with pytest.raises(legato.NotAllowed, match="acknowledged=True"):
        commanded(schedule)
    with pytest.raises(legato.NotAllowed, match=r"not what firm compiles to for ada .*asked 50 .*plays 30"):
        commanded(schedule, acknowledged=True)


@pytest.mark.usefixtures("ada")
def test_a_schedule_that_was_changed_does_not_play() -> None:
    schedule = legato.compile(FIRM, "wrap-3")
    harder = replace(schedule, setpoints=tuple(replace(s, target=s.target * 1.2) for s in schedule.setpoints))
    with pytest.raises(legato.NotAllowed, match="not what firm compiles to for ada; play the routine instead"):
        commanded(harder)


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize("what", [FIRM, legato.compile(FIRM, "wrap-3")])
def test_a_massage_too_soon_is_refused(what: legato.Routine | legato.Schedule, monkeypatch: pytest.MonkeyPatch) -> None:
    before = wall_clock.now() - timedelta(minutes=20)
    with open_diary() as diary:
        diary.add(RecordedSession(person="ada", routine="goddard", device="wrap-3", started=before, duration_s=600))
    with pytest.raises(legato.NotAllowed, match="30 minutes of rest"):
        commanded(what)
    monkeypatch.setattr(wall_clock, "now", lambda: before + timedelta(minutes=40))
    assert commanded(what) == 50


@pytest.mark.usefixtures("ada")
def test_of_two_massages_that_a_script_begins_at_once_the_second_is_refused() -> None:
    async def act(device: legato.ConnectedDevice) -> None:
        run = device.play(FIRM, person="ada")
        just_now = wall_clock.now() - timedelta(minutes=20)
        with open_diary() as diary:  # as the run on another device begins, which was admitted as early as this one
            diary.add(
                RecordedSession(person="ada", routine="goddard", device="wrap-3", started=just_now, duration_s=600)
            )
        with pytest.raises(legato.NotAllowed, match="30 minutes of rest"):
            await run
        assert device.state.sessions == 0

    on("sim://wrap-3", act)


def test_nobody_who_is_not_known_is_played_for() -> None:
    with pytest.raises(legato.UnknownName, match="zoe"):
        commanded(person="zoe")


@pytest.mark.usefixtures("ada")
def test_the_diary_has_a_run_from_its_beginning_and_how_it_went_once_it_is_over(cli: Cli) -> None:
    def kept() -> list[tuple[str, str, bool]]:
        rows = json.loads(cli("history", "--person", "ada", "--json")[1])
        return [(row["routine"], row["outcome"], row["simulated"]) for row in rows]

    async def act(device: legato.ConnectedDevice) -> None:
        await device.play(FIRM, person="ada")
        assert kept() == []
        run = device.play(FIRM, person="ada", keep_simulated=True)
        async for event in run.events():
            if isinstance(event, legato.Started):
                assert kept() == [("firm", "begun", True)]
        await run
        assert kept() == [("firm", "completed", True)]
        run = device.play(legato.compile(FIRM, device.description), person="ada", keep_simulated=True)
        async for event in run.events():
            if isinstance(event, legato.Telemetry) and event.session_ms > 5000:
                break

    on("sim://wrap-3", act)
    assert sorted(kept()) == [("firm", "completed", True), ("firm", "stopped", True)]


@pytest.mark.usefixtures("ada")
def test_a_diary_that_cannot_be_read_lets_nothing_play(home: Path) -> None:
    (home / "diary.sqlite3").mkdir()
    with pytest.raises(legato.DiaryError, match="the diary fails"):
        commanded()


@pytest.mark.usefixtures("ada")
def test_a_diary_that_fails_meanwhile_is_logged_and_ends_no_massage(
    home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def act(device: legato.ConnectedDevice) -> str:
        run = device.play(FIRM, person="ada", keep_simulated=True)
        async for event in run.events():
            if isinstance(event, legato.Started):
                (home / "diary.sqlite3").unlink()
                (home / "diary.sqlite3").mkdir()
        return (await run).kind

    assert on("sim://wrap-3", act) == "completed"
    assert "the diary fails" in caplog.text
