"""Before a massage begins it is said what of it plays differently, and whose limits narrow it, and why."""

import json
from collections.abc import Coroutine
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from legato.app import forewarning
from legato.app.compile_for import compiled
from legato.cli.exit_codes import OUTCOME_EXIT
from legato.controller.session.events import Armed, Event, Outcome
from legato.profiles import load
from legato.profiles.anatomy import Zone
from legato.profiles.profile import Profile
from legato.profiles.restrictions import Limit, Means, Restrictions
from legato.sim import clock
from legato.terminal.playing import Wish, play
from legato.terminal.views import Listener
from tests.front_door import Cli

STEPS = """[
    {"do": "hold", "from": "knee", "pressure_mmhg": 50, "seconds": 2},
    {"do": "hold", "from": "calf", "pressure_mmhg": 25, "seconds": 2},
    {"do": "vibrate", "from": "seat", "intensity_pct": 50, "seconds": 2}
]"""
NARROW = Restrictions(
    cap_mmhg=Limit(60.0, "this is the limit that you set for yourself"),
    zone_caps_mmhg={Zone.CALF: Limit(20.0, "varicose veins are pressed lightly")},
    hold_s=Limit(30.0, "thin skin is not pressed for long"),
    forbidden={Means.HEAT: "no warmth on numb skin"},
    left_out={Zone.FOOT: "a wound is not touched"},
)


@pytest.fixture
def virtual(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `legato play` plays takes no time, and no signal comes."""

    async def calm(run: Coroutine[Any, Any, Outcome]) -> int:
        return OUTCOME_EXIT[(await run).kind]

    monkeypatch.setattr("legato.cli.commands.play.until_signalled", calm)
    monkeypatch.setattr("legato.cli.commands.play.asyncio", SimpleNamespace(run=clock.run))


@pytest.fixture
def routine() -> Profile:
    return Profile.model_validate_json(f'{{"format": 1, "name": "evening", "title": "Evening", "steps": {STEPS}}}')


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "evening.yaml"
    path.write_text(f"format: 1\nname: evening\ntitle: Evening\nsteps: {STEPS}\n")
    return str(path)


def test_every_difference_and_every_limit_is_a_line_with_its_reason(routine: Profile) -> None:
    told = list(forewarning.lines(compiled(routine, load.device("boots-6"), restrictions=NARROW), "ada", NARROW))
    notes = [line for line in told if line.startswith(("  clipped", "  dropped", "  slowed"))]
    assert told[0].startswith("evening plays on boots-6 in 0:")
    assert told[0].endswith(f", {len(notes)} differences from the routine as written")
    assert "asked 50 mmHg, plays 40 mmHg, because knee cap 40 mmHg" in notes[0]
    assert "asked 25 mmHg, plays 20 mmHg, because varicose veins are pressed lightly" in notes[1]
    assert "boots-6 has no vibration motor there" in notes[2]
    assert told[1 + len(notes) :] == [
        "  for ada: at most 60 mmHg, because this is the limit that you set for yourself",
        "  for ada: at most 20 mmHg at the calf, because varicose veins are pressed lightly",
        "  for ada: pressed for at most 30 s without a break, because thin skin is not pressed for long",
        "  for ada: no heat, because no warmth on numb skin",
        "  for ada: nothing at the foot, because a wound is not touched",
    ]


def test_what_plays_as_written_for_nobody_in_particular_is_one_line() -> None:
    schedule = compiled(load.profile("circulation"), load.device("boots-6"))
    assert schedule.report.is_clean
    assert [line.partition(", ")[2] for line in forewarning.lines(schedule, None, Restrictions())] == ["as written"]


def test_circles_that_ripple_and_pauses_that_go_are_told_before_it_begins() -> None:
    knees = load.profile("knee_circles")
    cuffs, chair = (compiled(knees, load.device(name)) for name in ("boots-6", "chair-1"))
    ripple = "step 3.1 (circle knee), both knees: asked circles, plays a ripple, because one chamber at the knee"
    assert list(forewarning.lines(cuffs, None, Restrictions()))[1:] == [f"  replaced: {ripple}"]
    gone = "step 3.2 (rest): asked rest of 12 s, plays no rest, because nothing plays of the circle knee before it"
    assert f"  dropped: {gone}" in list(forewarning.lines(chair, None, Restrictions()))


def test_it_is_known_before_the_device_is_armed(routine: Profile) -> None:
    seen: list[object] = []

    wish = Wish(restrictions=NARROW, ready=lambda schedule: seen.append(schedule.report))
    clock.run(play(routine, ["sim://boots-6"], lambda _: Listener(seen.append), wish))
    armed = next(i for i, event in enumerate(seen) if isinstance(event, Armed))
    assert len(before_it := [one for one in seen[:armed] if not isinstance(one, Event)]) == 1, before_it


@pytest.mark.usefixtures("virtual")
def test_play_says_it_before_it_says_anything_else(cli: Cli, file: str) -> None:
    assert cli("person", "set", "--person", "ada", "--comfort-cap", "30")[0] == 0
    code, out, _ = cli("play", file, "--port", "sim://boots-6", "--person", "ada")
    assert code == 0
    told, connected, _ = out.partition("  0:00  connected: boots-6")
    first, clipped, *_, limit = told.splitlines()
    assert connected
    assert first.startswith("evening plays on boots-6 in 0:")
    assert "plays 30 mmHg, because this is the limit that you set for yourself" in clipped
    assert limit == "  for ada: at most 30 mmHg, because this is the limit that you set for yourself"


@pytest.mark.usefixtures("virtual")
def test_for_programs_it_is_the_first_event(cli: Cli, file: str) -> None:
    assert cli("person", "set", "--person", "ada", "--comfort-cap", "30")[0] == 0
    _, out, _ = cli("play", file, "--port", "sim://boots-6", "--person", "ada", "--json")
    told = json.loads(out.splitlines()[0])
    assert (told["event"], told["device"], told["person"]) == ("report", "boots-6", "ada")
    assert [note["plays"] for note in told["clipped"] + told["dropped"]] == ["30 mmHg", "nothing"]
    assert told["limits"] == [{"what": "at most 30 mmHg", "why": "this is the limit that you set for yourself"}]
