"""First fills: a chamber lies slack until shortly before it is needed, so far as the pump has time for it then."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from legato.profiles.audit.asking import FAINT_MMHG, crests, most
from legato.profiles.audit.curve import CONTACT_MMHG, EXACT
from legato.profiles.audit.figures import Check, FeltQuantity
from legato.profiles.audit.reach import eased, meant, place_of
from legato.profiles.audit.turns import PlayedTurn
from legato.profiles.device import Chamber, Channel
from legato.profiles.schedule import Schedule
from legato.profiles.steps import AnyStep, Repeat, Rest, Say, Stroke, Together, Wave

EARLY_S = 15.0
"""So long before it is needed a chamber may be in contact while its pump does nothing else ([E]: 5 s, and a break)."""

Span = tuple[float, float]


def check_first_fills(played: Sequence[PlayedTurn], schedule: Schedule) -> Iterator[Check]:
    """Every chamber, where the first stroke that means it presses it; what begins with light contact is never early."""
    wanted = {c.index: c for c in schedule.device.channels if isinstance(c.actuator, Chamber)}
    for one in played:
        for stroke in _strokes(one.turn.step):
            own = [c for c in meant(stroke, schedule.device) if wanted.pop(c.index, None)]
            for c in (c for c in own if _first_mmhg(stroke, c) > FAINT_MMHG + 1.0):
                is_early = _idle_s(c, one, schedule) > EARLY_S
                yield Check(one.turn, place_of(c.actuator), FeltQuantity.EARLY, 0.0, float(is_early))


def _first_mmhg(stroke: Stroke, channel: Channel) -> float:
    """What a stroke asks of a chamber the first time."""
    if isinstance(stroke, Wave):
        return eased(stroke, channel.actuator, crests(stroke)[0])
    return most(stroke, channel.actuator)


def _strokes(step: AnyStep) -> Iterator[Stroke]:
    match step:
        case Repeat() | Together():
            for inner in step.steps:
                yield from _strokes(inner)
        case Say() | Rest():
            return
        case _:
            yield step


def _idle_s(channel: Channel, played: PlayedTurn, schedule: Schedule) -> float:
    """How long it is in contact before it is pressed in this turn, but for when its pump fills something else."""
    spans = schedule.tracks[channel.index].spans(CONTACT_MMHG - EXACT)
    presses = [a for a, b in schedule.tracks[channel.index].spans(FAINT_MMHG) if played.start <= b and a < played.until]
    if not spans or not presses:
        return 0.0
    begin, end = spans[0][0], presses[0]
    busy, now = 0.0, begin
    for a, b in sorted(_filling(channel, schedule)):
        busy += max(0.0, min(b, end) - max(a, now))
        now = max(now, b)
    return (end - begin - busy) / 1000.0


def _filling(channel: Channel, schedule: Schedule) -> Iterator[Span]:
    """When any chamber on the same pump rises."""
    for c, track in zip(schedule.device.channels, schedule.tracks, strict=True):
        if isinstance(c.actuator, Chamber) and c.actuator.pump == getattr(channel.actuator, "pump", None):
            for (t0, v0), (t1, v1) in pairwise(zip(track.times, track.values, strict=True)):
                if v1 > v0:
                    yield t0, t1
