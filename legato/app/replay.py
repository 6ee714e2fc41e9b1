"""Replay: a routine on the simulator; its trace, schedule, summary and picture as files on request."""

import csv
import gzip
import json
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from io import BytesIO
from pathlib import Path
from shutil import copyfileobj
from time import perf_counter
from typing import TYPE_CHECKING, TextIO

from legato.app.compile_for import compiled
from legato.app.data_frames import trace_array, trace_frame
from legato.app.simulate import SimulatedRun, simulate
from legato.app.simulated_user import Answers
from legato.app.summary import Summary, lines, summarise
from legato.app.trace_table import TraceTable
from legato.controller.session.events import Outcome
from legato.draw.curves import Curves, of_lines
from legato.draw.heatmap_svg import heat_svg
from legato.extras import is_installed
from legato.files import written
from legato.profiles.device import Device
from legato.profiles.profile import Profile
from legato.profiles.restrictions import Restrictions
from legato.profiles.schedule import Schedule
from legato.sim.faults.script import NO_FAULTS, Script

if TYPE_CHECKING:
    import numpy
    import numpy.typing
    import pandas


@dataclass(frozen=True)
class Replay:
    """One replay: its `summary`, the `schedule` that was played, and the results. Nothing is written until `save`.

    In a notebook it shows what was felt as a heat map: zones from the foot up, time across, pressure as colour.
    """

    summary: Summary
    schedule: Schedule
    curves: Curves
    run: SimulatedRun
    packed_trace: bytes = field(repr=False)
    """`trace.csv`, compressed: an hour of it is 22 MB of text, and needs four times that while it is being written."""

    @property
    def trace_csv(self) -> str:
        """The text of `trace.csv`."""
        with _unpacked(self.packed_trace) as text:
            return text.read()

    @property
    def outcome(self) -> Outcome:
        """How it ended (`kind`: "completed", "stopped", "device_fault", ...) and why (`cause`, `evidence`)."""
        return self.run.outcome

    @cached_property
    def trace(self) -> TraceTable:
        """What every channel did: `trace["left_calf"].felt` in mmHg, at `trace.time_s` in seconds."""
        return TraceTable(self.trace_csv, len(self.schedule.device.channels))

    def to_numpy(self) -> "numpy.typing.NDArray[numpy.float64]":
        """The trace as one array of shape (moments, channels, 3): commanded, measured and felt of each channel.

        Raises:
            MissingExtra: numpy is not installed.
        """
        return trace_array(self.trace)

    def to_pandas(self) -> "pandas.DataFrame":
        """The trace as a table: one row per moment, indexed by `time_s`; `frame["left_calf"]["felt"]` in mmHg.

        Raises:
            MissingExtra: pandas is not installed.
        """
        return trace_frame(self.trace)

    def save(self, folder: str | Path) -> "Replay":
        """Writes trace.csv, schedule.csv, summary.json and, with matplotlib, picture.png; its summary names them.

        Raises:
            UsageError: something other than a file is in the place of one.
            OSError: they cannot be written.
        """
        files = {
            what: Path(folder) / name
            for what, name in _FILES.items()
            if what != "picture" or is_installed("matplotlib")
        }
        summary = replace(self.summary, files={what: str(path) for what, path in files.items()})
        with written(files["trace"]) as file, _unpacked(self.packed_trace) as text:
            copyfileobj(text, file)
        _write_schedule(self.schedule, files["schedule"])
        if "picture" in files:
            _draw(self.curves, files["picture"])
        with written(files["summary"]) as file:
            json.dump(summary.as_dict(), file, indent=2)
            file.write("\n")
        return replace(self, summary=summary)

    def _repr_html_(self) -> str:
        words = next(lines(self.summary, self.schedule, self.outcome))
        peak, where = self.curves.peak
        return f"<p>{escape(words)}, peak {peak:.1f} mmHg {escape(where)}</p>{heat_svg(self.curves)}"


_FILES = {"trace": "trace.csv", "schedule": "schedule.csv", "summary": "summary.json", "picture": "picture.png"}


def replay(
    profile: Profile,
    device: Device,
    seed: int = 0,
    out: Path | None = None,
    strict: bool = False,
    restrictions: Restrictions | None = None,
    answers: Answers = (),
    faults: Script = NO_FAULTS,
    record: Path | None = None,
    minutes: float | None = None,
) -> Replay:
    """Plays `profile` on the simulated `device` in virtual time; its files go to `out`, if given.

    It is played as written, or at the length closest to `minutes`. Without matplotlib there is no picture.

    The same profile, device, seed, answers and faults give the same trace, byte for byte, and the same traffic, which
    goes to `record`, if given.

    Raises:
        CompileError: the routine cannot be played safely on this device, or cannot have that length.
        NotAllowed: `strict`, and the routine does not play as written.
        OSError: the files cannot be written.
    """
    schedule = compiled(profile, device, strict, restrictions, minutes)
    done = played(schedule, seed, answers, faults, record)
    return done if out is None else done.save(out)


def played(
    schedule: Schedule,
    seed: int = 0,
    answers: Answers = (),
    faults: Script = NO_FAULTS,
    record: Path | None = None,
) -> Replay:
    """Plays a schedule; writes only its traffic, to `record`, if given.

    Raises:
        OSError: `record` cannot be written.
    """
    began_s, packed = perf_counter(), BytesIO()
    with _recorded(record) as tape, gzip.open(packed, "wt", 1, "utf-8", newline="") as trace:
        run = simulate(schedule, seed, trace, answers, faults, tape)
    wall_s = perf_counter() - began_s
    with _unpacked(packed.getvalue()) as lines_of_trace:
        curves = of_lines(lines_of_trace, schedule)
    return Replay(summarise(schedule, run, curves, wall_s), schedule, curves, run, packed.getvalue())


def _unpacked(trace: bytes) -> TextIO:
    return gzip.open(BytesIO(trace), "rt", encoding="utf-8", newline="")


def _recorded(path: Path | None) -> AbstractContextManager[TextIO | None]:
    return written(path) if path is not None else nullcontext()


def _draw(curves: Curves, path: Path) -> None:
    # Imported here: matplotlib takes longer to load than most routines take to replay.
    from legato.draw.picture import draw

    draw(curves, path)


def _write_schedule(schedule: Schedule, path: Path) -> None:
    """Writes every set-point with the step it belongs to."""
    marks = list(schedule.marks)
    step = ""
    with written(path) as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("when_ms", "channel", "target", "unit", "ramp_ms", "step"))
        for s in schedule.setpoints:
            while marks and marks[0].session_ms <= s.when_ms:
                step = marks.pop(0).title
            channel = schedule.device.channels[s.channel]
            rows.writerow((s.when_ms, channel.name, f"{s.target:.1f}", channel.unit, s.ramp_ms, step))
