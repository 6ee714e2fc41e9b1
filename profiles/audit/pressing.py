"""One spot that is pressed until it gives: by a roller, a percussion head, or one chamber after the other."""

from collections.abc import Iterator

from legato.profiles.audit.curve import FeltPress as Pressed
from legato.profiles.audit.curve import highest
from legato.profiles.audit.felt import FeltTurn, PressTime, rests_between, timed
from legato.profiles.audit.figures import SPOTS, Check, FeltQuantity
from legato.profiles.audit.reach import meant
from legato.profiles.audit.static import check_faint_times, check_pressure
from legato.profiles.audit.turns import PlayedTurn
from legato.profiles.device import Channel, Motor, Roller
from legato.profiles.schedule import Schedule
from legato.profiles.steps import Press, Stroke

BROAD, STRUCK, RUBBED = 0.0, 0.25, 0.5

CUT_S = 0.05
"""What is not cut lasts as long as it was asked to, on whole control ticks."""


def as_felt(step: Stroke, played: PlayedTurn, schedule: Schedule) -> Stroke:
    """What a press is: the rubbing or striking that moves in its time, else one of air; with the words that it says."""
    if not isinstance(step, Press):
        return step
    found = (other for other in step.others if _moves(other, played, schedule))
    one = next(found, step)
    means = SPOTS[{"friction": RUBBED, "percuss": STRUCK, "press": BROAD}[one.do]]
    return one.model_copy(update={"cue": f"{means.capitalize()}. {step.cue}" if step.cue else ""})


def check_spot(felt: FeltTurn) -> Iterator[Check]:
    """What presses one spot."""
    for c in felt.cast if isinstance(felt.played.turn.step, Press) else ():
        if felt.moved(c):
            yield felt.check(FeltQuantity.SPOT, 1.0, _means(c), c)


def check_press(step: Press, felt: FeltTurn) -> Iterator[Check]:
    """One chamber after the other, left before right: slowly up, held, slowly down, and a rest."""
    yield from check_pressure(felt, lambda _: step.pressure_mmhg, 1)
    line = [c for place in felt.places for c in sorted(place, key=lambda c: c.index) if c in felt.firm]
    own = [(c, press) for c in line for press in felt.presses[c.index]]
    for c, press in own:
        yield timed(felt, c, press, step.seconds)
        for ramp_ms in _eased(step, press):
            yield felt.check(FeltQuantity.EASE, step.ease_s, min(step.ease_s, ramp_ms / 1000.0), c)
    yield from check_faint_times(felt, 1, lambda *_: step.seconds)
    yield from rests_between(felt, [PressTime(press.rise, press.gone) for _, press in own], step.rest_s)


def _eased(step: Press, press: Pressed) -> tuple[float, ...]:
    """How long it comes and goes, in ms. What a limit cuts short, by however little, is let go of at once."""
    is_cut = press.on_s < step.seconds - CUT_S
    return () if is_cut else (press.full - press.rise, press.gone - press.free)


def _moves(step: Stroke, played: PlayedTurn, schedule: Schedule) -> bool:
    own = meant(step, schedule.device)
    return any(highest(FeltTurn(step, played, schedule).curve(c)) > 0.0 for c in own)


def _means(channel: Channel) -> float:
    if isinstance(channel.actuator, Roller):
        return RUBBED
    return STRUCK if isinstance(channel.actuator, Motor) else BROAD
