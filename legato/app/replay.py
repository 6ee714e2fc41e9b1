"""Replay: a routine against the simulator, with the trace, the schedule, a summary and a picture as files."""

import csv
import json
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TextIO

from legato.app.compile_for import compiled
from legato.app.simulate import Run, simulate
from legato.app.simulated_user import Answers
from legato.app.summary import Summary, summarise
from legato.draw.curves import Curves, of_trace
from legato.extras import is_installed
from legato.files import written
from legato.profiles.device import Device
from legato.profiles.profile import Profile
from legato.profiles.restrictions import Restrictions
from legato.profiles.schedule import Schedule
from legato.sim.faults.script import NO_FAULTS, Script


@dataclass(frozen=True, slots=True)
class Replay:
    """One replay: its summary (which names the files), the schedule that was played, and what came of it."""

    summary: Summary
    schedule: Schedule
    curves: Curves
    run: Run


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
    """Plays `profile` on the simulated `device` in virtual time; its files go to `out` (`out/NAME` unless given).

    It is played as written, or in the form that lasts closest to `minutes`. There is no picture without matplotlib.

    The same profile, device, seed, answers and faults give the same trace, byte for byte; and the same traffic, which
    goes to `record` if that is given.

    Raises:
        CompileError: the routine cannot be made safe on this device, or has no such length there.
        NotAllowed: `strict`, and the routine does not play as written.
        OSError: the files cannot be written.
    """
    folder = out or Path("out") / profile.name
    names = {"trace": "trace.csv", "schedule": "schedule.csv", "summary": "summary.json", "picture": "picture.png"}
    if not is_installed("matplotlib"):
        del names["picture"]
    files = {what: folder / name for what, name in names.items()}
    schedule = compiled(profile, device, strict, restrictions, minutes)
    done = played(schedule, files, seed, answers, faults, record)
    _write_schedule(schedule, files["schedule"])
    if "picture" in files:
        _draw(done.curves, files["picture"])
    with written(files["summary"]) as file:
        json.dump(done.summary.as_dict(), file, indent=2)
        file.write("\n")
    return done


def played(
    schedule: Schedule,
    files: Mapping[str, Path],
    seed: int = 0,
    answers: Answers = (),
    faults: Script = NO_FAULTS,
    record: Path | None = None,
) -> Replay:
    """Plays a schedule, and writes nothing but its trace, to `files["trace"]`; the summary names all of `files`.

    Raises:
        OSError: the trace cannot be written.
    """
    began_s = perf_counter()
    with written(files["trace"]) as file, _recorded(record) as tape:
        run = simulate(schedule, seed, file, answers, faults, tape)
    wall_s = perf_counter() - began_s
    curves = of_trace(files["trace"], schedule)
    return Replay(summarise(schedule, run, curves, wall_s, files), schedule, curves, run)


def _recorded(path: Path | None) -> AbstractContextManager[TextIO | None]:
    return written(path) if path is not None else nullcontext()


def _draw(curves: Curves, path: Path) -> None:
    # Imported here: matplotlib takes longer to load than most routines take to replay.
    from legato.draw.picture import draw

    draw(curves, path)


def _write_schedule(schedule: Schedule, path: Path) -> None:
    """Every set-point with the step it belongs to."""
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
