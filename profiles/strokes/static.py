"""Strokes that stay where they are: hold, pulse and sequence."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from legato.profiles.device import Mount
from legato.profiles.hold_limiter import limit_holds
from legato.profiles.refusal import CompileError
from legato.profiles.reverse_gradient import REVERSE_MMHG
from legato.profiles.segments import Points, Segment
from legato.profiles.steps import Hold, Pulse, Sequence
from legato.profiles.stroke_reach import Place, places, runs_down, zones_of_place
from legato.profiles.strokes.gradient import zones_from
from legato.profiles.strokes.stroke_context import StrokeContext, pressed
from legato.profiles.words import zone_word


@dataclass(frozen=True, slots=True)
class Aim:
    """What a place is to get: target by channel; `held_down` where it gets less than its neighbours on purpose."""

    mount: Mount
    targets: dict[int, float]
    held_down: bool

    @property
    def mmhg(self) -> float:
        return max(self.targets.values())


def hold(step: Hold, stroke: StrokeContext) -> list[Segment]:
    """All together up, held for `seconds`, and down."""
    first, later = (_press(s, pressed(s, s.cast, step.pressure_mmhg), step.seconds) for s in (stroke, stroke.settled()))
    return stroke.spaced([first, *[later] * (step.times - 1)], step.rest_s)


def pulse(step: Pulse, stroke: StrokeContext) -> list[Segment]:
    """All together on for `on_s` in every period; the period grows where the air needs longer."""
    first, later = (_press(s, pressed(s, s.cast, step.pressure_mmhg), step.on_s) for s in (stroke, stroke.settled()))
    out: list[Segment] = []
    for one in limit_holds(stroke.context, step, [first, *[later] * (step.times - 1)], stroke.ledger):
        out += [one, Segment.rest(max(0.0, step.period_s - one.seconds))]
    return out if stroke.is_followed else out[:-1]


def sequence(step: Sequence, stroke: StrokeContext) -> list[Segment]:
    """Place after place up to its own pressure, all held, all released together."""
    aims = _graded(step, stroke)
    refuse_reverse(aims)
    first, later = (_one_by_one(s, aims, step.hold_s) for s in (stroke, stroke.settled()))
    return stroke.spaced([first, *[later] * (step.times - 1)], step.rest_s)


def refuse_reverse(aims: list[Aim]) -> None:
    """Refuse zones held together of which an upper one is pressed clearly more than the one below.

    Zones that are held down, as the knee by its cap, are skipped: the nearest others are compared.

    Raises:
        CompileError: a reverse step over `REVERSE_MMHG`.
    """
    free = sorted((aim for aim in aims if not aim.held_down), key=lambda aim: aim.mount.from_cm)
    for below, above in pairwise(free):
        if above.mmhg - below.mmhg > REVERSE_MMHG:
            low, high = (f"{zone_word(aim.mount.zone)} at {aim.mmhg:g} mmHg" for aim in (below, above))
            hint = f"going up, pressure may grow by at most {REVERSE_MMHG:g} mmHg; begin at the sole"
            raise CompileError(f"the {high} is held together with the {low} below it", hint)


def _press(stroke: StrokeContext, targets: Mapping[int, float], seconds: float) -> Segment:
    full = stroke.rise_s(targets)
    return Segment.of({i: stroke.push(i, mmhg, 0.0, full, full + seconds) for i, mmhg in targets.items()})


def _one_by_one(stroke: StrokeContext, aims: list[Aim], hold_s: float) -> Segment:
    starts = [0.0]
    for aim in aims:
        starts.append(starts[-1] + stroke.rise_s(aim.targets))
    free = starts[-1] + hold_s
    curves: dict[int, Points] = {}
    for aim, (start, full) in zip(aims, pairwise(starts), strict=True):
        curves |= {c: stroke.push(c, mmhg, start, full, free) for c, mmhg in aim.targets.items()}
    return Segment.of(curves)


def _graded(step: Sequence, stroke: StrokeContext) -> list[Aim]:
    """Each place gets `step_mmhg` less for every zone that it lies beyond the first one."""
    aims: list[Aim] = []
    for place in places(stroke.cast, down=runs_down(step)):
        mount = place[0].actuator
        mmhg = max(0.0, step.pressure_mmhg - step.step_mmhg * zones_from(step.from_, mount, down=runs_down(step)))
        eased = step.eased(mmhg, *zones_of_place(place))
        aim = aim_at(stroke, place, eased)
        aims.append(replace(aim, held_down=aim.held_down or eased < mmhg))
    return aims


def aim_at(stroke: StrokeContext, place: Place, mmhg: float) -> Aim:
    """What a place gets of `mmhg`; it is held down if its own cap, tighter than those of others, cuts it."""
    targets = pressed(stroke, place, mmhg)
    loosest = max(stroke.context.cap(c.index).value for c in stroke.cast)
    held_down = any(stroke.context.cap(c.index).value < min(mmhg, loosest) for c in place)
    return Aim(place[0].actuator, targets, held_down)
