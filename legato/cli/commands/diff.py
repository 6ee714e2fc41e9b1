"""`legato diff`: two routines against each other on one device, in words and as a picture."""

from collections.abc import Iterator, Sequence
from difflib import ndiff
from pathlib import Path
from typing import Any

from legato.app import report_text, routine_lookup
from legato.app.compile_for import compiled
from legato.draw import curves
from legato.draw.curves import Curve, Curves
from legato.errors import UsageError
from legato.extras import insist_on
from legato.profiles import load
from legato.profiles.profile import Profile
from legato.profiles.words import clock
from legato.terminal import output

PRESSED_MMHG = 10.0
"""Above this a zone counts as pressed; the contact between strokes stays below."""

Row = tuple[str, str, str]


def diff(names: tuple[str, str], device: str, picture: Path | None, json: bool) -> None:
    """Prints how long two routines take, what each zone gets of them, and how their steps differ; draws them, too.

    Raises:
        UsageError: twice the same routine.
    """
    if picture is not None:
        insist_on("matplotlib")
    if names[0] == names[1]:
        raise UsageError(f"{names[0]} does not differ from itself; name two routines")
    target, profiles = load.device(device), [routine_lookup.profile(name) for name in names]
    plans = {n: curves.of_schedule(compiled(p, target)) for n, p in zip(names, profiles, strict=True)}
    if picture is not None:
        from legato.draw.comparison_plot import draw_contrast

        draw_contrast(plans, picture)
        output.say(f"drawn into {picture}")
    steps = list(_steps(*profiles))
    if json:
        output.as_json({"device": target.name, "routines": [_figures(*p) for p in plans.items()], "steps": steps})
        return
    output.columns([("", *names), *_rows(list(plans.values()))])
    for line in steps:
        output.data(line)


def _rows(plans: Sequence[Curves]) -> Iterator[Row]:
    yield _row("duration", [clock(plan.duration_s) for plan in plans])
    yield _row("peak", [f"{plan.peak[0]:g} mmHg" for plan in plans])
    for pair in zip(*(plan.one_leg[::-1] for plan in plans), strict=True):
        yield _row(pair[0].label, [_pressing(plan, curve) for plan, curve in zip(plans, pair, strict=True)])


def _row(label: str, cells: Sequence[str]) -> Row:
    return label, cells[0], cells[1]


def _pressing(plan: Curves, curve: Curve) -> str:
    """`35 mmHg, pressed 1:20`, or a dash."""
    pressed_s = _pressed_s(plan, curve)
    return f"{max(curve.commanded):g} mmHg, pressed {clock(pressed_s)}" if pressed_s else "-"


def _pressed_s(plan: Curves, curve: Curve) -> float:
    pressed = [mmhg > PRESSED_MMHG for mmhg in curve.commanded]
    return pressed.count(True) / len(pressed) * plan.duration_s


def _figures(name: str, plan: Curves) -> dict[str, Any]:
    return {
        "name": name,
        "duration_s": plan.duration_s,
        "peak": plan.peaks,
        "pressed_s": {c.channel.name: round(_pressed_s(plan, c), 1) for c in plan.pressures},
    }


def _steps(a: Profile, b: Profile) -> Iterator[str]:
    """The steps of both: `-` only in the first, `+` only in the second."""
    lines = ndiff(list(report_text.steps(a)), list(report_text.steps(b)))
    return (line.rstrip() for line in lines if not line.startswith("?"))
