"""Two plans compared in one picture: a heat map each, and their curves overlaid below."""

from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from legato.draw.curves import Curve, Curves
from legato.draw.heatmap import scale_top
from legato.draw.picture import (
    COMMANDED,
    MEASURED,
    MOST_TICKS,
    ROW_IN,
    STYLE,
    TRACE_IN,
    WIDTH_IN,
    add_scale,
    draw_map,
    name_steps,
    save,
    tell_time,
    telling,
)


def draw_contrast(plans: Mapping[str, Curves], path: Path) -> None:
    """Writes the picture of two `plans` (by name, for the same device) to `path`."""
    across_s = max(plan.duration_s for plan in plans.values())
    pairs = list(_pairs(*plans.values()))
    maps = {name: plan for name, plan in plans.items() if plan.one_leg}
    heights = [len(plan.one_leg) * ROW_IN for plan in maps.values()] + [TRACE_IN] * len(pairs)
    heights = heights or [TRACE_IN]  # nothing presses, moves or warms: only the time axis is shown
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH_IN, sum(heights) + 0.3 * len(heights) + 1.2), layout="constrained")
        FigureCanvasAgg(figure)
        axes = list(figure.subplots(len(heights), 1, sharex=True, squeeze=False, height_ratios=heights)[:, 0])
        figure.suptitle(" versus ".join(plans), x=0.01, ha="left", fontsize=13, fontweight="bold")
        if maps:
            _draw_maps(figure, axes[: len(maps)], maps, across_s)
        for axis, pair in zip(axes[len(maps) :], pairs, strict=False):
            _draw_pair(axis, pair, plans)
        if pairs:
            axes[len(maps)].legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, frameon=False, fontsize=8)
        tell_time(axes[-1], across_s, MOST_TICKS)
        axes[-1].set_xlabel("minutes:seconds")
        save(figure, path)


def _draw_maps(figure: Figure, axes: list[Axes], plans: Mapping[str, Curves], across_s: float) -> None:
    top = max(map(scale_top, plans.values()))
    for axis, (name, plan) in zip(axes, plans.items(), strict=True):
        mesh = draw_map(axis, plan, plan.one_leg, top)
        axis.set_ylabel(name, fontweight="bold")
        name_steps(axis, plan, across_s)
    add_scale(figure, mesh, axes, "mmHg commanded")


def _pairs(a: Curves, b: Curves) -> Iterator[tuple[Curve, Curve]]:
    """The curves of the most telling chambers of either plan, and of whatever else either uses."""
    busy = {curve.channel.index for curve in chain(telling(a.pressures), telling(b.pressures), a.others, b.others)}
    return ((a.curves[i], b.curves[i]) for i in sorted(busy, reverse=True))


def _draw_pair(axis: Axes, pair: tuple[Curve, Curve], plans: Mapping[str, Curves]) -> None:
    (a_name, a), (b_name, b) = plans.items()
    axis.fill_between(a.times_s, pair[0].commanded, color=COMMANDED, lw=0, label=a_name)
    axis.plot(b.times_s, pair[1].commanded, color=MEASURED, lw=0.9, label=b_name)
    axis.set_ylabel(f"{pair[0].label}\n{pair[0].channel.unit}", rotation=0, ha="right", va="center")
    axis.set_ylim(bottom=0)
    axis.grid(axis="y", color="#ececf0", lw=0.6)
    axis.set_axisbelow(True)
