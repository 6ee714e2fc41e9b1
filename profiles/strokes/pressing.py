"""Pressing one spot, as far as a device can: what it does it with, and how that goes."""

from collections.abc import Iterable, Iterator

from legato.profiles.compile_context import chambers
from legato.profiles.device import Channel, Device, Motor, Roller
from legato.profiles.run_limits import bursts
from legato.profiles.segments import TICKS_PER_S, Segment
from legato.profiles.steps import Friction, Percuss, Press
from legato.profiles.stroke_ledger import Clip
from legato.profiles.stroke_reach import places, runs_down
from legato.profiles.strokes import driven
from legato.profiles.strokes.stroke_context import StrokeContext
from legato.profiles.words import face_word, figure


def means_of(cast: Iterable[Channel]) -> str:
    """What presses: `a broad hold`, `a percussion head`, `a roller`."""
    first = next(iter(cast)).actuator
    if isinstance(first, Roller):
        return "a roller"
    return "a percussion head" if isinstance(first, Motor) else "a broad hold"


def breadths(cast: Iterable[Channel], device: Device) -> Iterator[tuple[tuple[Channel, ...], str]]:
    """Why it is no single spot, for those of the channels together of which that is the same."""
    found: dict[str, list[Channel]] = {}
    for c in cast:
        why = f"that is the most local that {device.name} has there"
        if chambers((c,)):
            length = c.actuator.to_cm - c.actuator.from_cm
            why = f"air presses all that its chamber covers: {length:g} cm long, {face_word(c.actuator.face)}"
        found.setdefault(why, []).append(c)
    yield from ((tuple(some), why) for why, some in found.items())


def press(step: Press, stroke: StrokeContext) -> list[Segment]:
    """A roller or a percussion head for its time; of chambers one after the other, slowly up, held, and slowly down."""
    for other in step.others:
        match other, stroke.cast[0].actuator:
            case Friction(), Roller():
                return stroke.spaced(driven.friction(other, stroke), step.rest_s)
            case Percuss(), Motor():
                return stroke.spaced(driven.shake(other, stroke), step.rest_s)
    line = [c for place in places(stroke.cast, down=runs_down(step)) for c in place]
    return stroke.spaced([_alone(step, stroke, c) for c in line], step.rest_s)


def _alone(step: Press, stroke: StrokeContext, channel: Channel) -> Segment:
    mmhg = stroke.press(channel, step.pressure_mmhg)
    whole = _eased(step, stroke, channel.index, mmhg, step.seconds)
    rule = stroke.context.rules[channel.index]
    run = next((b.end - b.run_from for b in bursts(whole.curves[channel.index], rule) if b.run_from is not None), 0)
    plays_s = step.seconds - (run - rule.most_ticks) / TICKS_PER_S
    if not 0.0 < plays_s < step.seconds:
        return whole
    asked, plays = (f"{figure(seconds)} s in one piece" for seconds in (step.seconds, plays_s))
    stroke.ledger.shorten(Clip(stroke.step, channel, asked, plays, rule.limit.why), step.seconds, plays_s)
    return _eased(step, stroke, channel.index, mmhg, plays_s)


def _eased(step: Press, stroke: StrokeContext, i: int, mmhg: float, seconds: float) -> Segment:
    """A press that is held for `seconds`; where a limit leaves less it is held for less, and not let go of suddenly."""
    level, full = stroke.levels[i], max(step.ease_s, stroke.rise_s({i: mmhg}))
    free = full + seconds
    gone = free + max(step.ease_s, stroke.fall_s(i, mmhg))
    return Segment.of({i: [(0.0, level), (full, mmhg), (free, mmhg), (gone, stroke.floor_mmhg)]})
