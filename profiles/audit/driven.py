"""Motors, heaters and coolers."""

from collections.abc import Iterator

from legato.profiles.audit.by_hand import check_by_hand, questions
from legato.profiles.audit.checks import Check, FeltQuantity
from legato.profiles.audit.curve import curve_between, highest, time_above
from legato.profiles.audit.felt_turn import FeltTurn
from legato.profiles.device import Channel
from legato.profiles.schedule import Cue
from legato.profiles.steps import Cool, Heat, Percuss, Vibrate


def check_motor(step: Percuss | Vibrate, felt: FeltTurn) -> Iterator[Check]:
    """The intensity, rate and duration of each motor."""
    for c in _running(felt):
        curve = felt.curve(c)
        yield felt.check(FeltQuantity.INTENSITY, step.intensity_pct, highest(curve), c)
        yield from _check_duration(felt, c, step.seconds)
        on = [t for t, v in curve if v > 0.0]
        rates = [
            v for t, v in curve_between(felt.schedule.tracks[felt.companion(c).index], on[0], on[-1]) if t < on[-1]
        ]
        yield from (felt.check(FeltQuantity.RATE, step.rate_hz, rate, c) for rate in {min(rates), max(rates)})


def check_temperature(step: Heat | Cool, felt: FeltTurn) -> Iterator[Check]:
    """The temperature and duration of each heater or cooler; by hand, the time counts from the person's answer."""
    for c in _running(felt):
        yield felt.check(FeltQuantity.TEMPERATURE, step.temp_c, highest(felt.curve(c)), c)
        yield from _check_duration(felt, c, step.seconds, questions(step, felt)[0])
    yield from check_by_hand(step, felt)


def _check_duration(felt: FeltTurn, c: Channel, seconds: float, answered: Cue | None = None) -> Iterator[Check]:
    curve = felt.curve(c)
    start = felt.played.start if answered is None else answered.session_ms
    begin = next((t for t, v in reversed(curve) if v <= 0.0 and t <= _first_on(felt, c)), start)
    yield felt.check(FeltQuantity.REST, 0.0, (begin - start) / 1000.0, c)
    yield felt.check(FeltQuantity.DURATION, seconds, time_above(curve, 0.0), c)


def _first_on(felt: FeltTurn, c: Channel) -> float:
    return next(t for t, v in felt.curve(c) if v > 0.0)


def _running(felt: FeltTurn) -> list[Channel]:
    return [c for c in felt.addressed if felt.is_felt(c)]
