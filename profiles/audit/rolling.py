"""Rollers: travelling with a crest, or moving to and fro."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import compress, pairwise

from legato.profiles.audit.checks import Check, FeltQuantity
from legato.profiles.audit.curve import FeltPress, Point, curve_between, highest, presses, time_above
from legato.profiles.audit.felt_turn import FeltTurn
from legato.profiles.audit.reach import runs_down, shared_cm, stretch_of
from legato.profiles.device import Channel, Roller
from legato.profiles.steps import Friction, Glide, Wave

TICK_S = 0.01
"""Everything falls on whole control ticks."""

FULL_MMHG = 70.0
"""The pressure that corresponds to a roller at 100 % (docs/reference/device-fields.md)."""


def intensity_of(mmhg: float) -> float:
    """The intensity in % of a roller that corresponds to an air pressure."""
    return min(100.0, 100.0 * mmhg / FULL_MMHG)


@dataclass(frozen=True, slots=True)
class Roll:
    """A roller with one crest: when it leaves home and is back, in session ms, and both ends of its travel."""

    leaves: float
    back: float
    begin: Point
    end: Point


def check_rolling_crest(step: Glide | Wave, felt: FeltTurn, asked: Sequence[float]) -> Iterator[Check]:
    """A roller that travels with every crest: count, intensity, direction and speed."""
    for c in rollers(felt):
        own = presses(felt.curve(c), 0.0)
        sure = sum(intensity_of(mmhg) > 3.0 for mmhg in asked)
        if not sure <= len(own) <= len(asked):
            yield felt.check(FeltQuantity.TIMES, len(asked), len(own), c)
        for mmhg, press in zip(compress(asked, are_firmest(asked, len(own))), own, strict=False):
            yield felt.check(FeltQuantity.INTENSITY, intensity_of(mmhg), press.value, c)
            if not _moves(felt, c, press):
                yield felt.check(FeltQuantity.SPEED, step.speed_cm_s, 0.0, c)
        for roll in roller_travels(felt, c):
            (t0, x0), (t1, x1) = roll.begin, roll.end
            yield felt.check(FeltQuantity.DIRECTION, 0.0, 1.0 if (x1 < x0) != runs_down(step) else 0.0, c)
            yield felt.check(FeltQuantity.SPEED, step.speed_cm_s, abs(x1 - x0) / max(t1 - t0, 1.0) * 1000.0, c)


def are_firmest(asked: Sequence[float], count: int) -> list[bool]:
    """Which of several crests are the firmest."""
    found = sorted(range(len(asked)), key=lambda i: -asked[i])[:count]
    return [i in found for i in range(len(asked))]


def roller_travels(felt: FeltTurn, c: Channel) -> list[Roll]:
    """The travel of a roller with each crest, in order; at home, a roller is at 0 cm."""
    home = [t for t, cm in felt.curve(felt.companion(c)) if cm <= 0.0]
    found: list[Roll] = []
    for press in presses(felt.curve(c), 0.0):
        if moves := _moves(felt, c, press):
            leaves = max([t for t in home if t <= moves[0][0]], default=felt.played.start)
            back = min([t for t in home if t >= moves[-1][0]], default=felt.played.until)
            found.append(Roll(min(leaves, press.rise), max(back, press.gone), moves[0], moves[-1]))
    return found


def _moves(felt: FeltTurn, c: Channel, press: FeltPress) -> list[Point]:
    """Where a roller starts and stops travelling while it presses."""
    track = felt.schedule.tracks[felt.companion(c).index]
    points = curve_between(track, press.rise, press.gone)
    moving = [pair for pair in pairwise(points) if pair[0][1] != pair[1][1] and pair[1][0] > pair[0][0]]
    return [moving[0][0], moving[-1][1]] if moving else []


def rollers(felt: FeltTurn) -> list[Channel]:
    """The addressed rollers that move enough to be felt."""
    return [c for c in felt.addressed if isinstance(c.actuator, Roller) and felt.is_felt(c)]


def check_rolling_knead(felt: FeltTurn, mmhg: float, rate_hz: float, seconds: float) -> Iterator[Check]:
    """A roller that moves to and fro over its stretch while the chambers knead, and pauses when they do.

    A report line may also state the time until all rollers are home, counted from when they leave or from the start.
    """
    for c in rollers(felt):
        yield from _check_to_and_fro(felt, c, intensity_of(mmhg), rate_hz)
        check = felt.check(FeltQuantity.DURATION, seconds, time_above(felt.curve(c), 0.0), c)
        left, home = felt.away
        yield replace(check, also_plays=((home - left) / 1000.0, (home - felt.played.start) / 1000.0))


def check_rolling_circle(felt: FeltTurn, mmhg: float, period_s: float) -> Iterator[Check]:
    """A roller that moves to and fro once in every circle; a report line may also state its rate."""
    for c in rollers(felt):
        yield felt.check(FeltQuantity.INTENSITY, intensity_of(mmhg), highest(felt.curve(c)), c)
        yield from _check_pauses(felt, c)
        for measured in (half_s for piece in _strokes(felt, c) for half_s in _halves(felt, c, piece)):
            check = felt.check(FeltQuantity.PERIOD, period_s, 2.0 * measured, c)
            yield replace(check, also_asked=(1.0 / period_s,), also_plays=(0.5 / measured,))


def check_friction(step: Friction, felt: FeltTurn) -> Iterator[Check]:
    """A roller that moves to and fro across the middle of the zone."""
    for c in rollers(felt):
        yield from _check_to_and_fro(felt, c, step.intensity_pct, step.rate_hz)
        yield felt.check(FeltQuantity.DURATION, step.seconds, time_above(felt.curve(c), 0.0), c)
        pieces = _strokes(felt, c)
        places = [x for piece in pieces for _, x in piece]
        if 2.0 * step.seconds * step.rate_hz >= 1.0 or any(len(piece) > 2 for piece in pieces):
            yield felt.check(FeltQuantity.WIDTH, step.width_cm, max(places) - min(places) if places else 0.0, c)


def _check_to_and_fro(felt: FeltTurn, c: Channel, intensity: float, rate_hz: float) -> Iterator[Check]:
    """Intensity, rate and pauses."""
    yield felt.check(FeltQuantity.INTENSITY, intensity, highest(felt.curve(c)), c)
    yield from _check_pauses(felt, c)
    for piece in _strokes(felt, c):
        for half_s in _halves(felt, c, piece):
            rate = felt.check(FeltQuantity.RATE, rate_hz, 0.5 / _within_a_tick(half_s, 0.5 / rate_hz), c)
            yield replace(rate, also_plays=(0.5 / half_s,), is_detail=len(piece) == 2)


def _halves(felt: FeltTurn, c: Channel, piece: Sequence[Point]) -> list[float]:
    """How long each stroke takes, in seconds. The last may be cut short; a single one is scaled by its speed."""
    if len(piece) != 2:
        return [max(t1 - t0, 1.0) / 1000.0 for (t0, _), (t1, _) in pairwise(piece[:-1])]
    ((t0, x0), (t1, x1)), mount = piece, c.actuator
    whole = shared_cm(stretch_of(felt.step), (mount.from_cm, mount.to_cm))
    way = felt.step.width_cm if isinstance(felt.step, Friction) else whole
    return [max(t1 - t0, 1.0) / 1000.0 * way / abs(x1 - x0)]


def _within_a_tick(measured_s: float, asked_s: float) -> float:
    """The measured time moved by up to one tick towards the one asked for: every reversal falls on a whole tick."""
    return asked_s + max(0.0, measured_s - asked_s - TICK_S) + min(0.0, measured_s - asked_s + TICK_S)


def _check_pauses(felt: FeltTurn, c: Channel) -> Iterator[Check]:
    """How long a roller pauses between two pieces."""
    yield from (felt.check(FeltQuantity.REST, 0.0, (b[0] - a[1]) / 1000.0, c) for a, b in pairwise(_pieces(felt, c)))


def _pieces(felt: FeltTurn, c: Channel) -> list[tuple[float, float]]:
    """The spans in which a roller presses without a pause."""
    begin, end = felt.played.start, felt.played.until
    spans = felt.schedule.tracks[c.index].spans(0.0)
    return [(max(a, begin), min(b, end)) for a, b in spans if a < end and b > begin]


def _strokes(felt: FeltTurn, c: Channel) -> list[list[Point]]:
    """The end points of every stroke to and fro while the roller presses, piece by piece."""
    track = felt.schedule.tracks[felt.companion(c).index]
    return [_ends(curve_between(track, begin, end)) for begin, end in _pieces(felt, c)]


def _ends(points: Sequence[Point]) -> list[Point]:
    """The points of reversal, with the start and the end."""
    moves = [(a, b) for a, b in pairwise(points) if a[1] != b[1]]
    ends = [b for (a, b), (_, c) in pairwise(moves) if _turns(a, b, c)]
    return [moves[0][0], *ends, moves[-1][1]] if moves else list(points[:1])


def _turns(a: Point, b: Point, c: Point) -> bool:
    return (b[1] - a[1]) * (c[1] - b[1]) < 0.0
