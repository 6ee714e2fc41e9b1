"""`legato.play` waits, for scripts: where an event loop runs it says what to write instead, and Ctrl-C vents first."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import legato
from legato.app import people
from legato.app.diary import open_diary
from legato.care.person import Person
from legato.sim import clock

ROOT = Path(__file__).parents[2]
SHORT = legato.Routine("short", [legato.Rest(2, vent=True)], title="Short")


def test_it_waits_and_says_how_it_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asyncio, "run", clock.run)
    events: list[legato.Event] = []
    outcome = legato.play(SHORT, ["sim://boot-6-left", "sim://boot-6-right"], on_event=events.append)
    assert outcome == legato.Outcome("completed")
    assert events[-1] == legato.Ended(outcome)


def test_where_an_event_loop_runs_it_says_what_to_write_instead() -> None:
    async def in_a_notebook() -> None:
        legato.play(SHORT, "sim://wrap-3")

    with pytest.raises(legato.UsageError, match=r"`async with legato\.connect\(port\) as device:`"):
        asyncio.run(in_a_notebook())


@pytest.mark.parametrize(
    ("how", "text"),
    [
        ({"profile": 5}, "expected a routine"),
        ({"port": 5}, "expected a port"),
        ({"port": ["a", "b", "c"]}, "3 ports are given"),
        ({"minutes": "long"}, "minutes must be a number above 0"),
        ({"on_event": 3}, "on_event must be a function of one event, not 3"),
        ({"person": 5}, "expected the name of a person"),
        ({"acknowledged": "no"}, "acknowledged must be True or False"),
        ({"keep_simulated": 1}, "keep_simulated must be True or False"),
    ],
)
def test_what_makes_no_sense_is_said(how: dict[str, Any], text: str) -> None:
    play: Callable[..., legato.Outcome] = legato.play
    with pytest.raises(legato.UsageError, match=text):
        play(**{"profile": SHORT, "port": "sim://wrap-3"} | how)


HEAD = """
import asyncio
import legato

hold = legato.Routine("hold", [legato.Hold("calf", pressure_mmhg=30, seconds=40)], title="Hold")
whose = {"person": "ada", "keep_simulated": True}


def tell(event):
    print(type(event).__name__, flush=True)


async def connected():
    async with legato.connect("sim://wrap-3") as device:
        async for event in device.play(hold, **whose).events():
            tell(event)


async def awaited():
    async with legato.connect("sim://wrap-3") as device:
        run = device.play(hold, **whose)
        await asyncio.gather(run, listen(run))


async def listen(run):
    async for event in run.events():
        tell(event)


try:
    SCRIPT
except KeyboardInterrupt:
    print("interrupted")
"""
SCRIPTS = [
    'legato.play(hold, "sim://wrap-3", on_event=tell, **whose)',
    "asyncio.run(connected())",
    "asyncio.run(awaited())",
]


@pytest.mark.parametrize("script", SCRIPTS)
def test_ctrl_c_vents_first_and_the_diary_has_it(home: Path, script: str) -> None:
    people.store().save(Person(format=1, name="ada"))
    command = [sys.executable, "-c", HEAD.replace("SCRIPT", script)]
    environ = os.environ | {"LEGATO_HOME": str(home)}
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True) as playing:  # noqa: S603
        assert playing.stdout is not None
        for line in playing.stdout:
            if line == "Started\n":
                playing.send_signal(signal.SIGINT)
                break
        rest = playing.stdout.read()
    assert rest.splitlines()[-1] == "interrupted"
    assert playing.returncode == 0
    with open_diary() as diary:
        assert [session.outcome for session in diary.sessions("ada")] == ["stopped"]
