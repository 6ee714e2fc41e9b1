"""The compile context: a device with its envelope, asked for caps, hold times, fill times and vent times."""

from collections.abc import Iterable
from functools import cache
from math import fsum
from typing import TypeVar

from legato.profiles import air
from legato.profiles.air import BASELINE_MMHG
from legato.profiles.device import Chamber, Channel, Device, Mount
from legato.profiles.envelope import Envelope
from legato.profiles.restrictions import Limit
from legato.profiles.run_limits import rule_of

HEADROOM = 0.9
"""The part of the pump's time that is planned with; the rest is for creep, leaks and switching ([E] estimate)."""

SWITCH_S = 0.05
"""Lost whenever the pump turns to another chamber: break before make (20 ms) and two coil delays."""

PLANNED_RISE_MMHG_S = 36.0
"""Planned slew; the limit is 40 mmHg/s, the rest is for rounding to ticks and half-units."""

SHORTEST_RAMP_S = 0.3
"""No planned ramp is shorter: a person feels less than this as a jolt ([E] estimate)."""

Kind = TypeVar("Kind", bound=Mount)

Rise = tuple[int, float, float]
"""A chamber's channel and the pressures it goes from and to, in mmHg."""


class CompileContext:
    """A device and what it may do to this person, with every time that the air needs worked out once."""

    def __init__(self, device: Device, limits: Envelope) -> None:
        self.device = device
        self.limits = limits
        self.pump = {c.index: c.actuator.pump for c in device.channels if isinstance(c.actuator, Chamber)}
        self.rules = {c.index: rule for c in device.channels if (rule := rule_of(c, limits)) is not None}
        self.fill_s = cache(self._fill_s)
        self.vent_s = cache(self._vent_s)

    def cap(self, channel: int) -> Limit:
        """The highest pressure of a chamber in mmHg, and why."""
        return self.limits.chambers[channel].cap

    def first_fill_s(self, channel: int) -> float:
        """Seconds of pump from nearly empty to the contact baseline, all headroom included."""
        chamber, pump = self._chamber(channel), self.device.pump_of(self._chamber(channel))
        seconds = air.fill_seconds(chamber, pump, 0.0, BASELINE_MMHG, slack=True)
        return (seconds + pump.spin_up_s + SWITCH_S) / HEADROOM

    def share_s(self, rises: Iterable[Rise]) -> dict[str, float]:
        """Seconds of each pump that these rises, made together, take; headroom, spin-up and switching included."""
        work: dict[str, list[float]] = {}
        for channel, start, end in rises:
            work.setdefault(self.pump[channel], []).append(self.fill_s(channel, start, end) + SWITCH_S)
        spin_up = {p.name: p.spin_up_s for p in self.device.pumps}
        return {name: (fsum(seconds) + spin_up[name]) / HEADROOM for name, seconds in work.items()}

    def rise_s(self, rises: Iterable[Rise]) -> float:
        """The shortest ramp in which all these rises, made together, can be followed."""
        upward = [rise for rise in rises if rise[2] > rise[1]]
        slew = [(end - start) / PLANNED_RISE_MMHG_S for _, start, end in upward]
        return max([SHORTEST_RAMP_S, *slew, *self.share_s(upward).values()])

    def _fill_s(self, channel: int, start: float, end: float) -> float:
        chamber = self._chamber(channel)
        return air.fill_seconds(chamber, self.device.pump_of(chamber), start, end)

    def _vent_s(self, channel: int, start: float, end: float) -> float:
        """The shortest ramp down that the vent can follow."""
        return max(SHORTEST_RAMP_S, 1.1 * air.vent_seconds(self._chamber(channel), start, end) + SWITCH_S)

    def _chamber(self, channel: int) -> Chamber:
        return actuator_of(self.device.channels[channel], Chamber)


def actuator_of(channel: Channel, kind: type[Kind]) -> Kind:
    """The actuator of a channel that was cast for being of this kind."""
    if not isinstance(channel.actuator, kind):
        raise TypeError(f"{channel.name} is a {channel.actuator.kind}, not a {kind.__name__.lower()}")
    return channel.actuator


def chambers(cast: Iterable[Channel]) -> list[Channel]:
    """The pressure channels among `cast`."""
    return [c for c in cast if isinstance(c.actuator, Chamber)]
