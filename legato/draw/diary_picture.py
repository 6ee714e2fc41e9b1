"""The picture of a diary: pain before and after, each massage, massages per week, and how well courses were kept."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from math import nan
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from legato.care.entries import COMPLETED, Moment, Note, RecordedSession, massages
from legato.care.planner import day_of
from legato.draw.picture import COMMANDED, INK, MEASURED, STYLE, WIDTH_IN, save

WORST = 10

Adherence = Mapping[str, Sequence[tuple[date, int]]]
"""For each course, by name: days, and how well it was kept by then, in %."""


def draw(
    person: str, sessions: Sequence[RecordedSession], notes: Sequence[Note], adherence: Adherence, path: Path
) -> None:
    """Writes the picture to `path`, whose extension selects the format. The same diary gives the same bytes."""
    with mpl.rc_context({**STYLE, "date.converter": "concise"}):
        figure = Figure(figsize=(WIDTH_IN, 7.5), layout="constrained")
        FigureCanvasAgg(figure)
        pain, minutes, weeks, kept = figure.subplots(4, 1, sharex=True, height_ratios=[3, 2, 1.5, 1.5])
        figure.suptitle(f"{person}: pain, massages and courses", x=0.01, ha="left", fontsize=13, fontweight="bold")
        _draw_pain(pain, notes)
        _draw_minutes(minutes, massages(sessions))
        _draw_weeks(weeks, massages(sessions))
        _draw_adherence(kept, adherence)
        save(figure, path)


def _draw_pain(axis: Axes, notes: Sequence[Note]) -> None:
    for moment, colour, marker in ((Moment.BEFORE, MEASURED, "o"), (Moment.AFTER, INK, "v")):
        points = sorted((n.at, n.pain) for n in notes if n.moment is moment and n.pain is not None)
        times, levels = [at for at, _ in points], [level for _, level in points]
        axis.plot(times, levels, color=colour, marker=marker, ms=5, lw=1.2, label=f"{moment} a massage")  # type: ignore[arg-type]
    axis.set_ylim(-0.4, WORST + 0.4)
    axis.set_ylabel("pain, 0 to 10")
    axis.grid(axis="y", color="#ececf0", lw=0.6)
    axis.legend(frameon=False, ncols=2, loc="upper right")


def _draw_minutes(axis: Axes, sessions: Sequence[RecordedSession]) -> None:
    """How much of each routine was played, how long it pressed, and from when to when in local time."""
    begins, ends = [s.started for s in sessions], [s.end for s in sessions]
    played = [s.duration_s / 60 for s in sessions]
    planned = [(s.planned_s or s.duration_s) / 60 for s in sessions]
    pressed = [s.pressed_s / 60 if s.pressed_s is not None else nan for s in sessions]
    axis.vlines(begins, 0, planned, color="#dcdce4", lw=4, label="planned")  # type: ignore[arg-type]
    axis.vlines(begins, 0, played, color=COMMANDED, lw=4, label="played")  # type: ignore[arg-type]
    axis.hlines(played, begins, ends, color=INK, lw=1, label="start to end")  # type: ignore[arg-type]
    axis.plot(begins, pressed, color=MEASURED, marker="_", ms=9, lw=0, label="under pressure")  # type: ignore[arg-type]
    axis.set_ylabel("minutes")
    axis.set_ylim(bottom=0)
    axis.legend(frameon=False, ncols=4, loc="upper left")


def _draw_weeks(axis: Axes, sessions: Sequence[RecordedSession]) -> None:
    done = Counter(_monday(day_of(s.started)) for s in sessions if s.outcome == COMPLETED)
    axis.bar(list(done), list(done.values()), width=6, align="edge", color=COMMANDED)  # type: ignore[arg-type]
    axis.set_ylabel("massages per week")
    axis.set_ylim(bottom=0)
    axis.yaxis.set_major_locator(MaxNLocator(integer=True))


def _draw_adherence(axis: Axes, adherence: Adherence) -> None:
    for name, points in adherence.items():
        days, kept = [day for day, _ in points], [percent for _, percent in points]
        axis.plot(days, kept, lw=1.6, label=name)  # type: ignore[arg-type]
    axis.set_ylabel("adherence, %")
    axis.set_ylim(0, 105)
    axis.grid(axis="y", color="#ececf0", lw=0.6)
    if adherence:
        axis.legend(frameon=False, ncols=4, loc="lower left")


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
