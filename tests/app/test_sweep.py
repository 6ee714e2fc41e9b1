"""Sweeps: many replays in processes of their own; one that fails is a row like any other."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import legato
from legato.app.sweep_worker import ReplayJob, Result, result, serve
from legato.app.worker_processes import Workers, workers

pytestmark = pytest.mark.timeout(240)
"""Processes come up on a machine that may be busy."""


def squeeze(pressure_mmhg: float = 30) -> legato.Routine:
    return legato.Routine("squeeze", [legato.Hold("calf", pressure_mmhg=pressure_mmhg, seconds=5)], title="Squeeze")


def test_every_combination_is_a_row_and_the_same_as_a_replay() -> None:
    done = legato.sweep(squeeze, ["wrap-3"], seeds=[1, 2], over={"pressure_mmhg": [20, 30]}, jobs=2)
    assert [(row.values["pressure_mmhg"], row.seed) for row in done] == [(20, 1), (20, 2), (30, 1), (30, 2)]
    alone = legato.replay(squeeze(30), "wrap-3", seed=2)
    assert done.rows[3].summary is not None
    assert done.rows[3].summary.trace_sha256 == alone.summary.trace_sha256
    assert done.rows[3].outcome == alone.outcome
    assert done.rows[3].replay().trace_csv == alone.trace_csv
    low, high = done.rows[0].peak_mmhg, done.rows[2].peak_mmhg
    assert low is not None
    assert high is not None
    assert low < high
    assert list(done.to_pandas()["pressure_mmhg"]) == [20, 20, 30, 30]
    assert str(done).splitlines()[0].split()[:4] == ["pressure_mmhg", "device", "seed", "outcome"]
    assert done._repr_html_().count("<tr>") == 5


def test_a_terminal_shows_how_far_it_is(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    legato.sweep(squeeze(), "wrap-3", jobs=1)
    out, err = capsys.readouterr()
    assert ("replaying" in err, "1/1" in err, out) == (True, True, "")


def test_one_that_fails_loses_no_other() -> None:
    heat = legato.Routine("warm", [legato.Percuss("calf", intensity_pct=30, seconds=5)], title="Warm")
    done = legato.sweep(lambda which: [heat, squeeze()][which], "wrap-3", over={"which": [0, 1]}, jobs=1)
    assert [row.outcome.kind if row.outcome else "" for row in done] == ["", "completed"]
    assert "wrap-3" in done.failed[0].error
    assert "error" in str(done).splitlines()[0]


def test_a_process_that_dies_takes_only_its_case() -> None:
    case = ReplayJob(squeeze(), legato.device("wrap-3"), 0, None)
    with workers(1) as running:
        assert dict(running.results([case]))[0].error == ""
        kill_first(running)
        died, lived = (dict(running.results([case]))[0] for _ in range(2))
    assert "died: exit code -9" in died.error
    assert lived.outcome is not None
    assert all(process.poll() is not None for process in running._started)


def kill_first(running: Workers) -> None:
    running._started[0].send_signal(signal.SIGKILL)
    running._started[0].wait()


def test_what_is_wrong_inside_a_worker_is_its_result(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("by nothing")

    monkeypatch.setattr("legato.app.sweep_worker.played", broken)
    assert result(ReplayJob(squeeze(), legato.device("wrap-3"), 0, None)) == Result(
        error="ZeroDivisionError: by nothing"
    )


def test_a_worker_ends_with_who_asks_it() -> None:
    reading, writing = os.pipe()
    os.close(writing)
    with os.fdopen(reading, "rb") as requests, Path(os.devnull).open("wb") as answers:
        serve(requests, answers)


SCRIPT = """
import legato

print("once")
print(legato.sweep("foot_relax", "wrap-3", seeds=[1], jobs=1))
"""


def test_a_script_needs_no_guard_and_is_run_once(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(SCRIPT)
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "mine.py"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "once"
    assert lines[2].split()[:3] == ["wrap-3", "1", "completed"]
    assert len(lines) == 3


ANY: Any = None


@pytest.mark.parametrize(
    ("words", "how"),
    [
        (
            "over has pressure_mmhg, but the routine is not a function of them; give a function",
            {"over": {"pressure_mmhg": [1]}},
        ),
        ("nothing to replay; give at least one seed", {"seeds": []}),
        ('seed must be a whole number, not the text "a"', {"seeds": ["a"]}),
        ("jobs must be a whole number, not 1.5", {"jobs": 1.5}),
        ("expected a device (a name, a path or a Device), not 7", {"device": 7}),
        ("the function must return a Routine, not 3", {"routine": lambda: 3}),
        ("seeds must be several values, such as [1, 2], not 3", {"seeds": 3}),
        ("over must have the values of each parameter by its name, not 5", {"over": 5}),
        ("over: pressure_mmhg must be several values", {"routine": squeeze, "over": {"pressure_mmhg": 20}}),
        ("over: zone must be several values", {"routine": squeeze, "over": {"zone": "calf"}}),
        ("over must have values for the parameters of the function", {"routine": squeeze, "over": {"presure": [20]}}),
        (
            "over must have values for the parameters of the function",
            {"routine": lambda pressure_mmhg: squeeze(pressure_mmhg)},
        ),
    ],
)
def test_what_makes_no_sense_is_told_before_anything_is_replayed(words: str, how: dict[str, Any]) -> None:
    with pytest.raises(legato.UsageError) as raised:
        legato.sweep(**({"routine": squeeze()} | how))
    assert str(raised.value).startswith(words)


def test_a_value_that_makes_no_valid_routine_is_told_at_once() -> None:
    with pytest.raises(legato.UsageError, match="Hold: pressure_mmhg is 300; a number from 0 to 110 is expected"):
        legato.sweep(squeeze, "wrap-3", over={"pressure_mmhg": [30, 300]})
