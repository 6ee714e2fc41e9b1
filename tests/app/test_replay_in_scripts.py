"""What a script or a notebook gets of a replay: columns, tables, a picture; files only where it asks for them."""

import asyncio
import csv
from collections.abc import Callable
from math import isnan
from pathlib import Path
from typing import Any

import pytest

import legato
from tests.front_door import Cli

SQUEEZE = legato.Routine("squeeze", [legato.Hold("calf", pressure_mmhg=30, seconds=5)], title="Squeeze")
FILES = ("trace.csv", "schedule.csv", "picture.png")


@pytest.fixture(scope="module")
def replayed() -> legato.Replay:
    return legato.replay(SQUEEZE, "wrap-3", seed=3)


def test_nothing_is_written_unless_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = legato.replay(SQUEEZE, "wrap-3")
    assert (done.outcome.kind, done.outcome.cause, done.summary.files) == ("completed", "", {})
    assert list(tmp_path.iterdir()) == []


def test_a_saved_replay_is_what_the_command_writes(replayed: legato.Replay, tmp_path: Path, cli: Cli) -> None:
    (tmp_path / "squeeze.yaml").write_text(SQUEEZE.to_yaml())
    options = ("--device", "wrap-3", "--seed", "3", "--out", str(tmp_path / "typed"))
    assert cli("replay", str(tmp_path / "squeeze.yaml"), *options)[0] == 0
    saved = replayed.save(tmp_path / "saved")
    assert saved.summary.files["trace"] == str(tmp_path / "saved" / "trace.csv")
    for name in FILES:
        assert (tmp_path / "saved" / name).read_bytes() == (tmp_path / "typed" / name).read_bytes()


def test_it_works_where_an_event_loop_runs(replayed: legato.Replay) -> None:
    async def cell() -> str:
        return legato.replay(SQUEEZE, "wrap-3", seed=3).trace_csv

    assert asyncio.run(cell()) == replayed.trace_csv


def test_the_columns_are_those_of_the_file(replayed: legato.Replay) -> None:
    rows = [row for row in csv.DictReader(replayed.trace_csv.splitlines()) if row["actuator"] == "left_calf"]
    trace, calf = replayed.trace, replayed.trace["left_calf"]
    assert list(trace.time_s) == [int(row["t_ms"]) / 1000 for row in rows]
    assert list(trace.session_s) == [int(row["session_ms"]) / 1000 for row in rows]
    assert trace.state == [row["state"] for row in rows]
    for column, name in ((calf.commanded, "commanded"), (calf.measured, "measured"), (calf.felt, "felt")):
        assert list(column) == [float(row[name]) for row in rows]
    assert calf.unit == "mmHg"
    assert list(trace) == [channel.name for channel in replayed.schedule.device.channels]


def test_arrays_and_tables_hold_the_same(replayed: legato.Replay) -> None:
    values, frame, trace = replayed.to_numpy(), replayed.to_pandas(), replayed.trace
    calf = list(trace).index("left_calf")
    assert values.shape == (len(trace.time_s), len(trace), 3)
    assert list(values[:, calf, 2]) == list(trace["left_calf"].felt) == list(frame["left_calf"]["felt"])
    assert list(frame.index) == list(trace.time_s)


def test_a_notebook_shows_what_was_felt(replayed: legato.Replay) -> None:
    html = replayed._repr_html_()
    assert html.startswith("<p>squeeze on wrap-3: completed after ")
    assert "mmHg left_calf</p><svg" in html or "mmHg right_calf</p><svg" in html


def test_a_sensor_that_is_silent_measures_nothing() -> None:
    from legato.app.trace_table import TraceTable

    row = "0,0,cuff,1.0,,2.0,mmHg,idle\n"
    assert isnan(TraceTable("head\n" + row, 1)["cuff"].measured[0])


@pytest.mark.parametrize("module", ["numpy", "pandas"])
def test_what_is_not_installed_is_named(replayed: legato.Replay, module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("legato.extras.find_spec", lambda _: None)
    with pytest.raises(
        legato.MissingExtra, match=f"needs {module}, which is not installed; run `pip install {module}`"
    ):
        getattr(replayed, f"to_{module}")()


ANY: Any = [1, 2]
WRONG: dict[str, Callable[[], object]] = {
    "expected a routine (a name, a path or a Routine), not a list of 2": lambda: legato.replay(ANY),
    "expected a device (a name, a path or a Device), not a list of 2": lambda: legato.replay(SQUEEZE, ANY),
    "seed must be a whole number, not a list of 2": lambda: legato.replay(SQUEEZE, seed=ANY),
    "minutes must be a number above 0, not -3": lambda: legato.replay(SQUEEZE, minutes=-3),
    "expected the name or path of a routine, not a list of 2": lambda: legato.load(ANY),
    "expected the name or path of a device, not a list of 2": lambda: legato.device(ANY),
    'the trace has no channel "left_claf"; did you mean "left_calf"?': lambda: legato.replay(SQUEEZE, "wrap-3").trace[
        "left_claf"
    ],
}


@pytest.mark.parametrize("words", WRONG)
def test_what_makes_no_sense_is_told(words: str) -> None:
    with pytest.raises(legato.UsageError) as raised:
        WRONG[words]()
    assert str(raised.value).startswith(words)


def test_a_name_that_is_nearly_right_is_guessed() -> None:
    with pytest.raises(legato.InvalidFile, match='did you mean "goddard"'):
        legato.replay("godard")
    with pytest.raises(legato.InvalidFile, match='did you mean "wrap-3"'):
        legato.replay("goddard", "wrap3")
