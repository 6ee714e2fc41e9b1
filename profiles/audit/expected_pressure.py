"""The pressure that a step asks of each chamber."""

from legato.profiles.anatomy import STRETCH_CM, Zone
from legato.profiles.audit.curve import CONTACT_MMHG
from legato.profiles.audit.reach import limited_at_knee, middle_cm, runs_down, zone_rank
from legato.profiles.device import Mount
from legato.profiles.step_bases import Placed
from legato.profiles.steps import Circle, Drain, Glide, Sequence, Wave

FAINT_MMHG = CONTACT_MMHG + 2.0
"""Up to this, a press cannot be told from contact."""


def crest_pressures(step: Glide | Wave) -> list[float]:
    """The pressure of each crest in mmHg, evenly spaced from the first to the last."""
    end = step.end_pressure_mmhg if isinstance(step, Wave) else None
    share = 0.0 if end is None else (end - step.pressure_mmhg) / max(1, step.times - 1)
    return [step.pressure_mmhg + share * i for i in range(step.times)]


def gradient_pressure(step: Sequence, mount: Mount) -> float:
    """The pressure of a sequence in mmHg: `step_mmhg` less for each zone away from the middle of the first one."""
    way = zone_rank(middle_cm(mount)) - _zone_middle_rank(step.from_)
    zones = max(0.0, -way if runs_down(step) else way)
    return limited_at_knee(step, mount, max(0.0, step.pressure_mmhg - step.step_mmhg * zones))


def drain_pressure(step: Drain, mount: Mount) -> float:
    """The pressure of a drainage in mmHg: interpolated by zone, from the middle of the first to that of the last."""
    first, last = _zone_middle_rank(step.from_), _zone_middle_rank(step.last)
    end = step.pressure_mmhg if step.end_pressure_mmhg is None else step.end_pressure_mmhg
    part = 0.0 if first == last else (zone_rank(middle_cm(mount)) - first) / (last - first)
    return step.pressure_mmhg + (end - step.pressure_mmhg) * min(1.0, max(0.0, part))


def highest_asked(step: Placed, mount: Mount) -> float:
    """The highest pressure that a step ever asks of a chamber, in mmHg."""
    match step:
        case Glide() | Wave():
            return limited_at_knee(step, mount, max(crest_pressures(step)))
        case Sequence():
            return gradient_pressure(step, mount)
        case Drain():
            return drain_pressure(step, mount)
        case Circle():
            return step.pressure_mmhg + step.ripple_mmhg
    return float(getattr(step, "pressure_mmhg", 0.0))


def _zone_middle_rank(zone: Zone) -> float:
    low, high = STRETCH_CM[zone]
    return zone_rank((low + high) / 2.0)
