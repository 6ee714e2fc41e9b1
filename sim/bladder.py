"""One air chamber: how much it holds, how far its fabric has crept, and the pressure that follows.

State: content S (free-air litres) and creep volume v (litres). While slack (S <= V0 + v) the pressure is 0; beyond,
the isothermal balance (p_atm + p).(V0 + C.p + v) = p_atm.S holds. Creep is one Maxwell branch, dv/dt = (f.C.p - v)/tau:
the fast part of the pressure decay of inflated fabrics ([E] estimate). The leak takes S down in proportion to p.

Both rates are integrated by the second-order Adams-Bashforth rule, whose state between two steps is a parabola in time:
so an event in between finds the state that was on its way, and nothing depends on how often one looks.
"""

from math import sqrt

from profiles.air import ATMOSPHERE_MMHG, LINEAR_BELOW_MMHG, RESIDUAL
from profiles.device import Chamber
from sim.manifold import coefficient, outflow

REST_MMHG = 0.01
"""A chamber on an open vent below this is taken to be level with the room."""


class Valve:
    """A solenoid valve: open or not, and how long its coil takes to move it."""

    __slots__ = ("coefficient", "coil_us", "is_open")

    def __init__(self, bore_mm: float, coil_ms: int, *, is_open: bool) -> None:
        self.coefficient = coefficient(bore_mm)
        self.coil_us = 1000 * coil_ms
        self.is_open = is_open


class Bladder:
    """The state of one chamber and its two valves; times are plant microseconds."""

    __slots__ = (
        "_at_us",
        "_compliance",
        "_creep_bend",
        "_creep_gain",
        "_creep_pace",
        "_creep_rate",
        "_flow",
        "_flow_bend",
        "_leak",
        "_rise",
        "_slack_l",
        "content_l",
        "creep_l",
        "fill",
        "level",
        "pressure_mmhg",
        "vent",
    )

    def __init__(self, chamber: Chamber) -> None:
        self.fill = Valve(chamber.fill_bore_mm, chamber.coil_ms, is_open=False)
        self.vent = Valve(chamber.vent_bore_mm, chamber.coil_ms, is_open=True)
        self._slack_l = chamber.slack_l
        self._compliance = chamber.compliance_ml_mmhg / 1000.0
        self._leak = (chamber.slack_l / ATMOSPHERE_MMHG + self._compliance) / chamber.leak_tau_s
        self._creep_pace = 1.0 / chamber.creep_tau_s
        self._creep_gain = chamber.creep_fraction * self._compliance * self._creep_pace
        self.content_l = RESIDUAL * chamber.slack_l
        self.creep_l = 0.0
        self.pressure_mmhg = 0.0
        self.level = True  # with the room, through its vent
        self._at_us = 0
        self._flow = self._flow_bend = self._creep_rate = self._creep_bend = self._rise = 0.0

    @property
    def time_constant_s(self) -> float:
        """How fast a small difference of pressure goes away through the wider of its valves."""
        widest = max(self.fill.coefficient, self.vent.coefficient)
        return (self._slack_l / ATMOSPHERE_MMHG + self._compliance) / outflow(widest, LINEAR_BELOW_MMHG)

    def pressure_at(self, now_us: int) -> float:
        """Gauge pressure in mmHg a little after the last step, along the tangent."""
        p = self.pressure_mmhg + self._rise * (now_us - self._at_us)
        if p < 0.0:
            return 0.0
        return p

    def move(self, now_us: int) -> float:
        """Bring the state to `now_us` along its parabola; returns the seconds since the last step."""
        dt = (now_us - self._at_us) * 1e-6
        self._at_us = now_us
        content = self.content_l + dt * (self._flow + dt * self._flow_bend)
        self.creep_l += dt * (self._creep_rate + dt * self._creep_bend)
        slack = self._slack_l + self.creep_l
        if self.level or content <= slack:
            # No air leaves once the pressure is 0, so a step that ends below slack has gone a little too far.
            self.content_l = slack if self.pressure_mmhg > 0.0 else min(content, slack)
            self.pressure_mmhg = 0.0
        else:
            self.content_l = content
            half = 0.5 * (slack + self._compliance * ATMOSPHERE_MMHG)
            excess = self._compliance * ATMOSPHERE_MMHG * (content - slack)
            self.pressure_mmhg = (sqrt(half * half + excess) - half) / self._compliance
        return dt

    def rest(self) -> None:
        """Be level with the room: what little pressure was left is gone, and the open vent keeps it so."""
        self.level = True
        self.content_l = min(self.content_l, self._slack_l + self.creep_l)
        self.pressure_mmhg = 0.0
        self.turn(0.0, 0.0)

    def losses(self) -> float:
        """Free-air litres a second that leave through the leak and the open vent."""
        p = self.pressure_mmhg
        lost = self._leak * p
        if self.vent.is_open:
            lost += outflow(self.vent.coefficient, p)
        return lost

    def turn(self, inflow_l_s: float, dt: float) -> None:
        """Take the net flow at this moment as the new slope; the old one held `dt` seconds ago (0: a fresh start)."""
        p = self.pressure_mmhg
        creep_rate = self._creep_gain * p - self._creep_pace * self.creep_l
        halved = 0.5 / dt if dt else 0.0
        self._flow_bend = (inflow_l_s - self._flow) * halved
        self._creep_bend = (creep_rate - self._creep_rate) * halved
        self._flow = inflow_l_s
        self._creep_rate = creep_rate
        self._rise = self._slope(inflow_l_s, creep_rate) if p > 0.0 else 0.0

    def _slope(self, inflow_l_s: float, creep_rate: float) -> float:
        """dp/dt in mmHg per microsecond: the time derivative of the isothermal balance."""
        absolute = ATMOSPHERE_MMHG + self.pressure_mmhg
        volume = self._slack_l + self.creep_l + self._compliance * self.pressure_mmhg
        return 1e-6 * (ATMOSPHERE_MMHG * inflow_l_s - absolute * creep_rate) / (volume + self._compliance * absolute)
