"""Replay: the whole stack in virtual time, its files, and the library's verbs around it."""

import hashlib
import json
from pathlib import Path

import pytest

import legato
from legato.app.replay import Replay
from legato.profiles.profile import Profile

CONTRACT = [
    "profile", "device", "outcome", "cause", "evidence", "shortfall", "duration_s", "wall_s", "speed_x", "setpoints",
    "wire_bytes_per_setpoint", "wire_idle_bytes_per_s", "max_error_ms", "peak", "clipped", "dropped", "slowed",
    "trace_sha256", "files",
]  # fmt: skip


@pytest.fixture
def routine() -> Profile:
    """Half a minute: a question, then one squeeze of the calf."""
    steps = """[
        {"do": "cue", "say": "Ready?", "wait": true},
        {"do": "hold", "from": "calf", "pressure_mmhg": 30, "seconds": 5, "title": "Squeeze"}
    ]"""
    return Profile.model_validate_json(f'{{"format": 1, "name": "squeeze", "title": "Squeeze", "steps": {steps}}}')


@pytest.fixture
def replayed(routine: Profile, tmp_path: Path) -> Replay:
    return legato.replay(routine, "wrap-3", seed=3, out=tmp_path)


def test_a_replay_leaves_its_files_and_nothing_else(replayed: Replay, tmp_path: Path) -> None:
    names = {"trace.csv", "schedule.csv", "summary.json", "picture.png"}
    assert {path.name for path in tmp_path.iterdir()} == names
    assert set(map(Path, replayed.summary.files.values())) == {tmp_path / name for name in names}


def test_the_summary_keeps_its_contract(replayed: Replay, tmp_path: Path) -> None:
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert list(summary) == CONTRACT
    assert summary == json.loads(json.dumps(replayed.summary.as_dict()))
    assert summary["outcome"] == "completed"
    assert summary["trace_sha256"] == hashlib.sha256((tmp_path / "trace.csv").read_bytes()).hexdigest()


def test_what_was_asked_for_was_felt(replayed: Replay) -> None:
    peak = replayed.summary.peak
    assert peak["left_calf"] == pytest.approx(30, abs=3)
    assert peak["left_foot"] < 5
    assert set(peak) == {c.id for c in replayed.schedule.device.chambers}


def test_the_trace_goes_on_until_the_air_is_out(replayed: Replay, tmp_path: Path) -> None:
    lines = (tmp_path / "trace.csv").read_text().splitlines()
    assert lines[0] == "t_ms,session_ms,actuator,commanded,measured,felt,unit,state"
    last = [line.split(",") for line in lines[-len(replayed.schedule.device.channels) :]]
    assert all(float(row[5]) < 5 for row in last if row[6] == "mmHg")


def test_every_set_point_is_in_the_schedule_file(replayed: Replay, tmp_path: Path) -> None:
    lines = (tmp_path / "schedule.csv").read_text().splitlines()
    assert lines[0] == "when_ms,channel,target,unit,ramp_ms,step"
    assert len(lines) == 1 + replayed.summary.setpoints
    assert "Squeeze" in lines[-1]


def test_the_same_seed_gives_the_same_trace_and_another_seed_another(routine: Profile, tmp_path: Path) -> None:
    first, again, other = (
        legato.replay(routine, "wrap-3", seed=seed, out=tmp_path / name).summary.trace_sha256
        for seed, name in ((1, "first"), (1, "again"), (2, "other"))
    )
    assert first == again != other


def test_the_same_seed_gives_the_same_picture(routine: Profile, tmp_path: Path) -> None:
    for name in ("first", "again"):
        legato.replay(routine, "wrap-3", out=tmp_path / name)
    assert (tmp_path / "first" / "picture.png").read_bytes() == (tmp_path / "again" / "picture.png").read_bytes()


def test_a_replay_that_cannot_write_says_where(routine: Profile, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(OSError, match="file"):
        legato.replay(routine, "wrap-3", out=blocked)


def test_a_schedule_comes_from_names_alone() -> None:
    schedule = legato.compile("goddard", "wrap-3")
    assert schedule.device == legato.device("wrap-3")
    assert schedule.profile == legato.load("goddard").name
