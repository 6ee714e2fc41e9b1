"""Lymph drainage: place after place, each released completely, but on the way up never before the next one presses."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, groupby, pairwise

from legato.profiles.audit.checks import Check, FeltQuantity
from legato.profiles.audit.curve import EXACT, FeltPress
from legato.profiles.audit.expected_pressure import drain_pressure
from legato.profiles.audit.felt_turn import FeltTurn, check_rests, on_time_check
from legato.profiles.audit.reach import runs_down
from legato.profiles.audit.static import check_faint_times, check_pressure
from legato.profiles.device import Channel
from legato.profiles.steps import Drain

CLOSED_MMHG = 5.0
"""From here on a place is closed, so that nothing flows back through it ([E]: lymph modes vent to less)."""

TOGETHER_S = 1.0
"""How long two neighbouring places are closed at the same time, at least."""

Group = list[tuple[Channel, FeltPress]]
"""What presses at once: every chamber of a place."""


def check_drain(step: Drain, felt: FeltTurn) -> Iterator[Check]:
    """Place after place, `repeats` presses with a complete release at each; up the leg, each takes over from the last.

    On the way up a place is held until the next one is full.
    """
    yield from check_pressure(felt, lambda c: drain_pressure(step, c.actuator), step.times * step.repeats)
    laps = _laps(step, felt, felt.firm)
    for c, p in chain.from_iterable(chain.from_iterable(laps)):
        yield on_time_check(felt, c, p, step.on_s)
        yield felt.check(FeltQuantity.LOWEST, 0.0, p.after, c)
    yield from check_faint_times(felt, step.times * step.repeats, lambda *_: step.on_s)
    runs = [_runs(step, felt, lap) for lap in laps]
    for run in chain.from_iterable(runs):
        yield from _check_hand_over(step, felt, run)
    if step.repeats == 1 and _is_up(step, felt):
        begins = all(c in felt.firm for c in felt.places[0])
        every = laps if begins else _laps(step, felt, felt.chambers)
        yield from (replace(_check_period(step, felt, lap), is_detail=not begins) for lap in every)
    groups = [[p for _, p in chain.from_iterable(run)] for run in chain.from_iterable(runs)]
    yield from check_rests(felt, groups, step.off_s, len(groups) // step.times)


def _is_up(step: Drain, felt: FeltTurn) -> bool:
    return not runs_down(step) and len(felt.places) > 1


def _laps(step: Drain, felt: FeltTurn, some: Sequence[Channel]) -> list[list[Group]]:
    """For each lap, what some of the chambers do, place after place, in the order that the step asks for."""
    count = step.times * step.repeats
    kept = [
        [(c, felt.presses[c.index]) for c in place if c in some and len(felt.presses[c.index]) == count]
        for place in felt.places
    ]
    laps = [range(lap * step.repeats, (lap + 1) * step.repeats) for lap in range(step.times)]
    return [[[(c, own[i]) for c, own in place] for place in kept if place for i in lap] for lap in laps]


def _runs(step: Drain, felt: FeltTurn, lap: Sequence[Group]) -> list[list[Group]]:
    """Presses without a rest in between: on the way up, the last press of a place and the first of the next."""
    if not _is_up(step, felt):
        return [[group] for group in lap]
    numbers = (i - i // step.repeats for i in range(len(lap)))
    return [[group for _, group in run] for _, run in groupby(zip(numbers, lap, strict=True), key=lambda one: one[0])]


def _check_hand_over(step: Drain, felt: FeltTurn, run: Sequence[Group]) -> Iterator[Check]:
    """Each place is held until the next presses; one released early by a limit has a report line of its own."""
    for here, there in pairwise(run):
        if min(p.on_s for _, p in here) < step.on_s - 0.5:
            continue
        closed = max(_closes_at(felt, c, p) for c, p in there)
        opened = min(_opens_at(felt, c, p) for c, p in here)
        late = max(p.full for _, p in there) - min(p.free for _, p in here)
        is_lost = opened - closed < TOGETHER_S * 1000.0 or late > 500.0
        yield felt.check(FeltQuantity.HAND_OVER, 0.0, float(is_lost))


def _check_period(step: Drain, felt: FeltTurn, lap: Sequence[Group]) -> Check:
    """The time from lap to lap, without the emptying of the last place; the start of a faint one cannot be felt."""
    asked_s = (len(lap) + 0.5) * step.on_s + step.off_s
    presses = [p for _, p in chain.from_iterable(lap)]
    lasts_s = (max(p.free for p in presses) - min(p.rise for p in presses)) / 1000.0
    return felt.check(FeltQuantity.PERIOD, asked_s, lasts_s + step.off_s)


def _closes_at(felt: FeltTurn, channel: Channel, press: FeltPress) -> float:
    """When a place closes: at the latest when it is full."""
    spans = felt.schedule.tracks[channel.index].spans(CLOSED_MMHG - EXACT)
    return next((a for a, b in spans if a <= press.full <= b), press.full)


def _opens_at(felt: FeltTurn, channel: Channel, press: FeltPress) -> float:
    """When a place opens: at the earliest when its release begins."""
    spans = felt.schedule.tracks[channel.index].spans(CLOSED_MMHG - EXACT)
    return next((b for a, b in spans if a <= press.free <= b), press.free)
