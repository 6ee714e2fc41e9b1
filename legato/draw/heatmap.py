"""The heat map in a terminal: zones down the side (foot at the bottom), time across, pressure as colour or shade."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import isnan

from rich.console import Console
from rich.text import Text

from legato.draw.curves import Curve, Curves
from legato.profiles.words import clock

SHADES = " .:-=+*#%@"
"""From no pressure to the top of the scale, for output without colour."""

# Ten even steps of matplotlib's "inferno", whose brightness rises evenly for every type of colour vision.
PALETTE = (
    "#000004", "#1b0c41", "#4a0c6b", "#781c6d", "#a52c60", "#cf4446", "#ed6925", "#fb9b06", "#f7d13d", "#fcffa4",
)  # fmt: skip

NOTHING = 0.01
"""Fraction of the scale below which a chamber counts as empty."""

MIN_WIDTH = 20

TICKS_S = (5, 10, 15, 30, 60, 120, 300, 600, 1200)
"""Possible distances between ticks on a time axis."""

SHORTEST_S = 1.0
"""The minimum length of an axis: a run that a fault ended immediately has no length."""

STEP_MMHG = 10.0
"""The top of the scale is the peak rounded up to this."""


def heatmap(curves: Curves, console: Console) -> None:
    """Prints the map to `console` at full width: one leg below the other, each with the foot at the bottom."""
    top, rows = scale_top(curves), [curve for _, leg in curves.legs for curve in reversed(leg)]
    if not rows:
        return
    margin = max(len(_label(curve)) for curve in rows) + 1
    width = max(console.width - margin - 1, MIN_WIDTH)
    for curve in rows:
        line = _shaded([_level(value / top) for value in slices(curve, width)], console)
        console.print(Text(f"{_label(curve):>{margin - 1}} ").append_text(line))
    console.print(Text(" " * margin + _axis(curves.duration_s, width)))
    scale = _shaded([level for level in range(len(SHADES)) for _ in range(2)], console)
    console.print(Text(" " * margin + "0 ").append_text(scale).append(f" {top:g} mmHg"))


def _label(curve: Curve) -> str:
    return curve.channel.actuator.id.replace("_", " ")


def scale_top(curves: Curves) -> float:
    """The pressure in mmHg at the top of the scale."""
    return max(STEP_MMHG, -(-curves.peak[0] // STEP_MMHG) * STEP_MMHG)


def slices(curve: Curve, width: int) -> Iterator[float]:
    """The highest pressure in each of `width` equal slices of time: a short press must not be lost between columns."""
    values = curve.shown
    for i in range(width):
        start = i * len(values) // width
        end = max(start + 1, (i + 1) * len(values) // width)
        yield max((v for v in values[start:end] if not isnan(v)), default=0.0)


def _level(part: float) -> int:
    """The index of the shade; any pressure at all gets at least the first."""
    level = round(part * (len(SHADES) - 1))
    return max(level, 1) if part > NOTHING else 0


def _shaded(levels: Sequence[int], console: Console) -> Text:
    if not console.is_terminal or console.no_color:
        return Text("".join(SHADES[level] for level in levels))
    runs = [(level, len(list(run))) for level, run in groupby(levels)]
    return Text.assemble(*(("█" * length, PALETTE[level]) for level, length in runs))


def _axis(duration_s: float, width: int) -> str:
    """Round times below the map, each starting at its column, at least 8 columns apart."""
    every_s = next((s for s in TICKS_S if s * width >= duration_s * 8), TICKS_S[-1])
    line = ""
    for at_s in range(0, int(duration_s) + 1, every_s):
        column = round(at_s * width / max(duration_s, SHORTEST_S))
        if column <= width - 5:
            line = line.ljust(column) + clock(at_s)
    return line
