"""Travelling strokes: glide and wave."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import compress, groupby, pairwise
from math import inf
from operator import itemgetter

from legato.profiles.audit import expected_pressure
from legato.profiles.audit.checks import ALL, Check, FeltQuantity
from legato.profiles.audit.curve import CONTACT_MMHG, FeltPress, curve_between, highest
from legato.profiles.audit.expected_pressure import FAINT_MMHG
from legato.profiles.audit.felt_turn import (
    FeltTurn,
    PressTime,
    check_rests_between,
    end_checks,
    on_time_check,
    start_check,
)
from legato.profiles.audit.reach import is_behind_knee, limited_at_knee, stretch_of
from legato.profiles.audit.rolling import Roll, are_firmest, check_rolling_crest, roller_travels, rollers
from legato.profiles.audit.static import check_faint, check_floor
from legato.profiles.device import Channel
from legato.profiles.steps import Glide, Wave


@dataclass(frozen=True, slots=True)
class FeltCrest:
    """One crest: its presses in the order in which it reaches the chambers, and the rollers that travel with it.

    `enters` is when its centre enters a chamber, by channel, in session ms.
    """

    pressed: list[tuple[Channel, FeltPress]]
    rolled: list[tuple[Channel, Roll]]
    enters: dict[int, float]

    @property
    def is_felt(self) -> bool:
        """Whether it can be felt; one of several may be too faint."""
        return bool(self.pressed or self.rolled)

    def time(self, felt: FeltTurn) -> PressTime:
        """From its first movement until the last actuator is back at rest.

        A chamber may be too faint to be felt, a roller never is. A chamber presses from at most its own length before
        the crest to as far after it.
        """
        rises = [*(p.rise for _, p in self.pressed), *(roll.leaves for _, roll in self.rolled)]
        ends = [*(p.gone for _, p in self.pressed), *(roll.back for _, roll in self.rolled)]
        firm = [felt.along(c) for c, _ in self.pressed]
        faint = [felt.along(c) for c in felt.chambers if c not in [one for one, _ in self.pressed]]
        first, last = min((a for a, _ in firm), default=inf), max((b for _, b in firm), default=-inf)
        return PressTime(
            min(rises), max(ends), all(2 * a - b >= first for a, b in faint), all(2 * b - a <= last for a, b in faint)
        )


def check_glide(step: Glide, felt: FeltTurn) -> Iterator[Check]:
    """One crest after another, with a rest after each."""
    asked = expected_pressure.crest_pressures(step)
    yield from _check_pressures(step, felt, asked)
    crests = [crest for crest in _crests(step, felt, asked) if crest.is_felt]
    for crest in crests:
        yield from _check_travel(step, felt, crest)
    yield from check_rests_between(felt, [crest.time(felt) for crest in crests], step.rest_s)
    yield from check_rolling_crest(step, felt, asked)


def check_wave(step: Wave, felt: FeltTurn) -> Iterator[Check]:
    """Each crest starts when the one before is half way, plus `rest_s`."""
    asked = expected_pressure.crest_pressures(step)
    yield from _check_pressures(step, felt, asked)
    crests = _crests(step, felt, asked)
    for crest in crests:
        yield from _check_travel(step, felt, crest)
    for crest, following in pairwise(crests):
        if crest.is_felt and following.is_felt:
            yield from _check_gap(step, felt, crest, following)
    first, last = crests[0], crests[-1]
    if first.is_felt:
        yield start_check(felt, first.time(felt))
    if last.is_felt:
        yield from end_checks(felt, last.time(felt), step.rest_s)
    yield from check_rolling_crest(step, felt, asked)


def _check_pressures(step: Glide | Wave, felt: FeltTurn, asked: list[float]) -> Iterator[Check]:
    for c in felt.chambers:
        mmhg = [limited_at_knee(step, c.actuator, one) for one in asked]
        if not felt.is_felt(c):
            yield from check_faint(felt, max(mmhg), c)
            continue
        own, perceptible = _perceptible_presses(felt, c, mmhg)
        if perceptible is None:
            yield felt.check(FeltQuantity.TIMES, sum(one > FAINT_MMHG + 1.0 for one in mmhg), len(own), c)
        else:
            for one, press in zip(compress(mmhg, perceptible), own, strict=True):
                yield felt.check(FeltQuantity.PRESSURE, one, press.value, c)
            yield from _check_faint_crests(felt, c, mmhg, perceptible)
        yield from check_floor(felt, c)


def _perceptible_presses(felt: FeltTurn, c: Channel, mmhg: list[float]) -> tuple[list[FeltPress], list[bool] | None]:
    """The presses of a chamber that can be told from contact, and which crests they belong to: the firmest.

    None if there are more presses than crests, or fewer than crests that are certainly firm enough.
    """
    own = [press for press in felt.presses[c.index] if press.value > FAINT_MMHG]
    if not sum(one > FAINT_MMHG + 1.0 for one in mmhg) <= len(own) <= len(mmhg):
        return own, None
    return own, are_firmest(mmhg, len(own))


def _check_faint_crests(felt: FeltTurn, c: Channel, mmhg: list[float], perceptible: list[bool]) -> Iterator[Check]:
    """The pressure of a chamber during crests that are too faint there to form presses of their own.

    Of several in a row only the firmest can be measured; the others are details that support a report line.
    """
    own, track, done = _perceptible_presses(felt, c, mmhg)[0], felt.schedule.tracks[c.index], 0
    begins, ends = [felt.played.start, *(p.gone for p in own)], [*(p.rise for p in own), felt.played.until]
    for is_perceptible, row in groupby(zip(mmhg, perceptible, strict=True), itemgetter(1)):
        some = [one for one, _ in row]
        if is_perceptible:
            done += len(some)
            continue
        most = highest(curve_between(track, begins[done], max(begins[done], ends[done])))
        for one in some:
            measured = most if one == max(some) else min(most, max(one, CONTACT_MMHG))
            yield replace(felt.check(FeltQuantity.PRESSURE, one, measured, c), is_detail=one < max(some))


def _crests(step: Glide | Wave, felt: FeltTurn, asked: list[float]) -> list[FeltCrest]:
    """The crests one by one; an actuator with the wrong number of presses is left out."""
    crests = [FeltCrest([], [], {}) for _ in asked]
    for c in (c for place in felt.places for c in place):
        mmhg = [limited_at_knee(step, c.actuator, one) for one in asked]
        own, perceptible = _perceptible_presses(felt, c, mmhg)
        for crest, one, press in zip(
            compress(crests, perceptible or []), compress(mmhg, perceptible or []), own, strict=False
        ):
            crest.pressed.append((c, press))
            crest.enters[c.index] = _full_at(press, one)
    for c in rollers(felt):
        found = roller_travels(felt, c)
        for crest, roll in zip(compress(crests, are_firmest(asked, len(found))), found, strict=False):
            crest.rolled.append((c, roll))
    return crests


def _full_at(press: FeltPress, mmhg: float) -> float:
    """When a chamber is full; one released on the way up is extrapolated at the same slope."""
    if press.on_s > 0.1 or press.value > mmhg - 0.5:
        return press.full
    return press.rise + (press.full - press.rise) * (mmhg - press.before) / (press.value - press.before)


def _check_travel(step: Glide | Wave, felt: FeltTurn, crest: FeltCrest) -> Iterator[Check]:
    """Direction, speed, how long the crest is inside each place, and whether the rollers keep up with it."""
    if not crest.pressed:
        return
    met = [(felt.along(c)[0], p.full) for c, p in crest.pressed]
    backward = any(b[1] < a[1] - 50.0 for a, b in pairwise(met) if b[0] > a[0])
    yield felt.check(FeltQuantity.DIRECTION, 0.0, 1.0 if backward else 0.0)
    aside = [abs(b[1] - a[1]) / 1000.0 for a, b in pairwise(met) if b[0] == a[0]]
    yield from (felt.check(FeltQuantity.TOGETHER, 0.0, s) for s in aside)
    speed = _speed(step, felt, crest)
    yield felt.check(FeltQuantity.SPEED, step.speed_cm_s, speed)
    if speed > 0.0:
        yield from (on_time_check(felt, c, p, felt.length_cm(c) / speed) for c, p in crest.pressed)
        for c, roll in crest.rolled:
            late_ms = roll.begin[0] - _crest_time(felt, crest, felt.along(c)[0], speed)
            yield felt.check(FeltQuantity.TOGETHER, 0.0, abs(late_ms) / 1000.0, c)


def _speed(step: Glide | Wave, felt: FeltTurn, crest: FeltCrest) -> float:
    """The speed in cm/s from the first place to the last; in a single place, from one end to the other.

    A single place released early does not count as faster than asked: it is only pressed for less time.
    """
    if not crest.pressed:
        return _roller_speed(crest.rolled[0][1])
    whole = [one for one in crest.pressed if one[1].on_s > 0.1]
    (first, _), *_, (last, _) = whole if len(whole) > 1 else crest.pressed * 2
    way = felt.along(last)[0] - felt.along(first)[0]
    time = (crest.enters[last.index] - crest.enters[first.index]) / 1000.0
    if way > 0.0:
        return way / time if time > 0.0 else 0.0
    inside_s = max(_inside_s(felt, crest, c, press) for c, press in crest.pressed)
    slowest = min((_roller_speed(roll) for _, roll in crest.rolled), default=step.speed_cm_s)
    return min(step.speed_cm_s, slowest, felt.length_cm(first) / max(inside_s, 0.01))


def _roller_speed(roll: Roll) -> float:
    """In cm/s."""
    ((t0, x0), (t1, x1)) = roll.begin, roll.end
    return abs(x1 - x0) / (t1 - t0) * 1000.0


def _inside_s(felt: FeltTurn, crest: FeltCrest, channel: Channel, press: FeltPress) -> float:
    """How long a crest is inside a single place: as long as that is full.

    Without neighbours, the crest approaches from half a length away, or from nearer behind the knee: in half the time.
    """
    if len(felt.places) > 1 or rollers(felt) or is_behind_knee(channel.actuator):
        return press.on_s
    return max(press.on_s, 2.0 * (crest.enters[channel.index] - press.rise) / 1000.0)


def _crest_time(felt: FeltTurn, crest: FeltCrest, cm: float, speed: float) -> float:
    """When the centre of a crest of this speed is `cm` from the start of the stroke, in session ms."""
    if crest.pressed:
        c, _ = crest.pressed[0]
        return crest.enters[c.index] + (cm - felt.along(c)[0]) / speed * 1000.0
    c, roll = crest.rolled[0]
    return roll.begin[0] + (cm - felt.along(c)[0]) / speed * 1000.0


def _check_gap(step: Wave, felt: FeltTurn, crest: FeltCrest, following: FeltCrest) -> Iterator[Check]:
    """The period of crests: half of the travel, plus the rest. A report line may also state the pause in between."""
    measured_s = _delay_s(crest, following)
    if measured_s is None:
        return
    speed = _speed(step, felt, crest) or step.speed_cm_s
    here, there = crest.time(felt), following.time(felt)
    quiet_s = (there.rise - here.gone) / 1000.0
    asked_s = _half_way_s(step, felt, crest, speed, 1.0) + step.rest_s
    written_s = _half_way_s(step, felt, crest, speed, speed / step.speed_cm_s) + step.rest_s
    asked_quiet_s = max(0.0, asked_s - (measured_s - quiet_s))
    also_plays = (quiet_s, quiet_s - asked_quiet_s) if quiet_s > 0.0 else ()
    also_asked, is_faint = (written_s, asked_quiet_s, 0.0), not here.begins
    yield Check(
        felt.played.turn, ALL, FeltQuantity.PERIOD, asked_s, measured_s, also_asked, also_plays, is_detail=is_faint
    )


def _half_way_s(step: Wave, felt: FeltTurn, crest: FeltCrest, speed: float, pace: float) -> float:
    """How long a crest takes to get half way, if its travel took `pace` times as long as it does.

    It starts with whatever has to move first: a chamber, which takes less time the faster the crest is, or a roller on
    its way from home, which takes the same time however slow the crest is. Which one it is depends on the pace.
    """
    low, high = stretch_of(step)
    half_way = _crest_time(felt, crest, (high - low) / 2.0, speed)
    chambers = ((half_way - p.rise) * pace for _, p in crest.pressed)
    rollers = (roll.begin[0] - roll.leaves + (half_way - roll.begin[0]) * pace for _, roll in crest.rolled)
    return max(0.0, *chambers, *rollers) / 1000.0


def _delay_s(crest: FeltCrest, following: FeltCrest) -> float | None:
    """How much later the following crest reaches the first place that feels both."""
    begins = {c.index: p.rise for c, p in following.pressed} | {c.index: roll.leaves for c, roll in following.rolled}
    here = [*((c, p.rise) for c, p in crest.pressed), *((c, roll.leaves) for c, roll in crest.rolled)]
    return next(((begins[c.index] - begin) / 1000.0 for c, begin in here if c.index in begins), None)
