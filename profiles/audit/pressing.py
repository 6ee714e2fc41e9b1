"""Pressure on one spot: by a roller, a percussion head, or one chamber after another."""

from collections.abc import Iterator

from legato.profiles.audit.checks import SPOTS, Check, FeltQuantity
from legato.profiles.audit.curve import FeltPress as Pressed
from legato.profiles.audit.curve import highest
from legato.profiles.audit.felt_turn import FeltTurn, PressTime, check_rests_between, on_time_check
from legato.profiles.audit.reach import addressed_channels
from legato.profiles.audit.static import check_faint_times, check_pressure
from legato.profiles.audit.turns import PlayedTurn
from legato.profiles.device import Channel, Motor, Roller
from legato.profiles.schedule import Schedule
from legato.profiles.steps import Press, Stroke

BROAD, STRUCK, RUBBED = 0.0, 0.25, 0.5

CUT_S = 0.05
"""Rounding to control ticks: a press shorter by more than this was cut."""


def as_played(step: Stroke, played: PlayedTurn, schedule: Schedule) -> Stroke:
    """How a press plays: as the friction or percussion that moves in its time, else with air; with its cue."""
    if not isinstance(step, Press):
        return step
    found = (other for other in step.others if _plays(other, played, schedule))
    one = next(found, step)
    means = SPOTS[{"friction": RUBBED, "percuss": STRUCK, "press": BROAD}[one.do]]
    return one.model_copy(update={"cue": f"{means.capitalize()}. {step.cue}" if step.cue else ""})


def check_spot(felt: FeltTurn) -> Iterator[Check]:
    """What presses the spot."""
    for c in felt.addressed if isinstance(felt.played.turn.step, Press) else ():
        if felt.is_felt(c):
            yield felt.check(FeltQuantity.SPOT, 1.0, _spot_means(c), c)


def check_press(step: Press, felt: FeltTurn) -> Iterator[Check]:
    """One chamber after another, left before right: a slow rise, a hold, a slow release, and a rest."""
    yield from check_pressure(felt, lambda _: step.pressure_mmhg, 1)
    line = [c for place in felt.places for c in sorted(place, key=lambda c: c.index) if c in felt.firm]
    own = [(c, press) for c in line for press in felt.presses[c.index]]
    for c, press in own:
        yield on_time_check(felt, c, press, step.seconds)
        for ramp_ms in _ramp_times(step, press):
            yield felt.check(FeltQuantity.EASE, step.ease_s, min(step.ease_s, ramp_ms / 1000.0), c)
    yield from check_faint_times(felt, 1, lambda *_: step.seconds)
    yield from check_rests_between(felt, [PressTime(press.rise, press.gone) for _, press in own], step.rest_s)


def _ramp_times(step: Press, press: Pressed) -> tuple[float, ...]:
    """The times of rise and release in ms; none for a press cut short by a limit, which is released at once."""
    is_cut = press.on_s < step.seconds - CUT_S
    return () if is_cut else (press.full - press.rise, press.gone - press.free)


def _plays(step: Stroke, played: PlayedTurn, schedule: Schedule) -> bool:
    own = addressed_channels(step, schedule.device)
    return any(highest(FeltTurn(step, played, schedule).curve(c)) > 0.0 for c in own)


def _spot_means(channel: Channel) -> float:
    if isinstance(channel.actuator, Roller):
        return RUBBED
    return STRUCK if isinstance(channel.actuator, Motor) else BROAD
