"""The soak: the same seed is the same session, what breaks is found, made small and played again."""

import json
import re
from dataclasses import replace

import pytest

from legato.cli.commands.soak import shrunk
from legato.controller.session.events import Intensity, Resumed, Telemetry
from legato.firmware.chamber_monitor import ChamberMonitor
from legato.profiles import load
from legato.profiles.device import Device
from legato.profiles.profile import Profile
from legato.profiles.restrictions import Restrictions
from legato.profiles.schedule import Schedule
from legato.sim.faults.script import KINDS, Script
from legato.tools.soak.case import Case, Touch, as_text
from legato.tools.soak.draw import draw
from legato.tools.soak.judge import Judge
from legato.tools.soak.many import verdict
from legato.tools.soak.run import CaseVerdict, run
from tests.front_door import Cli

SHORTED = """{"faults": [
    {"kind": "weak_pump", "pump": "main", "flow_pct": 90, "at_s": 2},
    {"kind": "sensor_short", "sensor": "right_calf", "at_s": 2},
    {"kind": "clock_off", "at_s": 4}
]}"""


def case(script: str, *touches: Touch, device: str = "chair-1", steps: str = "") -> Case:
    """A case to order: by default, a calf is pressed twice."""
    pulse = '{"do": "pulse", "from": "calf", "pressure_mmhg": 37, "on_s": 3, "period_s": 6, "times": 2}'
    profile = f'{{"format": 1, "name": "soak", "title": "Soak", "steps": [{steps or pulse}]}}'
    return Case(
        7,
        Profile.model_validate_json(profile),
        load.device(device),
        Restrictions(),
        Script.model_validate_json(script),
        touches,
    )


@pytest.fixture
def blind_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug, planted in the firmware: it goes on filling, whatever comes of it."""
    monkeypatch.setattr(ChamberMonitor, "_checks_fill", lambda *_: False)


@pytest.mark.parametrize("seed", range(50))
def test_nothing_breaks(seed: int) -> None:
    assert verdict(seed).broken == ()


def test_the_same_seed_gives_the_same_session_again() -> None:
    assert draw(11) == draw(11)
    assert verdict(11) == verdict(11)
    assert draw(11) != draw(12)


def test_every_kind_of_fault_is_drawn() -> None:
    drawn = {fault.kind for seed in range(300) for fault in draw(seed).script.faults}
    assert drawn == set(KINDS)


@pytest.mark.usefixtures("blind_guard")
def test_a_bug_in_the_firmware_is_found_and_made_small() -> None:
    found = run(case(SHORTED, Touch(3.0, "intensity", 100)))
    assert [broken.invariant for broken in found.broken] == ["cap"]
    small = shrunk(case(SHORTED, Touch(3.0, "intensity", 100)), "cap")
    assert [fault.kind for fault in small.script.faults] == ["sensor_short"]
    assert small.touches == ()
    assert run(small) == run(small)
    assert "sensor_short" in as_text(small)


def test_what_breaks_nothing_is_not_broken_by_the_same_script() -> None:
    assert run(case(SHORTED)).broken == ()


@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        ('{"faults": []}', "completed"),
        ('{"faults": [{"kind": "bit_flips", "direction": "to_host", "rate": 0.08, "at_s": 1}]}', "link_lost"),
        ('{"faults": [{"kind": "host_killed", "at_s": 3}]}', "link_lost"),
        ('{"faults": [{"kind": "unplug", "at_s": 0}]}', "refused"),
    ],
)
def test_a_run_ends_whatever_happens(script: str, outcome: str) -> None:
    ended = run(case(script))
    assert (ended.outcome, ended.broken) == (outcome, ())


def test_a_pressed_emergency_stop_ends_a_run_whose_device_is_lost() -> None:
    script = '{"faults": [{"kind": "stall", "direction": "to_host", "at_s": 2, "for_s": 20}]}'
    assert run(case(script, Touch(8.0, "emergency_stop"))).outcome == "link_lost"


def test_a_hold_in_a_slow_loop_is_not_longer_than_elsewhere() -> None:
    steps = '{"do": "hold", "from": "calf", "pressure_mmhg": 30, "seconds": 55}'
    script = '{"faults": [{"kind": "slow_loop", "times": 3, "at_s": 1}, {"kind": "stall", "at_s": 20, "for_s": 1}]}'
    assert run(case(script, steps=steps)).broken == ()


def test_between_the_ticks_of_a_slow_loop_the_air_is_judged_where_it_is() -> None:
    """Seed 4425 has a loop 17 times too slow, and stops that come between two of its ticks."""
    assert verdict(4425).broken == ()


HOLD = '{"do": "hold", "from": "calf", "pressure_mmhg": 30, "seconds": 20}'
VENT_FAILS = """{{"faults": [
    {}
    {{"kind": "valve_stuck_closed", "chamber": "left_calf", "valve": "vent", "at_s": 10}},
    {{"kind": "sensor_open", "sensor": "{}", "at_s": 15}}
]}}"""
HOLD_TEN = '{"do": "hold", "from": "knee", "pressure_mmhg": 10.2, "seconds": 19, "times": 2}'
DRAIN = (
    '{"do": "drain", "from": "foot", "to": "calf", "pressure_mmhg": 20, "on_s": 2.5, "off_s": 2.8, "repeats": 1},'
    '{"do": "pulse", "from": "calf", "pressure_mmhg": 50, "on_s": 1.6, "period_s": 3}'
)


SEQUENCE = '{"do": "sequence", "from": "knee", "to": "thigh", "pressure_mmhg": 45, "hold_s": 4, "rest_s": 5}'
PRESSES = '{"kind": "limb_moving", "chamber": "right_thigh_low", "press_s": 1, "every_s": 2.5, "at_s": 54.8}'


@pytest.mark.parametrize(
    ("device", "steps", "script", "touches"),
    [
        pytest.param("boots-6", HOLD_TEN, "{}", (Touch(5.0, "pause"),), id="a pressure of 10 mmHg is a hold, too"),
        pytest.param(
            "chair-1",
            DRAIN,
            '{"faults": [{"kind": "sensor_stuck", "sensor": "right_calf", "at_s": 23.6}]}',
            (),
            id="a vented bladder keeps its slack, and is not filled blindly",
        ),
        pytest.param(
            "chair-1",
            '{"do": "hold", "from": "seat", "pressure_mmhg": 50, "seconds": 3}',
            '{"faults": [{"kind": "sensor_stuck", "sensor": "seat", "at_s": 0.2}]}',
            (Touch(8.0, "pause"),),
            id="a sensor that never told, and a pause",
        ),
        pytest.param(
            "boots-6",
            "",
            '{"faults": [{"kind": "half_open", "direction": "to_device", "at_s": 8}]}',
            (Touch(8.2, "stop"),),
            id="a stop that never arrives",
        ),
        pytest.param(
            "boots-6",
            "",
            '{"faults": [{"kind": "reset", "at_s": 2.7}, {"kind": "reset", "at_s": 4.7}]}',
            (),
            id="a second reset before anyone resumed",
        ),
        pytest.param(
            "boots-6",
            "",
            '{"faults": [{"kind": "slow_loop", "times": 2.6, "at_s": 2}]}',
            (Touch(1.0, "intensity", 20),),
            id="intensity in a slow loop",
        ),
        pytest.param("wrap-3", "", "{}", (Touch(0.7, "pause"), Touch(16.3, "skip")), id="a stop at the baseline"),
        pytest.param("chair-1", HOLD, VENT_FAILS.format("", "seat"), (), id="a vent that fails"),
        pytest.param(
            "chair-1",
            HOLD,
            VENT_FAILS.format('{"kind": "slow_loop", "times": 2.6, "at_s": 3},', "seat"),
            (),
            id="a vent that fails in a slow loop",
        ),
        pytest.param(
            "chair-1",
            HOLD,
            VENT_FAILS.format("", "left_calf"),
            (),
            id="a vent that fails under a sensor that has failed",
        ),
        pytest.param(
            "chair-1",
            HOLD,
            VENT_FAILS.format('{"kind": "sensor_short", "sensor": "left_calf", "at_s": 14.95},', "seat"),
            (),
            id="a vent that fails under a sensor that says nothing is there",
        ),
        pytest.param("boots-6", SEQUENCE, f'{{"faults": [{PRESSES}]}}', (), id="a leg that presses when all is over"),
    ],
)
def test_what_a_soak_has_found_once_stays_mended(
    device: str, steps: str, script: str, touches: tuple[Touch, ...]
) -> None:
    assert run(case(script, *touches, device=device, steps=steps)).broken == ()


@pytest.mark.parametrize(
    "touch", [Touch(14.45, "skip"), Touch(10.0, "intensity", 30), Touch(12.5, "intensity", 60)], ids=str
)
def test_one_calf_that_is_still_slack_stops_no_run_for_the_other(touch: Touch) -> None:
    """Seed 113629 has a sensor that shows in a slack calf nearly what the other calf's shows in contact."""
    assert run(replace(draw(113629), touches=(touch,))).broken == ()


def with_narrow_vent(device: Device, chamber: str) -> Device:
    """`device` with a vent that takes far longer than 6 s."""
    data = json.loads(device.model_dump_json())
    (part,) = (a for a in data["actuators"] if a["id"] == chamber)
    part["vent_bore_mm"] = 0.5
    return Device.model_validate_json(json.dumps(data))


@pytest.mark.parametrize("press_s", [0, 0.5, 2])
def test_air_that_stays_in_is_found_as_soon_beside_a_leg_that_presses(press_s: float) -> None:
    chamber = "right_thigh_low"
    faults: list[dict[str, object]] = [{"kind": "host_killed", "at_s": 44}]
    if press_s:
        faults.append({"kind": "limb_moving", "chamber": chamber, "press_s": press_s, "every_s": 2.5, "at_s": 46.5})
    held = case(json.dumps({"faults": faults}), device="boots-6", steps=SEQUENCE)
    (broken,) = run(replace(held, device=with_narrow_vent(held.device, chamber))).broken
    assert broken.invariant == "vented"
    assert broken.what.startswith(chamber)
    assert broken.at_s == pytest.approx(49.83, abs=0.01)


def test_the_device_may_follow_a_wish_before_it_is_confirmed() -> None:
    judge = Judge(Schedule("calf", load.device("wrap-3"), (), 60_000))
    judge.asked_for_intensity()
    judge.see(playing_at(99, 20_000), 20.0)
    assert judge.broken == {}
    judge.see(Intensity(85), 20.1)
    judge.see(playing_at(85, 27_000), 27.0)
    assert judge.broken == {}
    judge.see(playing_at(99, 27_100), 27.1)
    assert set(judge.broken) == {"confirmed"}


def test_what_a_frozen_host_hears_late_is_judged_by_when_it_was() -> None:
    judge = Judge(Schedule("calf", load.device("wrap-3"), (), 60_000))
    judge.see(playing_at(100, 20_000), 20.0)
    judge.see(Intensity(20), 20.1)
    judge.see(playing_at(60, 22_000), 30.0)
    assert judge.broken == {}


def test_a_status_that_another_has_overtaken_is_older_than_what_was_confirmed() -> None:
    judge = Judge(Schedule("calf", load.device("wrap-3"), (), 60_000))
    judge.see(playing_at(100, 20_000), 20.0)
    judge.see(Intensity(20), 20.1)
    judge.see(playing_at(96, 20_200), 20.2)
    judge.see(Resumed(1000), 20.2)
    judge.see(playing_at(98, 20_100), 20.3)
    assert judge.broken == {}


def test_a_skip_gives_the_intensity_no_more_time_and_no_less() -> None:
    judge = Judge(Schedule("calf", load.device("wrap-3"), (), 60_000))
    judge.see(playing_at(100, 20_000), 20.0)
    judge.see(Intensity(20), 20.1)
    judge.see(playing_at(60, 22_000, session_ms=50_000), 22.0)
    assert judge.broken == {}
    judge.see(playing_at(60, 27_000, session_ms=55_000), 27.0)
    assert set(judge.broken) == {"confirmed"}


def playing_at(percent: int, device_ms: int, session_ms: int = 1000) -> Telemetry:
    return Telemetry(session_ms, device_ms, "running", (), (), percent, 0, 0.0, 0, 0, 0, 0)


def test_the_command_tells_its_verdict_last(cli: Cli) -> None:
    code, out, _ = cli("soak", "--sessions", "2", "--seed", "3")
    assert code == 0
    assert re.fullmatch(
        r"soak passed: 2 sessions from seed 3, 0 broke an invariant; \d+ a minute on 1 process", out.splitlines()[-1]
    )


@pytest.mark.usefixtures("blind_guard")
def test_the_command_prints_the_shortest_script_that_fails(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("legato.tools.soak.many", "legato.cli.commands.soak"):
        monkeypatch.setattr(f"{module}.draw", lambda seed: replace(case(SHORTED), seed=seed))
    code, out, _ = cli("soak", "--sessions", "1", "--seed", "5")
    assert code == 1
    assert "kind: sensor_short" in out
    assert "weak_pump" not in out
    assert "legato soak --seed 5 --sessions 1" in out
    assert out.splitlines()[-1].startswith("soak FAILED: 1 sessions from seed 5, 1 broke an invariant; ")


def test_processes_share_the_work(cli: Cli) -> None:
    alone, shared = (cli("soak", "--sessions", "4", "--jobs", jobs, "--json")[1] for jobs in ("1", "2"))
    assert json.loads(alone) == json.loads(shared)


def test_a_verdict_names_its_seed() -> None:
    told = verdict(4)
    assert told == CaseVerdict(4, told.outcome, told.duration_s, (), told.fingerprint)
