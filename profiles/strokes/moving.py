"""Strokes that travel: glide and wave, crests of pressure that run along the leg.

A chamber rises while the crest comes towards it, is full while the crest's centre is inside, and lets go behind it: it
begins to fall only when the next one is fully pressed. Rollers travel along with the crest.
"""

from dataclasses import dataclass

from profiles.device import Roller
from profiles.steps import Glide, Wave
from profiles.strokes.field import Place, Stretch, places, runs_down, stretch_of, zones_of_place
from profiles.strokes.passes import Pass, Points, between
from profiles.strokes.rolling import follow
from profiles.strokes.stage import Stage

Crest = dict[int, Points]


@dataclass(frozen=True, slots=True)
class Transit:
    """When the crest comes near a place, enters it and leaves it, in seconds from the start of the stroke."""

    near_s: float
    enter_s: float
    leave_s: float


def glide(step: Glide, stage: Stage) -> list[Pass]:
    """One crest along the stretch, `times` over."""
    first, later = (Pass.of(_crest(step, s, step.pressure_mmhg)) for s in (stage, stage.settled()))
    return between([first, *[later] * (step.times - 1)], step.rest_s)


def wave(step: Wave, stage: Stage) -> list[Pass]:
    """Crests follow each other: the next one starts when the last is half way, and no chamber serves two at once."""
    crests = _crests(step, stage)
    gap_s = max(_travel_s(crests[0]) / 2.0, *(p[-1][0] - p[1][0] for p in crests[0].values())) + step.rest_s
    size = _crests_in_a_run(stage, crests[0], gap_s)
    return [Pass.of(_train(crests[i : i + size], gap_s)) for i in range(0, step.times, size)]


def _crests(step: Wave, stage: Stage) -> list[Crest]:
    """One crest for each of `times`, going evenly from the first pressure to the last."""
    end = step.pressure_mmhg if step.end_pressure_mmhg is None else step.end_pressure_mmhg
    share = (end - step.pressure_mmhg) / max(1, step.times - 1)
    first, settled = _crest(step, stage, step.pressure_mmhg), stage.settled()
    if not share:
        return [first, *[_crest(step, settled, end)] * (step.times - 1)]
    return [first, *(_crest(step, settled, step.pressure_mmhg + share * i) for i in range(1, step.times))]


def _crest(step: Glide | Wave, stage: Stage, mmhg: float) -> Crest:
    line = places(stage.cast, down=runs_down(step))
    curves: Crest = {}
    for place, transit in zip(line, _transits(step, stage, line), strict=True):
        for c in place:
            if isinstance(c.actuator, Roller):
                curves |= follow(stage, c, mmhg, transit, down=runs_down(step))
            else:
                eased = step.eased(mmhg, *zones_of_place(place))
                curves[c.index] = _pass_over(stage, c.index, stage.press(c, eased), transit)
    return curves


def _pass_over(stage: Stage, channel: int, mmhg: float, transit: Transit) -> Points:
    """Up while the crest comes, full while it is inside, down in half that time or as fast as the vent can."""
    points = stage.push(channel, mmhg, transit.near_s, transit.enter_s, transit.leave_s)
    fall_s = max(points[-1][0] - transit.leave_s, (transit.leave_s - transit.enter_s) / 2.0)
    points[-1] = (transit.leave_s + fall_s, points[-1][1])
    return points


def _transits(step: Glide | Wave, stage: Stage, line: list[Place]) -> list[Transit]:
    """How the crest's centre travels through the places; it starts where the first one begins to feel it."""
    spans = [_along(step, (place[0].actuator.from_cm, place[0].actuator.to_cm)) for place in line]
    near = [start - _lead_cm(spans, i) for i, (start, _) in enumerate(spans)]
    pace = stage.stretch / step.speed_cm_s
    return [
        Transit((n - near[0]) * pace, (start - near[0]) * pace, (end - near[0]) * pace)
        for n, (start, end) in zip(near, spans, strict=True)
    ]


def _along(step: Glide | Wave, own: Stretch) -> Stretch:
    """The part of the stroke that lies in an actuator, in cm from where the stroke begins, in its direction."""
    low, high = stretch_of(step)
    start, end = max(low, own[0]), min(high, own[1])
    return (high - end, high - start) if runs_down(step) else (start - low, end - low)


def _lead_cm(spans: list[Stretch], i: int) -> float:
    """How far ahead a place feels the crest: as far as the place before it reaches, half to once its own length."""
    start, end = spans[i]
    before = start - spans[i - 1][0] if i else 0.0
    return min(max(before, (end - start) / 2.0), end - start)


def _travel_s(crest: Crest) -> float:
    return max(points[-1][0] for points in crest.values())


def _crests_in_a_run(stage: Stage, crest: Crest, gap_s: float) -> int:
    """How many crests may follow each other before a chamber needs a break from pressure."""
    most = 500
    for channel in crest.keys() & stage.levels.keys():
        width_s = crest[channel][-1][0] - crest[channel][1][0]
        rule = stage.rig.rules[channel]
        if gap_s - width_s < rule.break_s:
            most = min(most, 1 + int(max(0.0, rule.limit.value - width_s) / gap_s))
    return most


def _train(crests: list[Crest], gap_s: float) -> Crest:
    """The crests one after the other, each `gap_s` behind the last."""
    out: Crest = {channel: list(points) for channel, points in crests[0].items()}
    for i, crest in enumerate(crests[1:], 1):
        for channel, points in crest.items():
            out[channel] += [(t + i * gap_s, v) for t, v in points[1:]]
    return out
