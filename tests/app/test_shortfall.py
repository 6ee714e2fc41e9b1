"""A leg that gets less than it should is said so at the end: of a replay, of a massage, and by the service."""

import asyncio
import json
from pathlib import Path

import pytest

import legato
from legato.app.simulated_port import SimPort
from legato.controller.session.events import Ended, Event, Shortfall
from legato.profiles import load
from legato.service.endpoints import SCHEMES
from legato.sim import clock
from legato.sim.device import SimDevice
from legato.terminal.playing import Wish, play
from legato.terminal.views import Listener
from tests.front_door import Cli

pytestmark = pytest.mark.timeout(240)
"""Whole massages, on a machine that may be busy with others. Where the time is up in the middle of one, a task of its
session ends with that, which looks like a lost device.
"""


def bigger(device: str, times: float) -> str:
    """The faults of a leg and garment that take so many times the air."""
    found = [{"kind": "limb_removed", "chamber": c.id, "times": times, "at_s": 0} for c in load.device(device).chambers]
    return json.dumps({"format": 1, "faults": found})


def test_on_the_plant_that_is_described_nothing_stays_away(tmp_path: Path) -> None:
    assert legato.replay("goddard", out=tmp_path).summary.shortfall is None


def test_on_a_bigger_leg_a_replay_says_which_crests_stayed_below(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "bigger.yaml").write_text(bigger("boots-6", 1.5))
    files = ("--faults", str(tmp_path / "bigger.yaml"), "--out", str(tmp_path / "out"))
    code, out, _ = cli("replay", "goddard", *files)
    assert code == 0
    assert "goddard on boots-6: completed" in out
    assert "  6 of 90 crests stayed below 80 % of their target (" in out
    told = json.loads((tmp_path / "out" / "summary.json").read_text())["shortfall"]
    assert (told["below"], told["crests"]) == (6, 90)
    assert {zone["channel"].partition("_")[2] for zone in told["zones"]} == {"ankle", "calf", "knee"}
    assert all(zone["lowest_pct"] < 80 for zone in told["zones"])


def test_a_massage_on_a_bigger_leg_ends_with_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    async def open_bigger(name: str) -> SimPort:
        device = SimDevice(load.device(name), 0, asyncio.get_running_loop())
        for bladder in device.plant.bladders:
            bladder.reshape(bladder.slack_l * 1.5)
        return SimPort(device, asyncio.get_running_loop())

    monkeypatch.setitem(SCHEMES, "sim", open_bigger)
    events: list[Event] = []
    outcome = clock.run(play(load.profile("goddard"), ["sim://boots-6"], lambda _: Listener(events.append), Wish()))
    assert outcome.kind == "completed"
    assert isinstance(outcome.shortfall, Shortfall)
    assert (outcome.shortfall.below, outcome.shortfall.crests) == (6, 90)
    ended = events[-1]
    assert isinstance(ended, Ended)
    assert ended.as_dict()["outcome"]["shortfall"]["below"] == 6
