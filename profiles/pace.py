"""The pace of a stroke: how many times slower it must be for pumps, vents and the slew limit, and which asks for it."""

from dataclasses import dataclass
from itertools import pairwise

from legato.profiles.compile_context import CompileContext
from legato.profiles.pump_plan import loads_of
from legato.profiles.segments import TICKS_PER_S, Segment

SLOWED_FROM_MMHG_S = 38.4
"""Ramps are slowed from here; the limit is 40 mmHg/s, and a stroke may go 2 % beyond what is planned."""


@dataclass(frozen=True, slots=True, order=True)
class Pace:
    """How many times longer ramps must be to be followed (1 or less: they can be), and what asks for it."""

    stretch: float
    why: str


def pace(context: CompileContext, one: Segment) -> Pace:
    """The pace that pumps, vents and the slew limit leave to a segment."""
    needs = [Pace(share, "pump") for loads in loads_of(context, one).values() for _, _, share in loads]
    for channel in one.curves.keys() & context.pump.keys():
        for (t0, v0), (t1, v1) in pairwise(one.curves[channel]):
            if v1 > v0:
                needs.append(Pace((v1 - v0) / SLOWED_FROM_MMHG_S * TICKS_PER_S / max(1, t1 - t0), "slew limit"))
            elif v1 < v0:
                needs.append(Pace(context.vent_s(channel, v0, v1) * TICKS_PER_S / (t1 - t0 + 1), "vent"))
    return max(needs, default=Pace(0.0, ""))
