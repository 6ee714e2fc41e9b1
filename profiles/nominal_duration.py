"""How long a step is meant to last as it is written, whatever device plays it."""

from math import fsum

from legato.profiles.steps import (
    AnyStep,
    Circle,
    Cool,
    Drain,
    Friction,
    Glide,
    Heat,
    Hold,
    Knead,
    Percuss,
    Press,
    Pulse,
    Repeat,
    Rest,
    Say,
    Sequence,
    Together,
    Vibrate,
    Wave,
)
from legato.profiles.stroke_reach import runs_down, stretch_of, zones_of


def asked_seconds(step: AnyStep) -> float:
    """The seconds that a step asks for, all its rests included; the time that air takes to come is not counted."""
    match step:
        case Repeat():
            return step.times * fsum(asked_seconds(inner) for inner in step.steps)
        case Together():
            return max(asked_seconds(inner) for inner in step.steps)
        case Wave():
            return _travel_s(step) * (step.times + 1) / 2.0 + step.times * step.rest_s
        case Glide() | Circle() | Hold() | Sequence() | Pulse() | Drain():
            return step.times * _once_s(step)
        case Press():
            return step.seconds + step.rest_s
        case Knead() | Friction() | Percuss() | Vibrate() | Heat() | Cool() | Say() | Rest():
            return step.seconds


def _once_s(step: Glide | Circle | Hold | Sequence | Pulse | Drain) -> float:
    """One time of those that are counted."""
    match step:
        case Glide():
            return _travel_s(step) + step.rest_s
        case Circle():
            return step.period_s
        case Hold():
            return step.seconds + step.rest_s
        case Sequence():
            return step.hold_s + step.rest_s
        case Pulse():
            return max(step.period_s, step.on_s)
        case Drain():
            return _drained_s(step)


def _drained_s(step: Drain) -> float:
    """On the way up there is no rest between the last press of a place and the first of the next."""
    presses = len(zones_of(step)) * step.repeats
    rests = presses if runs_down(step) else presses - len(zones_of(step)) + 1
    return presses * step.on_s + rests * step.off_s


def _travel_s(step: Glide | Wave) -> float:
    low, high = stretch_of(step)
    return (high - low) / step.speed_cm_s
