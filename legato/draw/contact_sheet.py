"""The contact sheet: many plans in one picture, a small heat map of one leg for each, on the same colour scale."""

from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from legato.draw.curves import Curves
from legato.draw.heatmap import scale_top
from legato.draw.picture import STYLE, add_scale, draw_map, save, tell_time
from legato.profiles.words import clock

COLUMNS = 4
CELL_IN = (3.6, 1.45)
MOST_TICKS = 6


def draw_sheet(plans: Mapping[str, Curves], title: str, path: Path) -> None:
    """Writes one picture of all `plans` (at least one, by name) to `path`; all maps share one colour scale."""
    rows = -(-len(plans) // COLUMNS)
    top = max(map(scale_top, plans.values()))
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(CELL_IN[0] * COLUMNS, CELL_IN[1] * rows + 0.6), layout="constrained")
        FigureCanvasAgg(figure)
        axes = list(figure.subplots(rows, COLUMNS, squeeze=False).flat)
        figure.suptitle(title, x=0.01, ha="left", fontsize=13, fontweight="bold")
        for i, (axis, (name, plan)) in enumerate(zip(axes, plans.items(), strict=False)):
            mesh = draw_map(axis, plan, plan.one_leg, top)
            _label(axis, name, plan, has_zones=i % COLUMNS == 0)
        for axis in axes[len(plans) :]:
            axis.remove()
        add_scale(figure, mesh, axes[: len(plans)], "mmHg commanded")
        save(figure, path)


def _label(axis: Axes, name: str, plan: Curves, *, has_zones: bool) -> None:
    """Name, duration and peak above the map; zones beside it only in the first column."""
    axis.set_title(f"{name}  {clock(plan.duration_s)}, {plan.peak[0]:g} mmHg", loc="left", fontsize=9)
    tell_time(axis, plan.duration_s, MOST_TICKS)
    axis.tick_params(labelsize=7)
    if not has_zones:
        axis.set_yticks([])
