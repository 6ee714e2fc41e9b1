"""What of a routine a person feels on a device: where it presses, rolls or strikes."""

from math import inf

from legato.profiles.air import BASELINE_MMHG
from legato.profiles.device import Motor, Quantity
from legato.profiles.schedule import Schedule
from legato.profiles.stroke_reach import zones_covered

FELT_ABOVE = {Quantity.PRESSURE: BASELINE_MMHG, Quantity.INTENSITY: 0.0}
"""Mere contact is no massage, and warmth alone is none."""


def felt(schedule: Schedule) -> frozenset[str]:
    """The zones in which an actuator that takes part there presses or moves, and what its motors do: `percussion`."""
    channels = schedule.device.channels
    moved = {s.channel for s in schedule.setpoints if s.target > FELT_ABOVE.get(channels[s.channel].quantity, inf)}
    mounts = [channels[index].actuator for index in moved]
    zones = {str(zone) for mount in mounts for zone in zones_covered(mount, schedule.device)}
    return frozenset(zones | {mount.action for mount in mounts if isinstance(mount, Motor)})
