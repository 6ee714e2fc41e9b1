"""How a replay ends before its time: with the exit code of `play`, and its cause and evidence in words and in files."""

import json
import re
from collections.abc import Callable
from math import isnan
from pathlib import Path
from typing import Any

import pytest

from legato.cli.exit_codes import OUTCOME_EXIT
from legato.draw.curves import of_trace
from legato.profiles import load
from legato.profiles.schedule import Schedule
from tests.front_door import Cli

CUFF = """format: 1
name: cuff
title: One cuff on a thigh
pumps: [{name: main, flow_l_min: 2.5, dead_head_mmhg: 400}]
actuators:
  - id: cuff
    kind: chamber
    zone: thigh
    side: right
    from_cm: 48
    to_cm: 63
    pump: main
    slack_l: 0.3
    compliance_ml_mmhg: 1.5
"""
SQUEEZE = """format: 1
name: squeeze
title: Squeeze and let go
steps:
  - {do: cue, say: "Sit down, and say when.", wait: true, timeout_s: 20}
  - {do: pulse, from: thigh, side: right, pressure_mmhg: 40, on_s: 5, period_s: 45}
"""

Replay = Callable[..., tuple[int, str, str]]


@pytest.fixture
def replay(cli: Cli, tmp_path: Path) -> Replay:
    """A cuff's short routine, replayed with these options while these faults happen; files go to `out`."""
    (tmp_path / "cuff.yaml").write_text(CUFF)
    (tmp_path / "squeeze.yaml").write_text(SQUEEZE)

    def call(*options: str, faults: str = "") -> tuple[int, str, str]:
        (tmp_path / "faults.yaml").write_text(f"format: 1\nfaults: [{faults}]\n")
        files = ("--faults", str(tmp_path / "faults.yaml"), "--out", str(tmp_path / "out"))
        return cli("replay", str(tmp_path / "squeeze.yaml"), "--device", str(tmp_path / "cuff.yaml"), *files, *options)

    return call


def summary(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / "out" / "summary.json").read_text())
    return found


def test_a_sensor_that_is_missing_from_the_beginning_is_a_device_fault_with_all_files(
    replay: Replay, tmp_path: Path
) -> None:
    code, out, _ = replay(faults="{kind: sensor_open, sensor: cuff, at_s: 0}")
    assert code == 8
    found = r"nothing measured, 0\.\d mmHg before"
    assert re.search(rf"  device fault: cuff: sensor not plausible \({found}, session_ms ", out)
    told = summary(tmp_path)
    assert (told["outcome"], told["cause"]) == ("device_fault", "cuff: sensor not plausible")
    evidence: Any = told["evidence"]
    assert re.fullmatch(found, evidence["found"])
    assert (evidence["a"], evidence["b"] < 10) == (65_535, True)
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "trace.csv", "schedule.csv", "summary.json", "picture.png"
    }  # fmt: skip


def test_a_missing_sensor_measures_nothing_in_the_trace(replay: Replay, tmp_path: Path) -> None:
    replay(faults="{kind: sensor_open, sensor: cuff, at_s: 0}")
    assert "6553.5" not in (tmp_path / "out" / "trace.csv").read_text()


def test_a_question_that_nobody_answers_ends_it_softly_and_says_so(replay: Replay, tmp_path: Path) -> None:
    code, out, _ = replay("--answers", "never")
    assert code == 0
    assert "  stopped: nobody answered 'Sit down, and say when.'" in out
    assert summary(tmp_path)["cause"] == "nobody answered 'Sit down, and say when.'"


def test_one_that_plays_to_its_end_has_no_cause(replay: Replay, tmp_path: Path) -> None:
    assert replay()[0] == 0
    assert (summary(tmp_path)["outcome"], summary(tmp_path)["cause"], summary(tmp_path)["evidence"]) == (
        "completed", "", {}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("{kind: sensor_nan, sensor: cuff, share: 0.5, at_s: 0}", 8),
        ("{kind: dead_pump, pump: main, at_s: 0}", 8),
        ("{kind: full_queue, at_s: 0}", 8),
        ("{kind: slow_loop, times: 20, at_s: 0}", 6),
        ("{kind: host_killed, at_s: 0}", 5),
        ("{kind: unplug, at_s: 0}", 5),
        ("{kind: unplug, at_s: 0.03}", 5),
        ("{kind: half_open, direction: to_host, at_s: 0}", 4),
    ],
)
def test_whatever_fails_at_the_very_beginning_is_no_error_of_ours(replay: Replay, fault: str, expected: int) -> None:
    code, _, err = replay(faults=fault)
    assert code == expected, err
    assert "internal error" not in err
    assert "None" not in err


def test_json_and_summary_say_the_same_and_the_exit_code_is_that_of_play(replay: Replay, tmp_path: Path) -> None:
    code, out, _ = replay("--json", faults="{kind: dead_pump, pump: main, at_s: 0}")
    told = summary(tmp_path)
    assert json.loads(out) == told
    assert code == OUTCOME_EXIT[str(told["outcome"])]


# Traces that were cut off are as good as their whole samples.

HEAD = "t_ms,session_ms,actuator,commanded,measured,felt,unit,state\n"
ROW = "{t},0,cuff,6.0,{measured},4.0,mmHg,running\n"


def curves_of(text: str, folder: Path) -> tuple[list[float], list[float]]:
    (folder / "trace.csv").write_text(text)
    (folder / "cuff.yaml").write_text(CUFF)
    device = load.device(str(folder / "cuff.yaml"))
    found = of_trace(folder / "trace.csv", Schedule("none", device, (), 10_000))
    return list(found.times_s), list(found.curves[0].measured)


@pytest.mark.parametrize("text", ["", HEAD])
def test_a_trace_without_a_sample_is_one_moment_of_nothing(text: str, tmp_path: Path) -> None:
    times, measured = curves_of(text, tmp_path)
    assert times == [0.0]
    assert isnan(measured[0])


def test_of_a_trace_that_breaks_off_in_a_row_the_whole_ones_count(tmp_path: Path) -> None:
    whole = HEAD + ROW.format(t=0, measured="5.0") + ROW.format(t=100, measured="")
    times, measured = curves_of(whole + ROW.format(t=200, measured="7.0")[:12], tmp_path)
    assert times == [0.0, 0.1]
    assert (measured[0], isnan(measured[1])) == (5.0, True)
