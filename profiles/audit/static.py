"""Stationary strokes: hold, pulse, sequence."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from legato.profiles.audit.checks import Check, FeltQuantity
from legato.profiles.audit.curve import FeltPress, highest
from legato.profiles.audit.expected_pressure import FAINT_MMHG, gradient_pressure
from legato.profiles.audit.felt_turn import FeltTurn, check_rests, on_time_check
from legato.profiles.device import Channel
from legato.profiles.steps import Hold, Pulse
from legato.profiles.steps import Sequence as Filling

Asked = Callable[[Channel], float]


def check_hold(step: Hold, felt: FeltTurn) -> Iterator[Check]:
    """All chambers at once for `seconds`, `times` times, with a rest after each."""
    yield from check_pressure(felt, lambda _: step.pressure_mmhg, step.times)
    for groups in by_repetition(felt, step.times):
        yield from _check_simultaneous(felt, groups)
        yield from (on_time_check(felt, c, p, step.seconds) for c, p in groups)
    yield from check_faint_times(felt, step.times, lambda *_: step.seconds)
    yield from check_rests(felt, [[p for _, p in g] for g in by_repetition(felt, step.times)], step.rest_s)


def check_pulse(step: Pulse, felt: FeltTurn) -> Iterator[Check]:
    """All chambers at once, for `on_s` of every period."""
    yield from check_pressure(felt, lambda _: step.pressure_mmhg, step.times)
    times = by_repetition(felt, step.times)
    for groups in times:
        yield from _check_simultaneous(felt, groups)
        yield from (on_time_check(felt, c, p, step.on_s) for c, p in groups)
    yield from check_faint_times(felt, step.times, lambda *_: step.on_s)
    begins = [min(p.rise for _, p in g) for g in times]
    if begins:
        yield felt.check(FeltQuantity.REST, 0.0, (begins[0] - felt.played.start) / 1000.0)
    if begins and felt.played.follows:
        begins.append(max(felt.played.end, min(felt.played.until, begins[-1] + step.period_s * 1000.0)))
    for begin, following in pairwise(begins):
        yield felt.check(FeltQuantity.PERIOD, step.period_s, (following - begin) / 1000.0)


def check_sequence(step: Filling, felt: FeltTurn) -> Iterator[Check]:
    """One place after another, each with its pressure of the gradient; all held, then released together."""
    yield from check_pressure(felt, lambda c: gradient_pressure(step, c.actuator), step.times)
    times = by_repetition(felt, step.times)
    for groups in times:
        yield from _check_succession(felt, groups)
        full, free = max(p.full for _, p in groups), max(p.free for _, p in groups)
        if all(c in felt.firm for c in felt.places[-1]):
            yield felt.check(FeltQuantity.ON_TIME, step.hold_s, (free - full) / 1000.0)
        yield from (on_time_check(felt, c, p, (free - p.full) / 1000.0) for c, p in groups)
    whole = [own for own in felt.presses.values() if len(own) == step.times]
    yield from check_faint_times(felt, step.times, lambda i, p: (max(own[i].free for own in whole) - p.full) / 1000.0)
    yield from check_rests(felt, [[p for _, p in g] for g in times], step.rest_s)


def check_pressure(felt: FeltTurn, asked: Asked, times: int) -> Iterator[Check]:
    """The pressure of each chamber, and how often it presses; a chamber too faint to be felt has no count."""
    for c in felt.chambers:
        own = felt.presses[c.index]
        mmhg = asked(c)
        if not felt.is_felt(c):
            yield from check_faint(felt, mmhg, c)
            continue
        yield from (felt.check(FeltQuantity.PRESSURE, mmhg, p.value, c) for p in own)
        yield from check_floor(felt, c)
        if mmhg > FAINT_MMHG + 1.0 or len(own) > times:
            yield felt.check(FeltQuantity.TIMES, times, len(own), c)


def check_faint(felt: FeltTurn, mmhg: float, c: Channel) -> Iterator[Check]:
    """The pressure of a chamber too faint to be felt; one that should be felt is found by the coverage check."""
    if mmhg <= FAINT_MMHG + 1.0:
        yield felt.check(FeltQuantity.PRESSURE, mmhg, highest(felt.curve(c)), c)


def check_floor(felt: FeltTurn, channel: Channel) -> Iterator[Check]:
    """Between two presses a chamber is back at its floor."""
    for press in felt.presses[channel.index][:-1]:
        yield felt.check(FeltQuantity.LOWEST, felt.floor, press.after, channel)


def by_repetition(felt: FeltTurn, times: int) -> list[list[tuple[Channel, FeltPress]]]:
    """For each repetition, the presses of all chambers; chambers that press less often are left out."""
    own = [(c, felt.presses[c.index]) for c in felt.firm if len(felt.presses[c.index]) == times]
    return [[(c, some[i]) for c, some in own] for i in range(times)] if own else []


def check_faint_times(felt: FeltTurn, times: int, asked_s: Callable[[int, FeltPress], float]) -> Iterator[Check]:
    """How long barely perceptible chambers press: details that support what a report line says."""
    for c in felt.chambers:
        own = felt.presses[c.index]
        if c not in felt.firm and len(own) == times:
            yield from (replace(on_time_check(felt, c, p, asked_s(i, p)), is_detail=True) for i, p in enumerate(own))


def _check_simultaneous(felt: FeltTurn, group: Sequence[tuple[Channel, FeltPress]]) -> Iterator[Check]:
    """All are full at the same time; a press released before it is full does not count."""
    full = [p.full for _, p in group if p.on_s > 0.05] or [p.full for _, p in group]
    yield felt.check(FeltQuantity.TOGETHER, 0.0, (max(full) - min(full)) / 1000.0)


def _check_succession(felt: FeltTurn, group: Sequence[tuple[Channel, FeltPress]]) -> Iterator[Check]:
    found = {c.index: p for c, p in group}
    line = [[found[c.index] for c in place if c.index in found] for place in felt.places]
    for here, there in pairwise([place for place in line if place]):
        late = max(p.full for p in here) - min(p.rise for p in there)
        yield felt.check(FeltQuantity.ORDER, 0.0, 1.0 if late > 500.0 else 0.0)
