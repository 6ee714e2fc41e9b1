"""What a device does when its host is stopped or killed: three processes' worth of it over a real pty, as a picture.

The device is a process of its own, which writes down the pressures itself: it outlives its host.
"""

import csv
import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from legato.draw.picture import COMMANDED, INK, MEASURED, STYLE, WIDTH_IN, save
from legato.errors import Failed

AT_MS: Final = 14_000
SOON_S: Final = 0.05
"""The device writes ten times a second: what it writes next, it writes now."""
LOOK_S: Final = 0.005

BEFORE_S: Final = 4.0
AFTER_S: Final = 9.0
ZONE: Final = "left_ankle"
SAFE_MMHG: Final = 8.0
DEVICE: Final = "boots-6"
ROUTINE: Final = """\
format: 1
name: squeeze
title: One long squeeze
steps:
  - {do: hold, from: ankle, side: left, pressure_mmhg: 40, seconds: 40}
"""
_LEGATO: Final = (sys.executable, "-m", "legato")


@dataclass(frozen=True, slots=True)
class Stall:
    """What is done to the host: stopped for `stopped_s`, or killed where that is None."""

    title: str
    stopped_s: float | None


STALLS: Final = (
    Stall("host stopped for 1 s (SIGSTOP): nothing changes", 1.0),
    Stall("host stopped for 3 s (SIGSTOP): the device lets go by itself, and waits for a person", 3.0),
    Stall("host killed (kill -9): the device lets go by itself", None),
)

Row = tuple[float, float, float]
"""Seconds since the host was stopped; commanded and felt pressure in mmHg."""


def felt(stall: Stall) -> list[Row]:
    """Plays a squeeze, does `stall` to the host in the middle of it, and tells what the leg felt."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        trace, routine = folder / "felt.csv", folder / "squeeze.yaml"
        routine.write_text(ROUTINE)
        with _device(trace) as port, _host(routine, port) as host:
            _played_to(host, AT_MS)
            at_s = _wait(trace, _rows(trace)[-1][0] + SOON_S)
            if stall.stopped_s is None:
                host.kill()
            else:
                host.send_signal(signal.SIGSTOP)
                _wait(trace, at_s + stall.stopped_s)
                host.send_signal(signal.SIGCONT)
            _wait(trace, at_s + AFTER_S)
            rows = _rows(trace)
    return [(t - at_s, c, f) for t, c, f in rows if -BEFORE_S <= t - at_s <= AFTER_S]


def draw(all_rows: Sequence[Sequence[Row]], path: Path) -> None:
    """Writes the picture of `STALLS`; the ending of `path` chooses the format."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH_IN, 6.6), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots(len(STALLS), 1, sharex=True, sharey=True)
        for axis, stall, rows in zip(axes, STALLS, all_rows, strict=True):
            _draw_one(axis, stall, rows)
        axes[0].legend(frameon=False, loc="lower left", ncols=3)
        axes[-1].set_xlabel("seconds since the host was stopped")
        save(figure, path)


def _draw_one(axis: Axes, stall: Stall, rows: Sequence[Row]) -> None:
    times = [t for t, _, _ in rows]
    axis.axvspan(0.0, AFTER_S if stall.stopped_s is None else stall.stopped_s, color="#f3e3df", lw=0, label="no host")
    axis.step(times, [c for _, c, _ in rows], where="post", color=COMMANDED, lw=2.5, label="commanded")
    axis.plot(times, [f for _, _, f in rows], color=MEASURED, lw=1.6, label="felt by the leg")
    axis.axhline(SAFE_MMHG, color=INK, lw=0.6, ls=":")
    if stall.stopped_s is None or stall.stopped_s > 2.0:
        axis.axvline(2.0, color=INK, lw=0.8, ls="--")
        axis.annotate("2.0 s: every vent open", (2.0, 44.0), xytext=(5, 0), textcoords="offset points", fontsize=8)
    axis.annotate("8 mmHg", (AFTER_S, SAFE_MMHG), xytext=(-2, 3), textcoords="offset points", fontsize=8, ha="right")
    axis.set_title(stall.title, loc="left", fontsize=10)
    axis.set_ylabel(f"{ZONE.replace('_', ' ')}, mmHg")
    axis.set_xlim(-BEFORE_S, AFTER_S)
    axis.set_ylim(0, 50)


@contextmanager
def _device(trace: Path) -> Iterator[str]:
    """A simulated device in a process of its own; gives its port."""
    command = [*_LEGATO, "sim", "--device", DEVICE, "--trace", str(trace)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as device:  # noqa: S603
        try:
            yield (device.stdout.readline() if device.stdout else "").split()[-1]
        finally:
            device.kill()


@contextmanager
def _host(routine: Path, port: str) -> Iterator["subprocess.Popen[str]"]:
    command = [*_LEGATO, "play", str(routine), "--port", port, "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True) as host:  # noqa: S603
        try:
            yield host
        finally:
            host.kill()


def _played_to(host: "subprocess.Popen[str]", session_ms: int) -> None:
    for line in host.stdout or ():
        if json.loads(line).get("session_ms", 0) >= session_ms:
            return
    raise Failed("the host ended before it could be stopped")


def _wait(trace: Path, until_s: float) -> float:
    """Follows the file that the device writes until it has come to `until_s`; tells to where exactly, just now."""
    with trace.open() as file:
        while True:
            line = file.readline()
            if line.endswith("\n") and line[0].isdigit() and int(line.split(",")[0]) >= 1000 * until_s:
                return int(line.split(",")[0]) / 1000
            if not line:
                signal.sigtimedwait([], LOOK_S)


def _rows(trace: Path) -> list[Row]:
    with trace.open(newline="") as file:
        whole = [row for row in csv.DictReader(file) if row["state"]]
    return [(int(r["t_ms"]) / 1000, float(r["commanded"]), float(r["felt"])) for r in whole if r["actuator"] == ZONE]
