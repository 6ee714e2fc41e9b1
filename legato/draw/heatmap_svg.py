"""The heat map of a routine as a small SVG, for lists: zones down the side (foot at the bottom), time across."""

from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby

from legato.draw.curves import Curve, Curves
from legato.draw.heatmap import PALETTE, scale_top, slices

MOST_BYTES = 15_000
WIDTHS = (240, 160, 120, 80, 40)
"""Widths in columns, the finest first; a routine with many changes gets a coarser picture."""

ROW, GAP = 6, 3


def heat_svg(plan: Curves) -> str:
    """The picture, below 15 kB for any routine."""
    pictures = (_drawn(plan, width) for width in WIDTHS)
    return next((picture for picture in pictures if len(picture.encode()) < MOST_BYTES), _drawn(plan, WIDTHS[-1]))


def _drawn(plan: Curves, width: int) -> str:
    rows = list(_rows(plan))
    height = max((y for y, _ in rows), default=0) + ROW
    strips: dict[int, list[str]] = {}
    for y, curve in rows:
        for level, start, length in _runs(slices(curve, width), scale_top(plan)):
            strips.setdefault(level, []).append(f"M{start} {y}h{length}v{ROW}h-{length}z")
    paths = "".join(f'<path fill="{PALETTE[level]}" d="{"".join(d)}"/>' for level, d in sorted(strips.items()))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" preserveAspectRatio="none" role="img">'
    )
    ground = f'<rect width="{width}" height="{height}" fill="{PALETTE[0]}"/>'
    return f"{head}<title>{escape(plan.title)}</title>{ground}{paths}</svg>\n"


def _rows(plan: Curves) -> Iterator[tuple[int, Curve]]:
    """Where each chamber is drawn: one leg below the other, a gap between them."""
    y = 0
    for _, leg in plan.legs:
        for curve in reversed(leg):
            yield y, curve
            y += ROW
        y += GAP


def _runs(values: Iterable[float], top: float) -> Iterator[tuple[int, int, int]]:
    """Level, first column and length of each run of one colour; empty parts are left to the background."""
    at = 0
    for level, run in groupby(round(value / top * (len(PALETTE) - 1)) for value in values):
        length = len(list(run))
        if level:
            yield level, at, length
        at += length
