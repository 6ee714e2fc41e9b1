"""Whoever is current gets their own massage, by the command and by the library: stopped, asked first, or narrowed."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest

import legato
from controller.events import Event, Telemetry
from legato.errors import CommandError
from profiles import load
from profiles.profile import Profile
from sim import clock

Cli = Callable[..., tuple[int, str, str]]

FIRM = "{format: 1, name: firm, title: Firm, steps: [{do: hold, from: calf, pressure_mmhg: 55, seconds: 5, times: 1}]}"


@pytest.fixture
def firm() -> Profile:
    """A hold of 55 mmHg."""
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
    clock.run(legato.play(profile, "sim://wrap-3", on_event=events.append, acknowledged=acknowledged))
    return max(max(event.commanded) for event in events if isinstance(event, Telemetry))


def test_a_program_plays_nothing_behind_a_stop_gate(firm: Profile, current: Callable[[str], None]) -> None:
    current("dvt")
    with pytest.raises(CommandError, match="a blood clot"):
        from_python(firm, acknowledged=True)


def test_a_program_acknowledges_a_caution_and_then_gets_less(firm: Profile, current: Callable[[str], None]) -> None:
    assert from_python(firm) == 55
    current("anticoagulants")
    with pytest.raises(CommandError, match="not acknowledged"):
        from_python(firm)
    assert from_python(firm, acknowledged=True) == 30


def test_what_is_played_is_narrowed_for_the_person(
    cli: Cli, current: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "firm.yaml").write_text(FIRM)
    # Virtual time knows no signals.
    monkeypatch.setattr(asyncio.AbstractEventLoop, "add_signal_handler", lambda *_: None)
    monkeypatch.setattr(asyncio, "run", clock.run)
    play = ("play", str(tmp_path / "firm.yaml"), "--port", "sim://wrap-3", "--json", "--acknowledge")
    assert highest(cli(*play)) == 55
    current("anticoagulants")
    assert highest(cli(*play)) == 30
    assert [s["peak_mmhg"] < 40 for s in json.loads(cli("history", "--json")[1])] == [True]


def highest(told: tuple[int, str, str]) -> float:
    """The highest pressure commanded in the events of a run that went well."""
    code, out, _ = told
    assert code == 0
    events = [json.loads(line) for line in out.splitlines()]
    return max(float(max(event["commanded"])) for event in events if event["event"] == "telemetry")
