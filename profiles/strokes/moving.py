"""Strokes that travel: glide and wave, crests of pressure that run along the leg.

A chamber rises while the crest comes towards it, is full while the crest's centre is inside, and lets go behind it: it
begins to fall only when the next one is fully pressed. Rollers travel along with the crest: they are where it enters
their stretch when it does.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from legato.profiles.device import Channel, Roller
from legato.profiles.segments import TICKS_PER_S, Points, Segment
from legato.profiles.steps import Glide, Wave
from legato.profiles.stroke_ledger import FAINT_MMHG
from legato.profiles.stroke_reach import Place, Stretch, is_behind_knee, places, runs_down, stretch_of, zones_of_place
from legato.profiles.strokes.behind_knee import rise_s
from legato.profiles.strokes.rolling import approach_s, follow
from legato.profiles.strokes.stroke_context import NOTICED, StrokeContext
from legato.profiles.words import figure

FAINT_PCT = 2.0
"""Nobody feels a roller that presses with no more ([E] estimate)."""

Crest = dict[int, Points]


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """How many seconds lie between two crests, and what asks for it."""

    seconds: float
    why: str


@dataclass(frozen=True, slots=True)
class Transit:
    """When the crest comes near a place, enters it and leaves it, in seconds from when anything begins to move."""

    near_s: float
    enter_s: float
    leave_s: float


def glide(step: Glide, stroke: StrokeContext) -> list[Segment]:
    """One crest along the stretch, `times` over."""
    _report_speed(step, stroke)
    first, later = (Segment.of(_crest(step, s, step.pressure_mmhg)) for s in (stroke, stroke.settled()))
    return stroke.spaced([first, *[later] * (step.times - 1)], step.rest_s)


def wave(step: Wave, stroke: StrokeContext) -> list[Segment]:
    """Crests follow each other evenly: the next one starts when the last is half way along the stroke.

    It starts later where a chamber or a roller would serve two crests at once, or a chamber would be pressed too long
    without a break.
    """
    _report_speed(step, stroke)
    crests = _crests(step, stroke)
    firmest = crests[0] if step.pressure_mmhg == step.highest_mmhg else crests[-1]
    asked_s = _half_way_s(step, stroke, 1.0 / step.speed_cm_s) + step.rest_s
    gap = max(
        Gap(_half_way_s(step, stroke, _pace(step, stroke)) + step.rest_s, stroke.ledger.slow_why),
        *(Gap(_dwell_s(points), _one_at_a_time(stroke, channel)) for channel, points in firmest.items()),
    )
    while (wider := max(_gaps_with_breaks(step, stroke, firmest, gap.seconds), default=gap)).seconds > gap.seconds:
        gap = wider
    if gap.seconds > asked_s * NOTICED and any(a and b for a, b in pairwise(_is_felt(stroke, one) for one in crests)):
        stroke.change(f"every {figure(asked_s)} s", f"every {figure(gap.seconds)} s", gap.why)
    return stroke.spaced([Segment.of(_train(crests, gap.seconds))], step.rest_s)


def _is_felt(stroke: StrokeContext, crest: Crest) -> bool:
    """Whether anybody could tell when a crest comes."""
    return any(
        max(value for _, value in crest[c.index]) > (FAINT_MMHG if c.index in stroke.levels else FAINT_PCT)
        for c in stroke.cast
    )


def _gaps_with_breaks(step: Wave, stroke: StrokeContext, crest: Crest, gap_s: float) -> Iterator[Gap]:
    """How far apart crests must be for chambers that would be pressed too long if they were `gap_s` apart."""
    for channel in crest.keys() & stroke.levels.keys():
        rule, dwell_s = stroke.context.rules[channel], _dwell_s(crest[channel])
        apart_s = dwell_s + rule.break_ticks / TICKS_PER_S
        is_run = max(mmhg for _, mmhg in crest[channel]) > rule.above
        if is_run and gap_s < apart_s and (step.times - 1) * gap_s + dwell_s > rule.most_ticks / TICKS_PER_S:
            yield Gap(apart_s, rule.limit.why)


def _dwell_s(points: Points) -> float:
    """How long one crest keeps a channel busy."""
    return points[-1][0] - points[1][0]


def _one_at_a_time(stroke: StrokeContext, channel: int) -> str:
    return f"a {stroke.context.device.channels[channel].actuator.kind} serves one crest at a time"


def _half_way_s(step: Glide | Wave, stroke: StrokeContext, pace: float) -> float:
    """When a crest that starts at 0 is in the middle of the stroke, at a pace in s/cm."""
    low, high = stretch_of(step)
    line = places(stroke.cast, down=runs_down(step))
    return max(0.0, (high - low) / 2.0 * pace - _start_s(step, stroke, line, pace))


def _report_speed(step: Glide | Wave, stroke: StrokeContext) -> None:
    if stroke.stretch > 1.0 and not _is_behind_alone(stroke):
        speeds = (step.speed_cm_s, step.speed_cm_s / stroke.stretch)
        stroke.change(*(f"{speed:.1f} cm/s" if speed >= 1.0 else f"{figure(speed)} cm/s" for speed in speeds))


def _crests(step: Wave, stroke: StrokeContext) -> list[Crest]:
    """One crest for each of `times`, going evenly from the first pressure to the last."""
    end = step.pressure_mmhg if step.end_pressure_mmhg is None else step.end_pressure_mmhg
    share = (end - step.pressure_mmhg) / max(1, step.times - 1)
    first, settled = _crest(step, stroke, step.pressure_mmhg), stroke.settled()
    if not share:
        return [first, *[_crest(step, settled, end)] * (step.times - 1)]
    return [first, *(_crest(step, settled, step.pressure_mmhg + share * i) for i in range(1, step.times))]


def _crest(step: Glide | Wave, stroke: StrokeContext, mmhg: float) -> Crest:
    line = places(stroke.cast, down=runs_down(step))
    curves: Crest = {}
    for place, transit in zip(line, _transits(step, stroke, line), strict=True):
        for c in place:
            if isinstance(c.actuator, Roller):
                curves |= follow(stroke, c, mmhg, transit, down=runs_down(step))
            else:
                eased = step.eased(mmhg, *zones_of_place(place))
                near_s = _near_s(stroke, c, transit.near_s, transit.enter_s)
                curves[c.index] = _pass_over(stroke, c.index, stroke.press(c, eased), replace(transit, near_s=near_s))
    return curves


def _pass_over(stroke: StrokeContext, channel: int, mmhg: float, transit: Transit) -> Points:
    """Up while the crest comes, full while it is inside, down in half that time or as fast as the vent can."""
    points = stroke.push(channel, mmhg, transit.near_s, transit.enter_s, transit.leave_s)
    fall_s = max(points[-1][0] - transit.leave_s, (transit.leave_s - transit.enter_s) / 2.0)
    points[-1] = (transit.leave_s + fall_s, points[-1][1])
    return points


def _transits(step: Glide | Wave, stroke: StrokeContext, line: list[Place]) -> list[Transit]:
    """How the crest's centre travels through the places."""
    spans = _spans(step, line)
    pace = _pace(step, stroke)
    start_s = _start_s(step, stroke, line, pace)
    return [
        Transit(_near_cm(spans, i) * pace - start_s, enter * pace - start_s, leave * pace - start_s)
        for i, (enter, leave) in enumerate(spans)
    ]


def _pace(step: Glide | Wave, stroke: StrokeContext) -> float:
    """How long a crest takes for a cm, in s; where it presses the back of the knee alone, as long as was asked.

    It would not stay there for longer than it may if it were slower, and would only be let go of sooner.
    """
    return (1.0 if _is_behind_alone(stroke) else stroke.stretch) / step.speed_cm_s


def _is_behind_alone(stroke: StrokeContext) -> bool:
    return all(is_behind_knee(c.actuator, stroke.context.device) for c in stroke.cast)


def _start_s(step: Glide | Wave, stroke: StrokeContext, line: list[Place], pace: float) -> float:
    """When the crest starts if its centre is where the stroke begins at 0, at a pace in s/cm.

    It starts with what has to move first: a chamber that begins to feel it, or a roller on its way to meet it.
    """
    spans = _spans(step, line)
    return min(
        enter * pace - approach_s(step, c, down=runs_down(step))
        if isinstance(c.actuator, Roller)
        else _near_s(stroke, c, _near_cm(spans, i) * pace, enter * pace)
        for i, (place, (enter, _)) in enumerate(zip(line, spans, strict=True))
        for c in place
    )


def _spans(step: Glide | Wave, line: list[Place]) -> list[Stretch]:
    """The part of the stroke that lies in each place, in cm from where the stroke begins."""
    return [_along(step, (place[0].actuator.from_cm, place[0].actuator.to_cm)) for place in line]


def _along(step: Glide | Wave, own: Stretch) -> Stretch:
    """The part of the stroke that lies in an actuator, in cm from where the stroke begins, in its direction."""
    low, high = stretch_of(step)
    start, end = max(low, own[0]), min(high, own[1])
    return (high - end, high - start) if runs_down(step) else (start - low, end - low)


def _near_cm(spans: list[Stretch], i: int) -> float:
    """Where a place begins to feel the crest: as far ahead as the place before it reaches, half to once its length."""
    start, end = spans[i]
    before = start - spans[i - 1][0] if i else 0.0
    return start - min(max(before, (end - start) / 2.0), end - start)


def _near_s(stroke: StrokeContext, c: Channel, near_s: float, enter_s: float) -> float:
    """When a chamber begins to rise for a crest that comes near its place and enters it: later behind the knee."""
    if _is_behind_alone(stroke):
        return enter_s - rise_s(stroke)
    if is_behind_knee(c.actuator, stroke.context.device):
        return max(near_s, enter_s - rise_s(stroke))
    return near_s


def _train(crests: list[Crest], gap_s: float) -> Crest:
    """The crests one after the other, each `gap_s` behind the last."""
    out: Crest = {channel: list(points) for channel, points in crests[0].items()}
    for i, crest in enumerate(crests[1:], 1):
        for channel, points in crest.items():
            out[channel] += [(t + i * gap_s, v) for t, v in points[1:]]
    return out
