"""Lymph drainage: place after place, and on the way up never one that lets go before the next one presses."""

from collections.abc import Iterator
from itertools import pairwise

from legato.profiles.segments import TICKS_PER_S, Segment
from legato.profiles.steps import Drain
from legato.profiles.stroke_ledger import ALIKE_S, FAINT_MMHG
from legato.profiles.stroke_reach import places, runs_down
from legato.profiles.strokes.gradient import zones_between, zones_from
from legato.profiles.strokes.static import Aim, aim_at, refuse_reverse
from legato.profiles.strokes.stroke_context import NOTICED, StrokeContext
from legato.profiles.words import figure

CLOSED_MMHG = 5.0
"""From here on a place keeps fluid from flowing back through it; below, it is let go ([E]: lymph modes vent to 5)."""

HAND_OVER_S = 1.2
"""How long two places at least are closed together on the way up: a second, and what air is late by ([E] estimate)."""

Chain = list[tuple[Aim, StrokeContext]]
"""Places that are pressed one into the other, each with the context in which it begins."""


def drain(step: Drain, stroke: StrokeContext) -> list[Segment]:
    """Place after place `repeats` presses.

    Down the leg nothing at all is between two presses. Up the leg the last press of a place goes over into the first of
    the next: that one comes up in half of `on_s`, and then the last one lets go. So what was pushed up stays there.
    """
    aims = _spread(step, stroke)
    refuse_reverse(aims)
    first = _lap(step, aims, stroke)
    others = _lap(step, aims, stroke.settled()) * (step.times - 1) if step.times > 1 else []
    return stroke.spaced([*first, *others], step.off_s)


def _lap(step: Drain, aims: list[Aim], stroke: StrokeContext) -> list[Segment]:
    return [_pressed(step, chain) for chain in _chains(step, aims, stroke)]


def _spread(step: Drain, stroke: StrokeContext) -> list[Aim]:
    """Evenly, zone by zone, from the pressure in the middle of the first zone to that in the middle of the last."""
    end = step.pressure_mmhg if step.end_pressure_mmhg is None else step.end_pressure_mmhg
    way = zones_between(step.from_, step.last)
    aims: list[Aim] = []
    for place in places(stroke.cast, down=runs_down(step)):
        part = zones_from(step.from_, place[0].actuator, down=runs_down(step)) / way if way else 0.0
        aims.append(aim_at(stroke, place, step.pressure_mmhg + (end - step.pressure_mmhg) * min(1.0, part)))
    return aims


def _chains(step: Drain, aims: list[Aim], stroke: StrokeContext) -> Iterator[Chain]:
    """One lap: what is pressed without a rest between."""
    chain: Chain = []
    for aim in aims:
        for repeat in range(step.repeats):
            if chain and (repeat or runs_down(step)):
                yield chain
                chain = []
            chain.append((aim, stroke.settled() if repeat else stroke))
    yield chain


def _pressed(step: Drain, chain: Chain) -> Segment:
    """Each place comes up while the one before is held, and lets go when the next one is up."""
    ups = _ups_s(step, chain)
    frees = _frees_s(step, chain, ups)
    _report_places(step, chain, max(free - full for free, (_, full) in zip(frees, ups, strict=True)))
    if step.repeats == 1 and len(chain) > 1:
        _report_lap(step, chain, _due_s(step, *chain[-1], *ups[-1]))
    times = zip(chain, ups, frees, strict=True)
    return Segment.of(
        {c: s.push(c, mmhg, *up, free) for (aim, s), up, free in times for c, mmhg in aim.targets.items()}
    )


def _ups_s(step: Drain, chain: Chain) -> list[tuple[float, float]]:
    """When each place begins to come up, and when it is full."""
    ups = [(0.0, _rise_s(step, *chain[0]))]
    for before, then in pairwise(chain):
        rise_s = _rise_s(step, *then)
        begin_s = max(ups[-1][1], _due_s(step, *before, *ups[-1]) - rise_s)
        ups.append((begin_s, begin_s + rise_s))
    return ups


def _frees_s(step: Drain, chain: Chain, ups: list[tuple[float, float]]) -> list[float]:
    """When each place lets go: after `on_s`, yet not before the next one is full and both have been closed enough."""
    frees = [full_s + step.on_s for _, full_s in ups]
    for i, ((aim, stroke), up) in enumerate(zip(chain[1:], ups[1:], strict=True)):
        closed_s = _closed_s(aim, stroke, *up) + HAND_OVER_S if aim.mmhg > FAINT_MMHG else 0.0
        frees[i] = max(frees[i], up[1], closed_s)
    return frees


def _rise_s(step: Drain, aim: Aim, stroke: StrokeContext) -> float:
    """On the way up from place to place half of the time at each, and always what the air needs."""
    is_up = not runs_down(step) and len(places(stroke.cast)) > 1
    gently_s = step.on_s / 2.0 if is_up else 0.0
    return max(gently_s, stroke.rise_s(aim.targets))


def _due_s(step: Drain, aim: Aim, stroke: StrokeContext, begin_s: float, full_s: float) -> float:
    """When a place is to let go: after `on_s`, or before it has been pressed longer than it may be."""
    latest = [full_s + step.on_s]
    for c, mmhg in aim.targets.items():
        rule = stroke.context.rules[c]
        run_s = _crossing_s(rule.above, stroke.levels[c], mmhg, begin_s, full_s)
        latest.append(run_s + rule.most_ticks / TICKS_PER_S - stroke.fall_s(c, mmhg))
    return min(latest)


def _closed_s(aim: Aim, stroke: StrokeContext, begin_s: float, full_s: float) -> float:
    """When all of a place is closed, on its way up."""
    return max(_crossing_s(CLOSED_MMHG, stroke.levels[c], mmhg, begin_s, full_s) for c, mmhg in aim.targets.items())


def _crossing_s(level: float, low: float, high: float, begin_s: float, full_s: float) -> float:
    """When a straight rise comes to a level; where it never does, or is there before, when it ends or begins."""
    part = (level - low) / (high - low) if high > low else 0.0
    return begin_s + (full_s - begin_s) * min(1.0, max(0.0, part))


def _report_places(step: Drain, chain: Chain, longest_s: float) -> None:
    """Where a place is held until the next one, which comes up slowly, is there."""
    if longest_s - step.on_s > ALIKE_S:
        why = _slow_why(step, chain) or "no place lets go before the next one presses"
        chain[0][1].change(f"{figure(step.on_s)} s a place", f"up to {figure(longest_s)} s a place", why)


def _report_lap(step: Drain, chain: Chain, let_go_s: float) -> None:
    """How long it is from lap to lap, but for what the last place needs to empty."""
    asked_s, plays_s = (len(chain) + 0.5) * step.on_s + step.off_s, let_go_s + step.off_s
    if max(asked_s, plays_s) > min(asked_s, plays_s) * NOTICED:
        stroke = chain[0][1]
        tightest = min(stroke.context.rules[c].limit for aim, _ in chain for c in aim.targets)
        why = _slow_why(step, chain) or tightest.why
        stroke.change(f"every {figure(asked_s)} s", f"every {figure(plays_s)} s", why)


def _slow_why(step: Drain, chain: Chain) -> str:
    """What slows the places down; nothing, if none of them comes up later than it should."""
    is_slow = any(_rise_s(step, *place) > step.on_s / 2.0 * NOTICED for place in chain)
    return chain[0][1].ledger.slow_why if is_slow else ""
