"""The physics of slow air: what a chamber holds, what a pump pushes through a valve, and how long that takes.

Pressures are gauge mmHg, volumes litres, amounts of air litres at atmospheric pressure ("free air"), flows free-air
litres a second. The compiler plans with these functions and the simulator integrates the same laws in time.
"""

from functools import lru_cache
from math import pi, sqrt

from legato.profiles.device import Chamber, Pump

ATMOSPHERE_MMHG = 760.0
MMHG_PER_BAR = 750.062
BASELINE_MMHG = 6.0
"""Contact baseline: a touch, not a massage; the range is 5 to 8 mmHg ([E] estimate)."""

RESIDUAL = 0.15
"""How full of slack air a chamber is taken to be before its first fill ([E] estimate)."""

CRITICAL_RATIO = 0.3
"""ISO 6358 critical pressure ratio b of small solenoid valves (0.2 to 0.5)."""

LINEAR_BELOW_MMHG = 1.0
"""Below this difference a valve's flow is taken as linear: the square root law has an infinite slope at zero."""

_STEP_MMHG = 0.5


def conductance(bore_mm: float) -> float:
    """Sonic conductance of an orifice in L/(s.bar): a fifth of its area in mm2, times 0.8 ([E] rule of thumb)."""
    return 0.8 * (pi / 4.0 * bore_mm * bore_mm) / 5.0


def valve_flow(bore_mm: float, upstream_mmhg: float, downstream_mmhg: float) -> float:
    """Free-air flow in L/s through a valve by ISO 6358, linear near zero difference; negative if it runs backward."""
    drop = upstream_mmhg - downstream_mmhg
    if drop < 0:
        return -valve_flow(bore_mm, downstream_mmhg, upstream_mmhg)
    if drop < LINEAR_BELOW_MMHG:
        return drop / LINEAR_BELOW_MMHG * _orifice_flow(bore_mm, downstream_mmhg + LINEAR_BELOW_MMHG, downstream_mmhg)
    return _orifice_flow(bore_mm, upstream_mmhg, downstream_mmhg)


def _orifice_flow(bore_mm: float, upstream_mmhg: float, downstream_mmhg: float) -> float:
    """The ISO 6358 law itself, for a flow from `upstream_mmhg` down to `downstream_mmhg`."""
    p1 = ATMOSPHERE_MMHG + upstream_mmhg
    ratio = (ATMOSPHERE_MMHG + downstream_mmhg) / p1
    choke = max(0.0, (ratio - CRITICAL_RATIO) / (1.0 - CRITICAL_RATIO))
    return conductance(bore_mm) * p1 / MMHG_PER_BAR * sqrt(1.0 - choke * choke)


def supply_flow(pump: Pump, bore_mm: float, chamber_mmhg: float, speed: float = 1.0) -> float:
    """Free-air flow in L/s of `pump` at `speed` (0..1) through a fill valve into a chamber.

    The pump's curve Q = Q0.speed.(1 - p/p_dead) meets the valve's ISO 6358 curve at the manifold pressure; both
    squared give a quadratic in it, whose larger root above the chamber is the operating point. Without flow through
    the check valve: 0.
    """
    q0 = pump.flow_l_min / 60.0 * speed
    if q0 <= 0.0 or chamber_mmhg >= pump.dead_head_mmhg:
        return 0.0
    g = q0 / pump.dead_head_mmhg
    a = q0 + g * ATMOSPHERE_MMHG
    p2 = ATMOSPHERE_MMHG + chamber_mmhg
    k2 = (conductance(bore_mm) / MMHG_PER_BAR / (1.0 - CRITICAL_RATIO)) ** 2
    quadratic = g * g - k2 * (1.0 - 2.0 * CRITICAL_RATIO)
    half_linear = -(a * g + k2 * CRITICAL_RATIO * p2)
    constant = a * a + k2 * p2 * p2
    root = sqrt(max(0.0, half_linear * half_linear - quadratic * constant))
    # c / (-b/2 + root) is the same root as (-b/2 - root) / a, and stays exact where a is nearly 0.
    manifold = constant / (root - half_linear)
    return max(0.0, a - g * manifold)


def content(chamber: Chamber, mmhg: float) -> float:
    """Free-air litres in a chamber in contact at gauge pressure `mmhg`: p_abs.(V0 + C.p) / p_atm, isothermal."""
    volume = chamber.slack_l + chamber.compliance_ml_mmhg / 1000.0 * mmhg
    return (ATMOSPHERE_MMHG + mmhg) * volume / ATMOSPHERE_MMHG


def fill_seconds(chamber: Chamber, pump: Pump, start_mmhg: float, end_mmhg: float, *, slack: bool = False) -> float:
    """Seconds that `pump`, at speed, needs to fill `chamber` alone; with `slack`, from nearly empty."""
    rise = _curve(chamber, pump)
    contact = (1.0 - RESIDUAL) * chamber.slack_l / supply_flow(pump, chamber.fill_bore_mm, 0.0) if slack else 0.0
    return contact + max(0.0, _on(rise, end_mmhg) - _on(rise, 0.0 if slack else start_mmhg))


def vent_seconds(chamber: Chamber, start_mmhg: float, end_mmhg: float) -> float:
    """Seconds that the open vent needs to let `chamber` down from one pressure to another (both above 0)."""
    fall = _vent_curve(chamber)
    return max(0.0, _on(fall, start_mmhg) - _on(fall, end_mmhg))


def _on(curve: tuple[float, ...], mmhg: float) -> float:
    """Linear interpolation in a curve sampled every `_STEP_MMHG`."""
    x = min(max(mmhg / _STEP_MMHG, 0.0), len(curve) - 1.0)
    i = min(int(x), len(curve) - 2)
    return curve[i] + (curve[i + 1] - curve[i]) * (x - i)


@lru_cache(maxsize=256)
def _curve(chamber: Chamber, pump: Pump) -> tuple[float, ...]:
    """Seconds from contact to each pressure: the integral of content over flow, by the trapezium rule."""
    pace = [1.0 / max(supply_flow(pump, chamber.fill_bore_mm, p), 1e-6) for p in _pressures()]
    return _integral(chamber, pace)


@lru_cache(maxsize=256)
def _vent_curve(chamber: Chamber) -> tuple[float, ...]:
    """Seconds of venting from each pressure down to (nearly) nothing."""
    pace = [1.0 / valve_flow(chamber.vent_bore_mm, max(p, 0.1), 0.0) for p in _pressures()]
    return _integral(chamber, pace)


def _pressures() -> list[float]:
    return [i * _STEP_MMHG for i in range(261)]


def _integral(chamber: Chamber, pace: list[float]) -> tuple[float, ...]:
    air = [content(chamber, p) for p in _pressures()]
    total, out = 0.0, [0.0]
    for i in range(1, len(air)):
        total += (air[i] - air[i - 1]) * 0.5 * (pace[i] + pace[i - 1])
        out.append(total)
    return tuple(out)
