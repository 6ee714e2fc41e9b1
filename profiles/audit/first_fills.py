"""First fills: a chamber stays slack until shortly before it is needed, if the pump has time for it then."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from legato.profiles.audit.checks import Check, FeltQuantity
from legato.profiles.audit.curve import CONTACT_MMHG, EXACT
from legato.profiles.audit.expected_pressure import FAINT_MMHG, crest_pressures, highest_asked
from legato.profiles.audit.reach import addressed_channels, limited_at_knee, place_of
from legato.profiles.audit.turns import PlayedTurn
from legato.profiles.device import Chamber, Channel
from legato.profiles.schedule import Schedule
from legato.profiles.steps import AnyStep, Repeat, Rest, Say, Stroke, Together, Wave

EARLY_S = 15.0
"""How long before it is needed a chamber may be in contact while its pump is idle ([E]: 5 s, and a break)."""

Span = tuple[float, float]


def check_first_fills(played: Sequence[PlayedTurn], schedule: Schedule) -> Iterator[Check]:
    """Every chamber, at the first stroke that addresses it; one that starts with light contact is never early."""
    wanted = {c.index: c for c in schedule.device.channels if isinstance(c.actuator, Chamber)}
    for one in played:
        for stroke in _strokes(one.turn.step):
            own = [c for c in addressed_channels(stroke, schedule.device) if wanted.pop(c.index, None)]
            for c in (c for c in own if _first_mmhg(stroke, c) > FAINT_MMHG + 1.0):
                is_early = _idle_s(c, one, schedule) > EARLY_S
                yield Check(one.turn, place_of(c.actuator), FeltQuantity.EARLY, 0.0, float(is_early))


def _first_mmhg(stroke: Stroke, channel: Channel) -> float:
    """The pressure that a stroke first asks of a chamber."""
    if isinstance(stroke, Wave):
        return limited_at_knee(stroke, channel.actuator, crest_pressures(stroke)[0])
    return highest_asked(stroke, channel.actuator)


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
    """How long it is in contact before it presses in this turn, less the time in which its pump fills others."""
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
