"""What motors, heaters and coolers do."""

from collections.abc import Iterator

from legato.profiles.audit.by_hand import check_by_hand, questions
from legato.profiles.audit.curve import cut, highest, time_above
from legato.profiles.audit.felt import FeltTurn
from legato.profiles.audit.figures import Check, FeltQuantity
from legato.profiles.device import Channel
from legato.profiles.schedule import Cue
from legato.profiles.steps import Cool, Heat, Percuss, Vibrate


def check_motor(step: Percuss | Vibrate, felt: FeltTurn) -> Iterator[Check]:
    """How hard, how fast and how long a motor goes."""
    for c in _moving(felt):
        curve = felt.curve(c)
        yield felt.check(FeltQuantity.INTENSITY, step.intensity_pct, highest(curve), c)
        yield from _lasting(felt, c, step.seconds)
        on = [t for t, v in curve if v > 0.0]
        rates = [v for t, v in cut(felt.schedule.tracks[felt.companion(c).index], on[0], on[-1]) if t < on[-1]]
        yield from (felt.check(FeltQuantity.RATE, step.rate_hz, rate, c) for rate in {min(rates), max(rates)})


def check_temperature(step: Heat | Cool, felt: FeltTurn) -> Iterator[Check]:
    """How warm or cold, and how long; what a person lays on has its time from the answer on."""
    for c in _moving(felt):
        yield felt.check(FeltQuantity.TEMPERATURE, step.temp_c, highest(felt.curve(c)), c)
        yield from _lasting(felt, c, step.seconds, questions(step, felt)[0])
    yield from check_by_hand(step, felt)


def _lasting(felt: FeltTurn, c: Channel, seconds: float, answered: Cue | None = None) -> Iterator[Check]:
    curve = felt.curve(c)
    start = felt.played.start if answered is None else answered.session_ms
    begin = next((t for t, v in reversed(curve) if v <= 0.0 and t <= _first_on(felt, c)), start)
    yield felt.check(FeltQuantity.REST, 0.0, (begin - start) / 1000.0, c)
    yield felt.check(FeltQuantity.DURATION, seconds, time_above(curve, 0.0), c)


def _first_on(felt: FeltTurn, c: Channel) -> float:
    return next(t for t, v in felt.curve(c) if v > 0.0)


def _moving(felt: FeltTurn) -> list[Channel]:
    return [c for c in felt.cast if felt.moved(c)]
