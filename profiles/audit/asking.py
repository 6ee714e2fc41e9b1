"""How firmly a step asks each chamber to press."""

from legato.profiles.anatomy import STRETCH_CM, Zone
from legato.profiles.audit.curve import CONTACT_MMHG
from legato.profiles.audit.reach import eased, middle, rank, runs_down
from legato.profiles.device import Mount
from legato.profiles.step_bases import Placed
from legato.profiles.steps import Circle, Drain, Glide, Sequence, Wave

FAINT_MMHG = CONTACT_MMHG + 2.0
"""What is asked for less cannot be told from contact."""


def crests(step: Glide | Wave) -> list[float]:
    """The pressure of each crest in mmHg: evenly from the first to the last."""
    end = step.end_pressure_mmhg if isinstance(step, Wave) else None
    share = 0.0 if end is None else (end - step.pressure_mmhg) / max(1, step.times - 1)
    return [step.pressure_mmhg + share * i for i in range(step.times)]


def graded(step: Sequence, mount: Mount) -> float:
    """`step_mmhg` less for each zone of the leg on the way from the middle of the first, in mmHg."""
    way = rank(middle(mount)) - _rank_of(step.from_)
    zones = max(0.0, -way if runs_down(step) else way)
    return eased(step, mount, max(0.0, step.pressure_mmhg - step.step_mmhg * zones))


def spread(step: Drain, mount: Mount) -> float:
    """Evenly, zone by zone, from the pressure in the middle of the first to that in the middle of the last."""
    first, last = _rank_of(step.from_), _rank_of(step.last)
    end = step.pressure_mmhg if step.end_pressure_mmhg is None else step.end_pressure_mmhg
    part = 0.0 if first == last else (rank(middle(mount)) - first) / (last - first)
    return step.pressure_mmhg + (end - step.pressure_mmhg) * min(1.0, max(0.0, part))


def most(step: Placed, mount: Mount) -> float:
    """The most that a step of air ever asks of a chamber, in mmHg."""
    match step:
        case Glide() | Wave():
            return eased(step, mount, max(crests(step)))
        case Sequence():
            return graded(step, mount)
        case Drain():
            return spread(step, mount)
        case Circle():
            return step.pressure_mmhg + step.ripple_mmhg
    return float(getattr(step, "pressure_mmhg", 0.0))


def _rank_of(zone: Zone) -> float:
    low, high = STRETCH_CM[zone]
    return rank((low + high) / 2.0)
