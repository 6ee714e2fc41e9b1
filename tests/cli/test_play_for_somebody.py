"""Whoever is current gets their own massage, by the command and by the library: stopped, asked first, or narrowed."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

import legato
from legato.app import wall_clock
from legato.app.diary import open_diary
from legato.care.entries import RecordedSession
from legato.care.errors import UnknownName
from legato.controller.session.events import Event, Telemetry
from legato.errors import NotAllowed
from legato.profiles import load
from legato.profiles.profile import Profile
from legato.sim import clock
from tests.front_door import Cli

FIRM = "{format: 1, name: firm, title: Firm, steps: [{do: hold, from: calf, pressure_mmhg: 50, seconds: 5, times: 1}]}"


@pytest.fixture(autouse=True)
def in_virtual_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the command and the library play takes no time; virtual time knows no signals."""
    monkeypatch.setattr(asyncio.AbstractEventLoop, "add_signal_handler", lambda *_: None)
    monkeypatch.setattr(asyncio, "run", clock.run)


@pytest.fixture
def firm() -> Profile:
    """A hold of 50 mmHg."""
    found = load.parse(FIRM.encode(), "firm.yaml")
    assert isinstance(found, Profile)
    return found


@pytest.fixture
def current(cli: Cli, tmp_path: Path) -> Callable[[str], None]:
    """Ada is the current person, and has answered one question with yes."""

    def make(question: str) -> None:
        (tmp_path / "answers.yaml").write_text(f"{question}: yes\n")
        assert cli("screen", "--person", "ada", "--answers", str(tmp_path / "answers.yaml"))[0] == 0

    return make


def from_python(profile: Profile, *, acknowledged: bool = False) -> float:
    """The highest pressure commanded in mmHg when a program plays it, in virtual time."""
    events: list[Event] = []
    legato.play(profile, "sim://wrap-3", on_event=events.append, acknowledged=acknowledged)
    return max(max(event.commanded) for event in events if isinstance(event, Telemetry))


def test_a_program_plays_nothing_behind_a_stop_gate(firm: Profile, current: Callable[[str], None]) -> None:
    current("dvt")
    with pytest.raises(NotAllowed, match="a blood clot"):
        from_python(firm, acknowledged=True)


def test_a_program_acknowledges_a_caution_and_then_gets_less(firm: Profile, current: Callable[[str], None]) -> None:
    assert from_python(firm) == 50
    current("anticoagulants")
    with pytest.raises(NotAllowed, match="not acknowledged"):
        from_python(firm)
    assert from_python(firm, acknowledged=True) == 30


def test_what_is_played_is_narrowed_for_the_person(cli: Cli, current: Callable[[str], None], tmp_path: Path) -> None:
    (tmp_path / "firm.yaml").write_text(FIRM)
    play = (
        "play",
        str(tmp_path / "firm.yaml"),
        "--port",
        "sim://wrap-3",
        "--json",
        "--acknowledge",
        "--keep-simulated",
    )
    assert highest(cli(*play)) == 50
    current("anticoagulants")
    assert highest(cli(*play)) == 30
    assert [s["peak_mmhg"] < 40 for s in json.loads(cli("history", "--json")[1])] == [True]


def test_a_routine_of_this_folder_is_played_by_its_name(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "firm.yaml").write_text(FIRM)
    code, _, err = cli("play", "firm", "--port", "sim://wrap-3")
    assert code == 0
    assert err.startswith("firm is firm.yaml in this folder\n")


def test_what_a_program_plays_for_somebody_is_in_their_diary(cli: Cli, firm: Profile) -> None:
    for name in ("ada", "bob"):
        cli("person", "set", "--person", name)
    legato.play(firm, "sim://wrap-3", person="bob", keep_simulated=True)
    assert [cli("history", "--person", name, "--json")[1].count("completed") for name in ("ada", "bob")] == [0, 1]
    with pytest.raises(UnknownName, match="zoe"):
        legato.play(firm, "sim://wrap-3", person="zoe")


def test_a_rehearsal_on_a_simulator_is_no_massage(cli: Cli, tmp_path: Path, firm: Profile) -> None:
    cli("person", "set", "--person", "ada")
    (tmp_path / "firm.yaml").write_text(FIRM)
    assert cli("play", str(tmp_path / "firm.yaml"), "--port", "sim://wrap-3")[0] == 0
    assert from_python(firm) == 50
    assert json.loads(cli("history", "--json")[1]) == []


def test_a_rehearsal_that_is_to_be_kept_is_marked_and_asks_for_no_rest(cli: Cli, firm: Profile) -> None:
    cli("person", "set", "--person", "ada")
    hours = firm.model_copy(update={"steps": (firm.steps[0].model_copy(update={"times": 20}),)})
    for _ in range(2):
        legato.play(hours, "sim://wrap-3", keep_simulated=True)
    kept = json.loads(cli("history", "--json")[1])
    assert [(row["simulated"], row["outcome"], row["duration_s"] > 300) for row in kept] == [
        (True, "completed", True)
    ] * 2


def test_a_massage_too_soon_is_refused_by_the_command_and_by_the_library(
    cli: Cli, firm: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("person", "set", "--person", "ada")
    before = wall_clock.now() - timedelta(minutes=20)
    with open_diary() as diary:
        diary.add(RecordedSession(person="ada", routine="goddard", device="wrap-3", started=before, duration_s=600))
    code, out, err = cli("play", "goddard", "--port", "sim://wrap-3")
    assert (code, out) == (6, "")
    assert err.startswith("30 minutes of rest are required between two massages. It may be played from ")
    with pytest.raises(NotAllowed, match="30 minutes of rest"):
        from_python(firm)
    monkeypatch.setattr(wall_clock, "now", lambda: before + timedelta(minutes=40))
    assert from_python(firm) == 50


def test_a_session_of_a_course_too_soon_is_refused_by_the_command_and_by_the_library(
    cli: Cli, firm: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("person", "set", "--person", "ada")
    assert cli("course", "start", "weekly")[0] == 0
    assert cli("course", "done", "weekly")[0] == 0
    done = wall_clock.now()
    monkeypatch.setattr(wall_clock, "now", lambda: done + timedelta(hours=24))
    code, out, err = cli("play", "goddard", "--port", "sim://wrap-3")
    assert (code, out) == (6, "")
    assert err.startswith("Sessions of the course weekly are at least 48 hours apart. It may be played from ")
    with pytest.raises(NotAllowed, match="48 hours apart"):
        from_python(load.profile("goddard"))
    assert from_python(firm) == 50, "which is no session of it"


def test_deep_work_on_somebody_unscreened_is_asked_about_by_the_command_and_by_the_library(cli: Cli) -> None:
    deep = load.parse(FIRM.replace("50", "55").encode(), "deep.yaml")
    assert isinstance(deep, Profile)
    with pytest.raises(NotAllowed, match="not acknowledged"):
        from_python(deep)
    assert from_python(deep, acknowledged=True) == 55
    code, out, err = cli("play", "deep_tissue_widening", "--port", "sim://wrap-3")
    assert (code, out) == (6, "")
    assert "should be agreed with a doctor or therapist first" in err
    code, out, err = cli("play", "edema_upward", "--port", "sim://wrap-3", "--acknowledge")
    assert (code, out) == (6, "")
    assert err.endswith("needs a screening that is complete and up to date. `legato screen` asks the questions.\n")


def test_the_length_that_a_routine_has_on_the_device_counts(
    cli: Cli, firm: Profile, current: Callable[[str], None]
) -> None:
    current("dvt_history")
    step = firm.steps[0].model_copy(update={"times": 150})
    hour = firm.model_copy(update={"steps": (step,)})
    with pytest.raises(NotAllowed, match="2 sessions of 30 minutes a day are the limit, and this one takes 42"):
        from_python(hour, acknowledged=True)
    assert json.loads(cli("history", "--json")[1]) == []


def test_a_diary_that_cannot_be_read_lets_nothing_play(cli: Cli, home: Path) -> None:
    cli("person", "set", "--person", "ada")
    (home / "diary.sqlite3").mkdir()
    code, out, err = cli("play", "goddard", "--port", "sim://wrap-3")
    assert (code, out) == (1, "")
    assert "the diary fails" in err


def test_what_a_routine_wants_borne_in_mind_is_said_before_it_plays(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "firm.yaml").write_text(FIRM.replace("title: Firm", "title: Firm, cautions: [Not on a full stomach.]"))
    code, _, err = cli("play", str(tmp_path / "firm.yaml"), "--port", "sim://wrap-3")
    assert code == 0
    assert err.splitlines()[0] == "bear in mind: Not on a full stomach."


def highest(told: tuple[int, str, str]) -> float:
    """The highest pressure commanded in the events of a run that went well."""
    code, out, _ = told
    assert code == 0
    events = [json.loads(line) for line in out.splitlines()]
    return max(float(max(event["commanded"])) for event in events if event["event"] == "telemetry")
