"""The picture of a run or a plan: a heat map of the leg over time, and below it commanded and measured curves."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator

from legato.draw.curves import Curve, Curves, one_side
from legato.draw.heatmap import SHORTEST_S, TICKS_S, scale_top
from legato.errors import UsageError
from legato.files import insist_on_file
from legato.profiles.anatomy import Side
from legato.profiles.device import Quantity
from legato.profiles.words import clock

COLOURS = "inferno"  # brightness rises evenly from dark to light, for every type of colour vision and in greyscale
WIDTH_IN = 12.0
ROW_IN = 0.3
DOTS_PER_INCH = 110
METADATA: dict[str, dict[str, Any]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None},
    ".pdf": {"CreationDate": None},
}
"""The metadata of a picture, by file extension: no date and no version, so that equal pictures are equal files."""

PLACES = 5  # decimal places of a position as a fraction of the figure: a tenth of a dot
TRACE_IN = 0.85
STRIP_IN = 0.35
INK = "#2b2b33"
COMMANDED = "#c3c3d6"
MEASURED = "#c8452c"
STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": "#c9c9d2",
    "axes.linewidth": 0.8,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "svg.hashsalt": "legato",
}

LETTERS_ACROSS = 158
"""How many characters of a step's title fit across the whole map."""

MOST_TICKS = 15
FEWEST_LETTERS = 8
"""A title cut shorter than this is useless."""

COUNT = re.compile(r"[,:]?\s*\(?\d+ of \d+\)?$")

Leg = tuple[str, tuple[Curve, ...]]


def draw(curves: Curves, path: Path) -> None:
    """Writes the picture of a run or a plan to `path`."""
    maps, traces = curves.legs, telling(curves.pressures)
    rows = [len(leg) * ROW_IN for _, leg in maps] + [TRACE_IN] * len(traces)
    rows += [STRIP_IN] * len(curves.others)
    rows = rows or [STRIP_IN]  # nothing presses, moves or warms: only the time axis is shown
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH_IN, sum(rows) + 0.22 * len(rows) + 1.5), layout="constrained")
        FigureCanvasAgg(figure)
        axes = list(figure.subplots(len(rows), 1, sharex=True, squeeze=False, height_ratios=rows)[:, 0])
        figure.suptitle(_headline(curves), x=0.01, ha="left", fontsize=13, fontweight="bold")
        _draw_maps(figure, axes[: len(maps)], curves, maps)
        for axis, curve in zip(axes[len(maps) :], [*traces, *curves.others], strict=False):
            _draw_trace(axis, curves, curve)
        _finish(axes, curves)
        save(figure, path)


def save(figure: Figure, path: Path) -> None:
    """Writes the figure to `path`, whose extension selects the format. Equal figures give equal files.

    Raises:
        UsageError: the extension is not that of a picture, or something other than a file is there.
    """
    if path.suffix not in METADATA:
        raise UsageError(f"{path}: unknown picture format; use .png, .svg or .pdf")
    insist_on_file(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    _settle(figure)
    figure.savefig(path, dpi=DOTS_PER_INCH, metadata=METADATA[path.suffix])


def _settle(figure: Figure) -> None:
    """Lays the figure out once and rounds the result: the solver's last digits depend on memory addresses."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axis in figure.axes:
        left, bottom, width, height = axis.get_position(original=True).bounds
        axis.set_position((round(left, PLACES), round(bottom, PLACES), round(width, PLACES), round(height, PLACES)))


def telling(pressures: Sequence[Curve], most: int = 4) -> list[Curve]:
    """The chambers with the most telling curves: the busiest, of one side only, the highest on the leg first."""
    near = [c for c in one_side(pressures) if max(c.commanded) > 0.0]
    busy = sorted(near, key=lambda c: -float(np.abs(np.diff(c.commanded)).sum()))[:most]
    return [c for c in reversed(near) if c in busy]


def _draw_maps(figure: Figure, axes: Sequence[Axes], curves: Curves, maps: Sequence[Leg]) -> None:
    top = scale_top(curves)
    for axis, (name, leg) in zip(axes, maps, strict=True):
        mesh = draw_map(axis, curves, leg, top)
        axis.set_ylabel(name, fontweight="bold")
    if maps:
        add_scale(figure, mesh, axes, "mmHg felt" if curves.ran else "mmHg commanded")
        name_steps(axes[0], curves, curves.duration_s)


def draw_map(axis: Axes, curves: Curves, leg: Sequence[Curve], top: float) -> QuadMesh:
    """Zones from the sole up over time, coloured from 0 to `top` mmHg."""
    values = np.array([c.shown for c in leg])
    edges = np.append(curves.times_s, curves.times_s[-1])
    axis.set_yticks(np.arange(len(leg)) + 0.5, [c.label for c in leg])
    axis.tick_params(length=0)
    axis.spines[:].set_visible(False)
    return axis.pcolormesh(edges, np.arange(len(leg) + 1), values, cmap=COLOURS, vmin=0, vmax=top, rasterized=True)


def add_scale(figure: Figure, mesh: QuadMesh, axes: Sequence[Axes], label: str) -> None:
    """Adds the colour scale to the right of these maps."""
    bar = figure.colorbar(mesh, ax=list(axes), pad=0.01, aspect=30, fraction=0.03)
    bar.set_label(label)
    bar.outline.set_visible(False)


def name_steps(axis: Axes, curves: Curves, across_s: float) -> None:
    """Titles above a map that is `across_s` wide, each where its step begins, cut to fit before the next.

    Repeats are named once.
    """
    names = {
        start_s: cut(title, (end_s - start_s) / max(across_s, SHORTEST_S)) for start_s, end_s, title in _titles(curves)
    }
    top = axis.secondary_xaxis("top")
    starts = [start_s for start_s, _ in curves.steps]
    top.set_xticks(starts, [names.get(start_s, "") for start_s in starts], ha="left", fontsize=8)
    top.tick_params(length=5, pad=1)
    top.spines[:].set_visible(False)


def cut(title: str, width: float) -> str:
    """As much of the title as fits into this fraction of the width, in whole words; empty if none fit."""
    room = int(width * LETTERS_ACROSS) - 1
    if len(title) <= room:
        return title
    words = title[: max(room, 0)].rpartition(" ")[0].rstrip(" ,:(")
    return f"{words}…" if len(words) >= FEWEST_LETTERS else ""


def _titles(curves: Curves) -> Iterator[tuple[float, float, str]]:
    """Start, end and title of each run of steps that differ only in their count."""
    named = [(start_s, COUNT.sub("", title)) for start_s, title in curves.steps]
    runs = [(next(run)[0], title) for title, run in groupby(named, key=lambda step: step[1])]
    # A run that ended before its first step has no titles.
    for (start_s, title), (end_s, _) in pairwise([*runs, (curves.duration_s, "")]):
        yield start_s, end_s, title


def _draw_trace(axis: Axes, curves: Curves, curve: Curve) -> None:
    axis.fill_between(curves.times_s, curve.commanded, color=COMMANDED, lw=0, label="commanded")
    if curves.ran:
        axis.plot(curves.times_s, curve.measured, color=MEASURED, lw=0.9, label="measured")
    axis.set_ylabel(f"{_name(curve)}\n{curve.channel.unit}", rotation=0, ha="right", va="center")
    axis.yaxis.set_major_locator(MaxNLocator(3 if curve in curves.pressures else 1))
    axis.set_ylim(bottom=0 if curve.channel.unit != "degC" else None)
    axis.grid(axis="y", color="#ececf0", lw=0.6)
    axis.set_axisbelow(True)


def _name(curve: Curve) -> str:
    """Chambers are drawn for one side only; motors and heat for both, so their names include the side."""
    side = curve.channel.actuator.side
    beside = curve.channel.quantity is not Quantity.PRESSURE and side is not Side.BOTH
    return f"{side.value} {curve.label}" if beside else curve.label


def _finish(axes: Sequence[Axes], curves: Curves) -> None:
    tell_time(axes[-1], curves.duration_s, MOST_TICKS)
    axes[-1].set_xlabel("minutes:seconds")
    drawn = [axis for axis in axes if axis.get_legend_handles_labels()[1]]
    if curves.ran and drawn:
        drawn[0].legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, frameon=False, fontsize=8)


def tell_time(axis: Axes, duration_s: float, most_ticks: int) -> None:
    """The axis from 0 to `duration_s` in minutes and seconds."""
    axis.set_xlim(0, max(duration_s, SHORTEST_S))
    every_s = next((s for s in TICKS_S if duration_s / s <= most_ticks), TICKS_S[-1])
    axis.xaxis.set_major_locator(MultipleLocator(every_s))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda s, _: clock(s)))


def _headline(curves: Curves) -> str:
    peak, where = curves.peak
    high = f", peak {peak:.0f} mmHg ({where.replace('_', ' ')})" if where else ""
    return f"{curves.title}: {clock(curves.duration_s)}{high}"
