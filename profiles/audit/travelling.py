"""Strokes that travel: glide and wave."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import compress, groupby, pairwise
from math import inf
from operator import itemgetter

from legato.profiles.audit import asking
from legato.profiles.audit.asking import FAINT_MMHG
from legato.profiles.audit.curve import CONTACT_MMHG, FeltPress, cut, highest
from legato.profiles.audit.felt import FeltTurn, PressTime, after, before, rests_between, timed
from legato.profiles.audit.figures import ALL, Check, FeltQuantity
from legato.profiles.audit.reach import eased, is_behind_knee, stretch_of
from legato.profiles.audit.rolling import Roll, are_firmest, check_rolling_crest, rollers, rolls
from legato.profiles.audit.static import check_faint, check_floor
from legato.profiles.device import Channel
from legato.profiles.steps import Glide, Wave


@dataclass(frozen=True, slots=True)
class FeltCrest:
    """One crest: its presses in the order in which it comes to the chambers, and the rollers that travel with it.

    `enters` is when its centre comes into a chamber, by channel, in session ms.
    """

    pressed: list[tuple[Channel, FeltPress]]
    rolled: list[tuple[Channel, Roll]]
    enters: dict[int, float]

    @property
    def is_felt(self) -> bool:
        """Whether anybody could tell when it comes; one of several may be too faint."""
        return bool(self.pressed or self.rolled)

    def time(self, felt: FeltTurn) -> PressTime:
        """From when the first of it begins to move, to when the last is back at rest.

        Chambers may be too faint to be felt, where a roller never is. They feel a crest from their own length ahead of
        it at most, to as far behind.
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
    """One crest after the other, with a rest after each."""
    asked = asking.crests(step)
    yield from _firmness(step, felt, asked)
    crests = [crest for crest in _crests(step, felt, asked) if crest.is_felt]
    for crest in crests:
        yield from _travel(step, felt, crest)
    yield from rests_between(felt, [crest.time(felt) for crest in crests], step.rest_s)
    yield from check_rolling_crest(step, felt, asked)


def check_wave(step: Wave, felt: FeltTurn) -> Iterator[Check]:
    """Crests of which the next one starts when the last is half way, `rest_s` later where a rest is asked for."""
    asked = asking.crests(step)
    yield from _firmness(step, felt, asked)
    crests = _crests(step, felt, asked)
    for crest in crests:
        yield from _travel(step, felt, crest)
    for crest, following in pairwise(crests):
        if crest.is_felt and following.is_felt:
            yield from _gap(step, felt, crest, following)
    first, last = crests[0], crests[-1]
    if first.is_felt:
        yield before(felt, first.time(felt))
    if last.is_felt:
        yield from after(felt, last.time(felt), step.rest_s)
    yield from check_rolling_crest(step, felt, asked)


def _firmness(step: Glide | Wave, felt: FeltTurn, asked: list[float]) -> Iterator[Check]:
    for c in felt.chambers:
        mmhg = [eased(step, c.actuator, one) for one in asked]
        if not felt.moved(c):
            yield from check_faint(felt, max(mmhg), c)
            continue
        own, told = _told(felt, c, mmhg)
        if told is None:
            yield felt.check(FeltQuantity.TIMES, sum(one > FAINT_MMHG + 1.0 for one in mmhg), len(own), c)
        else:
            for one, press in zip(compress(mmhg, told), own, strict=True):
                yield felt.check(FeltQuantity.PRESSURE, one, press.value, c)
            yield from _between(felt, c, mmhg, told)
        yield from check_floor(felt, c)


def _told(felt: FeltTurn, c: Channel, mmhg: list[float]) -> tuple[list[FeltPress], list[bool] | None]:
    """The presses of a chamber that can be told from contact, and which of the crests they are: the firmest.

    None where there are more than crests, or fewer than of those that are firm enough for sure.
    """
    own = [press for press in felt.presses[c.index] if press.value > FAINT_MMHG]
    if not sum(one > FAINT_MMHG + 1.0 for one in mmhg) <= len(own) <= len(mmhg):
        return own, None
    return own, are_firmest(mmhg, len(own))


def _between(felt: FeltTurn, c: Channel, mmhg: list[float], told: list[bool]) -> Iterator[Check]:
    """What a chamber gets in the time of crests that are too faint there to be presses of their own.

    Of several in a row only the firmest can be told; the others bear out what a line says of them.
    """
    own, track, done = _told(felt, c, mmhg)[0], felt.schedule.tracks[c.index], 0
    begins, ends = [felt.played.start, *(p.gone for p in own)], [*(p.rise for p in own), felt.played.until]
    for is_told, row in groupby(zip(mmhg, told, strict=True), itemgetter(1)):
        some = [one for one, _ in row]
        if is_told:
            done += len(some)
            continue
        most = highest(cut(track, begins[done], max(begins[done], ends[done])))
        for one in some:
            measured = most if one == max(some) else min(most, max(one, CONTACT_MMHG))
            yield replace(felt.check(FeltQuantity.PRESSURE, one, measured, c), is_detail=one < max(some))


def _crests(step: Glide | Wave, felt: FeltTurn, asked: list[float]) -> list[FeltCrest]:
    """Crest by crest; what does not press as often as it should is left out."""
    crests = [FeltCrest([], [], {}) for _ in asked]
    for c in (c for place in felt.places for c in place):
        mmhg = [eased(step, c.actuator, one) for one in asked]
        own, told = _told(felt, c, mmhg)
        for crest, one, press in zip(compress(crests, told or []), compress(mmhg, told or []), own, strict=False):
            crest.pressed.append((c, press))
            crest.enters[c.index] = _enters(press, one)
    for c in rollers(felt):
        found = rolls(felt, c)
        for crest, roll in zip(compress(crests, are_firmest(asked, len(found))), found, strict=False):
            crest.rolled.append((c, roll))
    return crests


def _enters(press: FeltPress, mmhg: float) -> float:
    """When a chamber is full, or would be: what is let go of on the way up would have risen on as it did."""
    if press.on_s > 0.1 or press.value > mmhg - 0.5:
        return press.full
    return press.rise + (press.full - press.rise) * (mmhg - press.before) / (press.value - press.before)


def _travel(step: Glide | Wave, felt: FeltTurn, crest: FeltCrest) -> Iterator[Check]:
    """Direction, speed, for how long the crest is inside each place, and whether the rollers are where it is."""
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
        yield from (timed(felt, c, p, felt.length_cm(c) / speed) for c, p in crest.pressed)
        for c, roll in crest.rolled:
            late_ms = roll.begin[0] - _when(felt, crest, felt.along(c)[0], speed)
            yield felt.check(FeltQuantity.TOGETHER, 0.0, abs(late_ms) / 1000.0, c)


def _speed(step: Glide | Wave, felt: FeltTurn, crest: FeltCrest) -> float:
    """From the first place to the last, in cm/s; in a single place from one end of it to the other.

    There what is let go of early is no faster than asked: it is pressed for less.
    """
    if not crest.pressed:
        return _rolling(crest.rolled[0][1])
    whole = [one for one in crest.pressed if one[1].on_s > 0.1]
    (first, _), *_, (last, _) = whole if len(whole) > 1 else crest.pressed * 2
    way = felt.along(last)[0] - felt.along(first)[0]
    time = (crest.enters[last.index] - crest.enters[first.index]) / 1000.0
    if way > 0.0:
        return way / time if time > 0.0 else 0.0
    inside_s = max(_inside_s(felt, crest, c, press) for c, press in crest.pressed)
    slowest = min((_rolling(roll) for _, roll in crest.rolled), default=step.speed_cm_s)
    return min(step.speed_cm_s, slowest, felt.length_cm(first) / max(inside_s, 0.01))


def _rolling(roll: Roll) -> float:
    """In cm/s."""
    ((t0, x0), (t1, x1)) = roll.begin, roll.end
    return abs(x1 - x0) / (t1 - t0) * 1000.0


def _inside_s(felt: FeltTurn, crest: FeltCrest, channel: Channel, press: FeltPress) -> float:
    """How long a crest is inside a single place: as long as that is full.

    Where nothing lies beside it, it comes from half a length ahead, from nearer behind the knee: in half of the time.
    """
    if len(felt.places) > 1 or rollers(felt) or is_behind_knee(channel.actuator):
        return press.on_s
    return max(press.on_s, 2.0 * (crest.enters[channel.index] - press.rise) / 1000.0)


def _when(felt: FeltTurn, crest: FeltCrest, cm: float, speed: float) -> float:
    """When the centre of a crest of this speed is `cm` from where the stroke begins, in session ms."""
    if crest.pressed:
        c, _ = crest.pressed[0]
        return crest.enters[c.index] + (cm - felt.along(c)[0]) / speed * 1000.0
    c, roll = crest.rolled[0]
    return roll.begin[0] + (cm - felt.along(c)[0]) / speed * 1000.0


def _gap(step: Wave, felt: FeltTurn, crest: FeltCrest, following: FeltCrest) -> Iterator[Check]:
    """From crest to crest: until the crest is half way, and the rest. A line may also give the pause between two."""
    measured_s = _apart_s(crest, following)
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
    """How long a crest takes until it is half way, if it travelled in `pace` times the time that it does.

    It begins with what has to move first: a chamber, for a time that is shorter the faster the crest comes, or a roller
    on its way from home to meet it, which takes as long however slow the crest is. Which it is depends on the pace.
    """
    low, high = stretch_of(step)
    half_way = _when(felt, crest, (high - low) / 2.0, speed)
    chambers = ((half_way - p.rise) * pace for _, p in crest.pressed)
    rollers = (roll.begin[0] - roll.leaves + (half_way - roll.begin[0]) * pace for _, roll in crest.rolled)
    return max(0.0, *chambers, *rollers) / 1000.0


def _apart_s(crest: FeltCrest, following: FeltCrest) -> float | None:
    """How much later the following crest comes to the first place that feels both."""
    begins = {c.index: p.rise for c, p in following.pressed} | {c.index: roll.leaves for c, roll in following.rolled}
    here = [*((c, p.rise) for c, p in crest.pressed), *((c, roll.leaves) for c, roll in crest.rolled)]
    return next(((begins[c.index] - begin) / 1000.0 for c, begin in here if c.index in begins), None)
