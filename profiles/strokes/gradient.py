"""Gradients: pressure goes from zone to zone of the body, not from chamber to chamber, on every device the same."""

from itertools import pairwise

from legato.profiles.anatomy import STRETCH_CM, Zone
from legato.profiles.device import Mount

STEPS = (Zone.FOOT, Zone.ANKLE, Zone.CALF, Zone.KNEE, Zone.THIGH, Zone.HIP, Zone.TORSO)
"""The zones that a gradient steps through on the way up: the shin is as high as the calf, the back of the knee as the
knee. The seat and the lower back lie between two of them, and get what is due there."""

_MIDDLES_CM = tuple(sum(STRETCH_CM[zone]) / 2.0 for zone in STEPS)


def zones_up(cm: float) -> float:
    """How many zones a height above the sole is up from the middle of the foot; linear between the middles of zones."""
    for i, (below, above) in enumerate(pairwise(_MIDDLES_CM)):
        if cm <= above:
            return max(0.0, i + (cm - below) / (above - below))
    return len(_MIDDLES_CM) - 1.0


def zones_from(first: Zone, mount: Mount, *, down: bool) -> float:
    """How many zones the middle of an actuator lies beyond that of `first` on the way up, or down; never before it."""
    way = zones_up((mount.from_cm + mount.to_cm) / 2.0) - zones_up(sum(STRETCH_CM[first]) / 2.0)
    return max(0.0, -way if down else way)


def zones_between(first: Zone, last: Zone) -> float:
    """How many zones lie from the middle of one to that of another."""
    low, high = (zones_up(sum(STRETCH_CM[zone]) / 2.0) for zone in (first, last))
    return abs(high - low)
