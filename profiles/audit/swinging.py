"""Periodic pressure between two levels: kneading, and what circles share with it."""

from collections.abc import Iterator
from itertools import pairwise

from legato.profiles.audit.checks import ALL, Check, FeltQuantity
from legato.profiles.audit.curve import CONTACT_MMHG, EXACT, REVERSAL, FeltPress, curve_between
from legato.profiles.audit.expected_pressure import FAINT_MMHG
from legato.profiles.audit.felt_turn import FeltTurn, rest_check
from legato.profiles.audit.rolling import check_rolling_knead
from legato.profiles.audit.static import check_faint
from legato.profiles.device import Channel
from legato.profiles.steps import Knead

LATE_S = 0.511
"""A cycle longer by no more than this counts as regular: the tolerance of times, and a tick for rounding."""

FLAT_MMHG = 4.0
"""A smaller swing can hardly be felt; its rate is not checked."""


def check_knead(step: Knead, felt: FeltTurn) -> Iterator[Check]:
    """Neighbours alternate between two pressures, at the rate and for the time that the step asks for."""
    swings = step.pressure_mmhg - step.low_mmhg >= FLAT_MMHG
    for c in felt.chambers:
        yield from check_pressure_range(felt, c, step.pressure_mmhg, min(step.low_mmhg, step.pressure_mmhg))
        yield from check_cycles(felt, c, step.low_mmhg, 1.0 / step.rate_hz, FeltQuantity.RATE)
    if swings:
        yield from _check_phases(felt, 2, step.low_mmhg)
    yield from check_duration(felt, step.seconds)
    yield from check_rolling_knead(felt, step.pressure_mmhg, step.rate_hz, step.seconds)


def check_pressure_range(felt: FeltTurn, c: Channel, high: float, low: float) -> Iterator[Check]:
    """The highest and lowest pressure of each cycle of a chamber."""
    own = felt.presses[c.index]
    if not felt.is_felt(c):
        yield from check_faint(felt, high, c)
        return
    yield from (felt.check(FeltQuantity.PRESSURE, high, p.value, c) for p in own)
    turn = _turn_ms(felt)
    apart = [(a, b) for a, b in pairwise(own) if not is_break(a, b) and not _is_released(a, b, low, turn)]
    yield from (felt.check(FeltQuantity.LOWEST, low, a.after, c) for a, _ in apart)
    if low < CONTACT_MMHG:
        # The release at the very end is not part of the cycle.
        begin = min(felt.played.end - 1.0, own[-1].full) if own else felt.played.start
        swung = curve_between(felt.schedule.tracks[c.index], begin, felt.played.end)
        yield felt.check(FeltQuantity.LOWEST, low, min(v for _, v in swung), c)


def is_break(a: FeltPress, b: FeltPress) -> bool:
    """Whether a chamber stays at contact for a while between two presses."""
    return a.after <= FAINT_MMHG and b.rise - a.gone > 1000.0


def _is_released(a: FeltPress, b: FeltPress, low: float, turn: float | None) -> bool:
    """Whether a chamber falls below its low pressure between two presses, and the cycle takes longer for it."""
    return turn is not None and a.after < low - 1.0 and b.full - a.full > turn + 500.0


def _turn_ms(felt: FeltTurn) -> float | None:
    """How long a cycle takes: the shortest time between two peaks of any chamber, since all share one cycle."""
    return min((b.full - a.full for own in felt.presses.values() for a, b in pairwise(own)), default=None)


def check_cycles(felt: FeltTurn, c: Channel, low: float, asked_s: float, what: FeltQuantity) -> Iterator[Check]:
    """The time from peak to peak. One that is longer because a chamber is released meanwhile is a break.

    A chamber that hardly swings, or cannot because a cap is below its low pressure, has no rate: only its breaks are
    felt, that is, whenever it is at contact, unless that is so in every cycle.
    """
    turn = _turn_ms(felt)
    for a, b in pairwise(felt.presses[c.index]):
        ms, longer = b.full - a.full, (b.full - a.full - (turn or 0.0)) / 1000.0
        pause = (b.rise - a.gone) / 1000.0 if is_break(a, b) else longer
        is_late = longer > LATE_S and a.after <= FAINT_MMHG
        high, is_faint = max(a.value, b.value), c not in felt.firm
        is_level = is_flat(felt, high, low) if low > FAINT_MMHG else high - max(low, felt.floor) <= REVERSAL
        if (is_level and is_break(a, b)) or is_late or _is_released(a, b, low, turn):
            yield Check(
                felt.played.turn, felt.at([c]), FeltQuantity.REST, 0.0, pause, (), (longer,), is_faint and is_level
            )
        elif not is_flat(felt, high, low):
            measured = ms / 1000.0
            figures = (1.0 / asked_s, 1.0 / measured) if what is FeltQuantity.RATE else (asked_s, measured)
            yield felt.check(what, *figures, c)


def is_flat(felt: FeltTurn, high: float, low: float) -> bool:
    return high - max(low, felt.floor) < FLAT_MMHG


def _check_phases(felt: FeltTurn, of: int, low: float) -> Iterator[Check]:
    """Each place follows the one below it by its share of the period, unless it hardly swings."""
    upward = sorted(felt.places, key=lambda place: place[0].actuator.from_cm)
    line = [(number, c, felt.presses[c.index]) for number, place in enumerate(upward) for c in place]
    swinging = [(number, c, own) for number, c, own in line if own and not is_flat(felt, own[0].value, low)]
    periods = [b.full - a.full for _, _, own in swinging for a, b in pairwise(own[:2]) if not is_break(a, b)]
    if not periods:
        return
    period, (below, _, first) = min(periods), swinging[0]
    for number, c, own in swinging:
        asked = (number - below) % of * period / of
        off = (own[0].full - first[0].full - asked + period / 2.0) % period - period / 2.0
        yield Check(felt.played.turn, felt.at([c]), FeltQuantity.TOGETHER, asked / 1000.0, (asked + off) / 1000.0)


def check_duration(felt: FeltTurn, asked_s: float | None) -> Iterator[Check]:
    """The duration, breaks included; and that it starts when its turn starts."""
    own = [p for c in felt.firm for p in felt.presses[c.index]]
    if not own:
        if asked_s is not None and felt.chambers:
            yield felt.check(FeltQuantity.DURATION, asked_s, (felt.played.end - _first_movement(felt)) / 1000.0)
        return
    rise, gone = min(p.rise for p in own), max(p.gone for p in own)
    yield rest_check(felt, 0.0, (rise - felt.played.start) / 1000.0)
    if asked_s is not None:
        also = ((max(gone, felt.away[1]) - rise) / 1000.0,)
        yield Check(felt.played.turn, ALL, FeltQuantity.DURATION, asked_s, (gone - rise) / 1000.0, (), also)


def _first_movement(felt: FeltTurn) -> float:
    """When the first chamber leaves contact, however faintly; the start of the turn if none does."""
    spans = [span for c in felt.chambers for span in felt.schedule.tracks[c.index].spans(CONTACT_MMHG + EXACT)]
    begins = (a for a, _ in spans if felt.played.start <= a < felt.played.end)
    return min(begins, default=felt.played.start)
