"""Lymph drainage: place after place, and on the way up never one that lets go before the next one presses."""

from collections.abc import Iterator
from itertools import pairwise

from profiles.runs import RunRule
from profiles.steps import Drain
from profiles.strokes.field import places, runs_down
from profiles.strokes.gradient import zones_between, zones_from
from profiles.strokes.ledger import ALIKE_S, FAINT_MMHG
from profiles.strokes.passes import TICKS_PER_S, Pass
from profiles.strokes.stage import NOTICED, Stage
from profiles.strokes.static import Aim, aim_at, refuse_reverse
from profiles.words import figure

CLOSED_MMHG = 5.0
"""From here on a place keeps fluid from flowing back through it; below, it is let go ([E]: lymph modes vent to 5)."""

HAND_OVER_S = 1.2
"""How long two places at least are closed together on the way up: a second, and what air is late by ([E] estimate)."""

Chain = list[tuple[Aim, Stage]]
"""Places that are pressed one into the other, each with the stage as it finds it."""


def drain(step: Drain, stage: Stage) -> list[Pass]:
    """Place after place `repeats` presses.

    Down the leg nothing at all is between two presses. Up the leg the last press of a place goes over into the first of
    the next: that one comes up in half of `on_s`, and then the last one lets go. So what was pushed up stays there.
    """
    aims = _spread(step, stage)
    refuse_reverse(aims)
    settled = stage.settled()
    first, later = ([_pressed(step, chain) for chain in _chains(step, aims, s, settled)] for s in (stage, settled))
    return stage.spaced([*first, *later * (step.times - 1)], step.off_s)


def _spread(step: Drain, stage: Stage) -> list[Aim]:
    """Evenly, zone by zone, from the pressure in the middle of the first zone to that in the middle of the last."""
    end = step.pressure_mmhg if step.end_pressure_mmhg is None else step.end_pressure_mmhg
    way = zones_between(step.from_, step.last)
    aims: list[Aim] = []
    for place in places(stage.cast, down=runs_down(step)):
        part = zones_from(step.from_, place[0].actuator, down=runs_down(step)) / way if way else 0.0
        aims.append(aim_at(stage, place, step.pressure_mmhg + (end - step.pressure_mmhg) * min(1.0, part)))
    return aims


def _chains(step: Drain, aims: list[Aim], stage: Stage, settled: Stage) -> Iterator[Chain]:
    """One lap: what is pressed without a rest between."""
    chain: Chain = []
    for aim in aims:
        for repeat in range(step.repeats):
            if chain and (repeat or runs_down(step)):
                yield chain
                chain = []
            chain.append((aim, settled if repeat else stage))
    yield chain


def _pressed(step: Drain, chain: Chain) -> Pass:
    """Each place comes up while the one before is held, and lets go when the next one is up."""
    begins, fulls, dues = [0.0], [_rise_s(step, *chain[0])], list[float]()
    for before, then in pairwise(chain):
        dues.append(_due_s(step, *before, begins[-1], fulls[-1]))
        rise_s = _rise_s(step, *then)
        begins.append(max(fulls[-1], dues[-1] - rise_s))
        fulls.append(begins[-1] + rise_s)
    dues.append(_due_s(step, *chain[-1], begins[-1], fulls[-1]))
    frees = [full + step.on_s for full in fulls]
    for i, (aim, stage) in enumerate(chain[1:]):
        frees[i] = max(frees[i], fulls[i + 1])
        if aim.mmhg > FAINT_MMHG:
            frees[i] = max(frees[i], _closed_s(aim, stage, begins[i + 1], fulls[i + 1]) + HAND_OVER_S)
    _report_places(step, chain, max(free - full for free, full in zip(frees, fulls, strict=True)))
    if step.repeats == 1 and len(chain) > 1:
        _report_lap(step, chain, dues[-1])
    times = zip(chain, begins, fulls, frees, strict=True)
    return Pass.of({c: s.push(c, mmhg, *t) for (aim, s), *t in times for c, mmhg in aim.targets.items()})


def _rise_s(step: Drain, aim: Aim, stage: Stage) -> float:
    """On the way up half of the time at a place, and always what the air needs."""
    gently_s = 0.0 if runs_down(step) or step.last is step.from_ else step.on_s / 2.0
    return max(gently_s, stage.rise_s(aim.targets))


def _due_s(step: Drain, aim: Aim, stage: Stage, begin_s: float, full_s: float) -> float:
    """When a place lets go: after `on_s`, or before it has been pressed longer than it may be."""
    rules = stage.rig.rules
    return min(
        full_s + step.on_s,
        *(
            _crossing_s(rules[c].above, stage.levels[c], mmhg, begin_s, full_s)
            + _longest_s(rules[c]) - stage.fall_s(c, mmhg)
            for c, mmhg in aim.targets.items()
        ),
    )  # fmt: skip


def _longest_s(rule: RunRule) -> float:
    return rule.most_ticks / TICKS_PER_S


def _closed_s(aim: Aim, stage: Stage, begin_s: float, full_s: float) -> float:
    """When all of a place is closed, on its way up."""
    return max(_crossing_s(CLOSED_MMHG, stage.levels[c], mmhg, begin_s, full_s) for c, mmhg in aim.targets.items())


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
        stage = chain[0][1]
        tightest = min(stage.rig.rules[c].limit for aim, _ in chain for c in aim.targets)
        why = _slow_why(step, chain) or tightest.why
        stage.change(f"every {figure(asked_s)} s", f"every {figure(plays_s)} s", why)


def _slow_why(step: Drain, chain: Chain) -> str:
    """What slows the places down; nothing, if none of them comes up later than it should."""
    is_slow = any(_rise_s(step, *place) > step.on_s / 2.0 * NOTICED for place in chain)
    return chain[0][1].ledger.slow_why if is_slow else ""
