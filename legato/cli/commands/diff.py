"""`legato diff`: two routines compared on one device, in words and as a picture."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from legato.app.comparison import Comparison, compare, insist_on_two, pressed_s
from legato.draw.curves import Curve, Curves
from legato.extras import insist_on
from legato.profiles import load
from legato.profiles.words import clock
from legato.terminal import output, remarks

Row = tuple[str, str, str]


def diff(names: tuple[str, str], device: str, picture: Path | None, json: bool) -> None:
    """Prints how long two routines take, how they press each zone, and how their steps differ; optionally draws them.

    Raises:
        UsageError: both are the same routine.
    """
    if picture is not None:
        insist_on("matplotlib")
    insist_on_two(*names)
    target = load.device(device)
    found = compare(remarks.routine(names[0]), remarks.routine(names[1]), target)
    plans = dict(zip(names, found.plans, strict=True))
    if picture is not None:
        from legato.draw.comparison_plot import draw_contrast

        draw_contrast(plans, picture)
        output.say(f"drawn into {picture}")
    if json:
        figures = [_figures(name, plan) for name, plan in plans.items()]
        output.as_json({"device": target.name, "routines": figures, "steps": found.steps})
        return
    output.columns([("", *names), *_rows(found)])
    for line in found.steps:
        output.data(line)


def _rows(found: Comparison) -> Iterator[Row]:
    a, b = found.plans
    yield "duration", clock(a.duration_s), clock(b.duration_s)
    yield "peak", f"{a.peak[0]:g} mmHg", f"{b.peak[0]:g} mmHg"
    for first, second in found.zones:
        yield first.label, _pressing(a, first), _pressing(b, second)


def _pressing(plan: Curves, curve: Curve) -> str:
    """`35 mmHg, pressed 1:20`, or a dash."""
    how_long_s = pressed_s(plan, curve)
    return f"{max(curve.commanded):g} mmHg, pressed {clock(how_long_s)}" if how_long_s else "-"


def _figures(name: str, plan: Curves) -> dict[str, Any]:
    return {
        "name": name,
        "duration_s": plan.duration_s,
        "peak": plan.peaks,
        "pressed_s": {c.channel.name: round(pressed_s(plan, c), 1) for c in plan.pressures},
    }
