"""Circles: the pressure goes round the leg, or the report says what it does instead.

Actuators in front or all around press on the way up, those behind on the way down. The outer side goes with the front,
so that the order at one place is front, outer side, back, inner side.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from legato.profiles.anatomy import Face, Side, faces_meet, sides_meet
from legato.profiles.audit.checks import Check, FeltQuantity
from legato.profiles.audit.coverage import is_faint_at
from legato.profiles.audit.curve import FeltPress
from legato.profiles.audit.expected_pressure import FAINT_MMHG
from legato.profiles.audit.felt_turn import FeltTurn
from legato.profiles.audit.reach import circle_of, lies_in, place_of, shared_cm
from legato.profiles.audit.rolling import check_rolling_circle
from legato.profiles.audit.swinging import FLAT_MMHG, check_cycles, check_duration, check_pressure_range, is_break
from legato.profiles.device import Channel, Roller
from legato.profiles.steps import Circle

ROUND, RIPPLE, IN_A_ROW, TO_AND_FRO = 1.0, 0.0, 0.25, 0.5
"""What a leg gets: a circle, one chamber that rises and falls, chambers in a row, a roller moving to and fro."""

ALIKE = 0.1
"""Peaks closer together than this share of a cycle count as simultaneous."""

_TURN = (Face.AROUND, Face.FRONT, Face.OUTER, Face.BACK, Face.INNER)
_DOWN = (Face.BACK, Face.INNER)


def check_circle(step: Circle, felt: FeltTurn) -> Iterator[Check]:
    """Pressure goes round the chambers within the radius, `times` times."""
    swings = 2.0 * step.ripple_mmhg >= FLAT_MMHG
    for c in felt.chambers:
        high, turns, own = step.pressure_mmhg + step.ripple_mmhg, _turns(step, c), felt.presses[c.index]
        low = max(0.0, (own[0].value if own else high) - 2.0 * step.ripple_mmhg)
        yield from check_pressure_range(felt, c, high, low)
        if swings and high > FAINT_MMHG + 1.0 and felt.is_felt(c):
            yield felt.check(FeltQuantity.TIMES, turns, len(own), c)
            if 0 < len(own) < turns:
                # It rests between the circles that it joins, and the number that it misses is checked already.
                continue
        yield from check_cycles(felt, c, low, step.period_s, FeltQuantity.PERIOD)
    if swings:
        yield from _check_order(felt)
    yield from _check_shapes(felt)
    yield from check_duration(felt, None)
    yield from check_rolling_circle(felt, step.pressure_mmhg, step.period_s)


def _turns(step: Circle, channel: Channel) -> int:
    """How many circles of the step reach a chamber."""
    end = step.radius_cm if step.end_radius_cm is None else step.end_radius_cm
    share = (end - step.radius_cm) / max(1, step.times - 1)
    radii = [step.radius_cm + share * i for i in range(step.times)]
    return sum(lies_in(channel.actuator, circle_of(step, radius)) for radius in radii)


def _chambers_in_order(felt: FeltTurn) -> list[list[Channel]]:
    """The chambers that play, in the order in which a circle reaches them, left and right together."""
    found: dict[tuple[bool, int, int], list[Channel]] = {}
    for height, place in enumerate(sorted(felt.places, key=lambda place: place[0].actuator.from_cm)):
        for c in filter(felt.is_felt, place):
            is_down = c.actuator.face in _DOWN
            key = is_down, -height if is_down else height, _TURN.index(c.actuator.face)
            found.setdefault(key, []).append(c)
    return [found[key] for key in sorted(found)]


def _check_order(felt: FeltTurn) -> Iterator[Check]:
    """Each chamber is full its share of a cycle after the first one, in every cycle that both join."""
    line = _chambers_in_order(felt)
    swinging = [
        (n, c, _full_presses(own)) for n, some in enumerate(line) for c in some if (own := felt.presses[c.index])
    ]
    turns = [b.full - a.full for _, _, own in swinging for a, b in pairwise(own) if not is_break(a, b)]
    if not turns:
        return
    turn, (lowest, _, first) = min(turns), swinging[0]
    for number, c, own in swinging:
        asked = (number - lowest) / len(line) * turn
        for press in own:
            if (before := _last_before(first, press, turn)) is not None:
                off = (press.full - before.full - asked + turn / 2.0) % turn - turn / 2.0
                yield Check(
                    felt.played.turn, felt.at([c]), FeltQuantity.TOGETHER, asked / 1000.0, (asked + off) / 1000.0
                )


def _full_presses(own: Sequence[FeltPress]) -> list[FeltPress]:
    """The presses that are not released on the way up: only these have a known time at which they are full."""
    return [press for press in own if press.value > max(p.value for p in own) - 0.5]


def _last_before(first: Sequence[FeltPress], press: FeltPress, turn: float) -> FeltPress | None:
    """The press of the first chamber in the same cycle: the last one that is full by then, or just after."""
    near = [one for one in first if -ALIKE * turn <= press.full - one.full < turn]
    return near[-1] if near else None


def _check_shapes(felt: FeltTurn) -> Iterator[Check]:
    """Whether pressure goes round each leg."""
    moving = [c for c in felt.addressed if felt.is_felt(c) or is_faint_at(felt.step, c)]
    for leg in sorted({c.actuator.side for c in moving} - {Side.BOTH}) or [Side.BOTH]:
        own = [c for c in moving if sides_meet(c.actuator.side, leg)]
        pressing = [c for c in own if c in felt.chambers]
        for c in own:
            shape = TO_AND_FRO if isinstance(c.actuator, Roller) else _shape(felt, pressing)
            yield Check(felt.played.turn, place_of(c.actuator), FeltQuantity.ROUND, ROUND, shape)


def _shape(felt: FeltTurn, own: Sequence[Channel]) -> float:
    """What these chambers of one leg do."""
    if len(own) == 1:
        return RIPPLE
    facing = [(a, b) for a, b in combinations(own, 2) if _face_each_other(a, b)]
    if not facing:
        return IN_A_ROW
    return ROUND if any(not _are_at_once(felt, a, b) for a, b in facing) else RIPPLE


def _face_each_other(a: Channel, b: Channel) -> bool:
    one, other = a.actuator, b.actuator
    shared = shared_cm((one.from_cm, one.to_cm), (other.from_cm, other.to_cm))
    return shared > 0.0 and not faces_meet(one.face, other.face)


def _are_at_once(felt: FeltTurn, a: Channel, b: Channel) -> bool:
    """Whether every press of the chamber with fewer presses coincides with a press of the other."""
    few, many = sorted((felt.presses[a.index], felt.presses[b.index]), key=len)
    return bool(few) and all(min(abs(p.full - one.full) for one in many) < ALIKE * 1000.0 for p in few)
