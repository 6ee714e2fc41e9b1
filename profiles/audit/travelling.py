"""Strokes that travel: glide and wave."""

from collections.abc import Iterator
from itertools import pairwise

from profiles.audit import asking
from profiles.audit.asking import FAINT_MMHG
from profiles.audit.curve import Press
from profiles.audit.felt import Felt, before_and_after, rests, timed
from profiles.audit.figures import ALL, Check, What
from profiles.audit.reach import eased, stretch_of
from profiles.audit.rolling import rolled_along
from profiles.audit.static import at_rest, faintly
from profiles.device import Channel
from profiles.steps import Glide, Wave

Crest = list[tuple[Channel, Press]]
"""The presses of one crest, in the order in which it comes to the chambers."""


def glided(step: Glide, felt: Felt) -> Iterator[Check]:
    """One crest after the other, with a rest after each."""
    asked = asking.crests(step)
    yield from _firmness(step, felt, asked)
    crests = _crests(step, felt, asked)
    for crest in crests:
        yield from _travel(step, felt, crest)
    yield from rests(felt, [[p for _, p in crest] for crest in crests], step.rest_s)
    yield from rolled_along(step, felt, asked)


def waved(step: Wave, felt: Felt) -> Iterator[Check]:
    """Crests of which the next one starts when the last is half way, `rest_s` later where a rest is asked for."""
    asked = asking.crests(step)
    yield from _firmness(step, felt, asked)
    crests = _crests(step, felt, asked)
    for crest in crests:
        yield from _travel(step, felt, crest)
    for crest, following in pairwise(crests):
        yield from _gap(step, felt, crest, following)
    if crests:
        rise, gone = min(p.rise for _, p in crests[0]), max(p.gone for _, p in crests[-1])
        yield from before_and_after(felt, rise, gone, step.rest_s)
    yield from rolled_along(step, felt, asked)


def _firmness(step: Glide | Wave, felt: Felt, asked: list[float]) -> Iterator[Check]:
    for c in felt.chambers:
        mmhg = [eased(step, c.actuator, one) for one in asked]
        own = felt.presses[c.index]
        if not felt.moved(c):
            yield from faintly(felt, max(mmhg), c)
            continue
        plain = [one for one in mmhg if one > FAINT_MMHG + 1.0]
        if not len(plain) <= len(own) <= len(mmhg):
            yield felt.check(What.TIMES, len(plain), len(own), c)
        for one, press in zip(plain if len(own) == len(plain) else mmhg, own, strict=False):
            yield felt.check(What.PRESSURE, one, press.value, c)
        yield from at_rest(felt, c)


def _crests(step: Glide | Wave, felt: Felt, asked: list[float]) -> list[Crest]:
    """The presses crest by crest; chambers that do not press as often as they should are left out."""
    own: list[list[tuple[Channel, Press] | None]] = []
    for place in felt.places:
        for c in place:
            felt_here = [eased(step, c.actuator, one) > FAINT_MMHG + 1.0 for one in asked]
            some = iter(felt.presses[c.index])
            if sum(felt_here) == len(felt.presses[c.index]):
                own.append([(c, next(some)) if is_felt else None for is_felt in felt_here])
    crests = [[one[i] for one in own] for i in range(len(asked))]
    kept = [[one for one in crest if one is not None] for crest in crests]
    return [crest for crest in kept if crest]


def _travel(step: Glide | Wave, felt: Felt, crest: Crest) -> Iterator[Check]:
    """Direction, speed, and for how long the crest is inside each place."""
    met = [(felt.along(c)[0], p.full) for c, p in crest]
    backward = any(b[1] < a[1] - 50.0 for a, b in pairwise(met) if b[0] > a[0])
    yield felt.check(What.DIRECTION, 0.0, 1.0 if backward else 0.0)
    aside = [abs(b[1] - a[1]) / 1000.0 for a, b in pairwise(met) if b[0] == a[0]]
    yield from (felt.check(What.TOGETHER, 0.0, s) for s in aside)
    speed = _speed(felt, crest)
    yield felt.check(What.SPEED, step.speed_cm_s, speed)
    if len({felt.along(c) for c, _ in crest}) > 1 and speed > 0.0:
        yield from (timed(felt, c, p, felt.length_cm(c) / speed) for c, p in crest)


def _speed(felt: Felt, crest: Crest) -> float:
    """From the first place to the last; in a single place from one end of it to the other."""
    (first, here), (last, there) = crest[0], crest[-1]
    way, time = felt.along(last)[0] - felt.along(first)[0], (there.full - here.full) / 1000.0
    if way > 0.0:
        return way / time if time > 0.0 else 0.0
    return felt.length_cm(first) / max(here.on_s, 0.01)


def _gap(step: Wave, felt: Felt, crest: Crest, following: Crest) -> Iterator[Check]:
    """From crest to crest: until the crest is half way, and the rest. A line may also give the pause between two."""
    measured_s = _apart_s(crest, following)
    if measured_s is None:
        return
    (first, press), speed = crest[0], _speed(felt, crest) or step.speed_cm_s
    low, high = stretch_of(step)
    half_s = max(0.0, (press.full - press.rise) / 1000.0 + ((high - low) / 2.0 - felt.along(first)[0]) / speed)
    quiet_s = (min(p.rise for _, p in following) - max(p.gone for _, p in crest)) / 1000.0
    asked_s, written_s = half_s + step.rest_s, half_s * speed / step.speed_cm_s + step.rest_s
    asked_quiet_s = max(0.0, asked_s - (measured_s - quiet_s))
    also_plays = (quiet_s, quiet_s - asked_quiet_s) if quiet_s > 0.0 else ()
    yield Check(felt.played.turn, ALL, What.PERIOD, asked_s, measured_s, (written_s, asked_quiet_s, 0.0), also_plays)


def _apart_s(crest: Crest, following: Crest) -> float | None:
    """How much later the following crest comes to the first place that feels both."""
    begins = {c.index: p.rise for c, p in following}
    return next(((begins[c.index] - p.rise) / 1000.0 for c, p in crest if c.index in begins), None)
