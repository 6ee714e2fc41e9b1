"""One air chamber: how much it holds, how far its fabric has crept, and the pressure that follows.

State: content S (free-air litres) and creep volume v (litres). While slack (S <= V0 + v) the pressure is 0; beyond,
the isothermal balance (p_atm + p).(V0 + C.p + v) = p_atm.S holds. Creep is one Maxwell branch, dv/dt = (f.C.p - v)/tau:
the fast part of the pressure decay of inflated fabrics ([E] estimate). The leak takes S down in proportion to p.

Both rates are integrated by the second-order Adams-Bashforth rule, whose state between two steps is a parabola in time:
so an event in between finds the state that was on its way, and nothing depends on how often one looks.
"""

from math import sqrt

from legato.profiles.air import ATMOSPHERE_MMHG, LINEAR_BELOW_MMHG, RESIDUAL
from legato.profiles.device import Chamber
from legato.sim.manifold import coefficient, outflow

REST_MMHG = 0.01
"""A chamber on an open vent below this is taken to be level with the room."""


class Valve:
    """A solenoid valve: open or not, and how long its coil takes to move it."""

    __slots__ = ("_stuck", "_wanted", "coefficient", "coil_us", "is_open")

    def __init__(self, bore_mm: float, coil_ms: int, *, is_open: bool) -> None:
        self.coefficient = coefficient(bore_mm)
        self.coil_us = 1000 * coil_ms
        self.is_open = self._wanted = is_open
        self._stuck: bool | None = None

    def move(self, is_open: bool) -> None:
        """The coil's time is over: go where it wants, unless stuck."""
        self._wanted = is_open
        if self._stuck is None:
            self.is_open = is_open

    def stick(self, is_open: bool | None) -> None:
        """Stay open or closed from now on, whatever the coil does; None: follow the coil again."""
        self._stuck = is_open
        self.is_open = self._wanted if is_open is None else is_open


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
        "content_l",
        "creep_l",
        "fill",
        "hole",
        "level",
        "pressed_l",
        "pressure_mmhg",
        "slack_l",
        "vent",
    )

    def __init__(self, chamber: Chamber) -> None:
        self.fill = Valve(chamber.fill_bore_mm, chamber.coil_ms, is_open=False)
        self.vent = Valve(chamber.vent_bore_mm, chamber.coil_ms, is_open=True)
        self.slack_l = chamber.slack_l
        self._compliance = chamber.compliance_ml_mmhg / 1000.0
        self._leak = (chamber.slack_l / ATMOSPHERE_MMHG + self._compliance) / chamber.leak_tau_s
        self._creep_pace = 1.0 / chamber.creep_tau_s
        self._creep_gain = chamber.creep_fraction * self._compliance * self._creep_pace
        self.content_l = RESIDUAL * chamber.slack_l
        self.creep_l = 0.0
        self.pressure_mmhg = 0.0
        self.level = True  # with the room, through its vent
        self.hole = 0.0  # the coefficient of a way out that should not be there
        self.pressed_l = 0.0  # how much of its slack a limb has taken that presses on it
        self._at_us = 0
        self._flow = self._flow_bend = self._creep_rate = self._creep_bend = self._rise = 0.0

    @property
    def time_constant_s(self) -> float:
        """How fast a small difference of pressure goes away through the wider of its valves."""
        widest = max(self.fill.coefficient, self.vent.coefficient + self.hole)
        return (self.slack_l / ATMOSPHERE_MMHG + self._compliance) / outflow(widest, LINEAR_BELOW_MMHG)

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
        slack = self.slack_l + self.creep_l
        if self.level or content <= slack:
            # No air leaves once the pressure is 0, so a step that ends below slack has gone a little too far.
            self.content_l = slack if self.pressure_mmhg > 0.0 else min(content, slack)
            self.pressure_mmhg = 0.0
        else:
            self.content_l = content
            self.pressure_mmhg = self._balance(slack)
        return dt

    def press(self, volume_l: float) -> None:
        """A limb takes so much of the slack away, or gives it back (below 0): the pressure follows at once."""
        self.pressed_l += volume_l
        self.reshape(self.slack_l - volume_l)

    @property
    def pressed_mmhg(self) -> float:
        """How much of the pressure is the limb's that presses: what the same air would not have without it."""
        if not self.pressed_l:
            return 0.0
        slack = self.slack_l + self.pressed_l + self.creep_l
        return self.pressure_mmhg - (self._balance(slack) if self.content_l > slack else 0.0)

    def reshape(self, slack_l: float) -> None:
        """Take `slack_l` to touch the skin from now on: the leg has moved, and the pressure follows at once."""
        self.slack_l = slack_l
        self.pressure_mmhg = 0.0
        self.move(self._at_us)

    def displacement_l(self, mmhg: float) -> float:
        """How much slack must go for the pressure to rise by `mmhg`, from the isothermal balance; 0 without contact."""
        if self.pressure_mmhg <= 0.0:
            return 0.0
        raised = self.pressure_mmhg + mmhg
        volume = ATMOSPHERE_MMHG * self.content_l / (ATMOSPHERE_MMHG + raised)
        return self.slack_l + self.creep_l + self._compliance * raised - volume

    def rest(self) -> None:
        """Be level with the room: what little pressure was left is gone, and the open vent keeps it so."""
        self.level = True
        self.content_l = min(self.content_l, self.slack_l + self.creep_l)
        self.pressure_mmhg = 0.0
        self.turn(0.0, 0.0)

    def losses(self) -> float:
        """Free-air litres a second that leave through the leak and the open vent."""
        p = self.pressure_mmhg
        lost = self._leak * p
        if self.vent.is_open:
            lost += outflow(self.vent.coefficient, p)
        if self.hole:
            lost += outflow(self.hole, p)
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

    def _balance(self, slack_l: float) -> float:
        """The pressure of its air where more than `slack_l` is in it, from the isothermal balance."""
        half = 0.5 * (slack_l + self._compliance * ATMOSPHERE_MMHG)
        excess = self._compliance * ATMOSPHERE_MMHG * (self.content_l - slack_l)
        return (sqrt(half * half + excess) - half) / self._compliance

    def _slope(self, inflow_l_s: float, creep_rate: float) -> float:
        """dp/dt in mmHg per microsecond: the time derivative of the isothermal balance."""
        absolute = ATMOSPHERE_MMHG + self.pressure_mmhg
        volume = self.slack_l + self.creep_l + self._compliance * self.pressure_mmhg
        return 1e-6 * (ATMOSPHERE_MMHG * inflow_l_s - absolute * creep_rate) / (volume + self._compliance * absolute)
