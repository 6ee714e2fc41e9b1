"""Where the air goes: the pressure at which what the pump gives equals what the open valves take.

A manifold holds next to no air, so its pressure settles at once (quasi-steady). Valves follow ISO 6358, linear below
`LINEAR_BELOW_MMHG`, exactly as in `profiles.air.valve_flow`; with both absolute pressures written out, its root becomes
q = k.sqrt(drop.(2(1-b).p_atm + (1-2b).p_up + p_down)), which costs one square root and has a simple slope.
"""

from math import sqrt

from legato.profiles.air import ATMOSPHERE_MMHG, CRITICAL_RATIO, LINEAR_BELOW_MMHG, MMHG_PER_BAR, conductance

_BASE = 2.0 * (1.0 - CRITICAL_RATIO) * ATMOSPHERE_MMHG
_UP = 1.0 - 2.0 * CRITICAL_RATIO

_CLOSE_ENOUGH_L_S = 1e-7
_MOST_ROUNDS = 100
"""More than it ever takes: every second round halves either the bracket or the step."""

Branch = tuple[float, float]
"""An open valve on the manifold: its coefficient, and the gauge pressure (mmHg) on its far side."""


def coefficient(bore_mm: float) -> float:
    """k of the formula above, in L/s per mmHg."""
    return conductance(bore_mm) / MMHG_PER_BAR / (1.0 - CRITICAL_RATIO)


def outflow(k: float, mmhg: float) -> float:
    """Free-air flow in L/s from a gauge pressure to the atmosphere."""
    if mmhg < LINEAR_BELOW_MMHG:
        return k * mmhg * sqrt((_BASE + _UP * LINEAR_BELOW_MMHG) / LINEAR_BELOW_MMHG)
    return k * sqrt(mmhg * (_BASE + _UP * mmhg))


def _flow(k: float, manifold: float, far: float) -> tuple[float, float]:
    """Flow in L/s out of the manifold through one valve (negative: into it), and its slope over the manifold's mmHg."""
    drop = manifold - far
    if drop >= LINEAR_BELOW_MMHG:
        flow = k * sqrt(drop * (_BASE + _UP * manifold + far))
        return flow, k * k * (_BASE + 2.0 * _UP * manifold + (1.0 - _UP) * far) / (2.0 * flow)
    if drop <= -LINEAR_BELOW_MMHG:
        flow = -k * sqrt(-drop * (_BASE + _UP * far + manifold))
        return flow, -k * k * (_BASE + 2.0 * manifold - (1.0 - _UP) * far) / (2.0 * flow)
    low = min(manifold, far)
    slope = k * sqrt((_BASE + _UP * (low + LINEAR_BELOW_MMHG) + low) / LINEAR_BELOW_MMHG)
    return slope * drop, slope


class Manifold:
    """What a pump, its dump and the open fill valves share."""

    __slots__ = ("_dead_head", "pressure_mmhg")

    def __init__(self, dead_head_mmhg: float) -> None:
        self._dead_head = dead_head_mmhg
        self.pressure_mmhg = 0.0

    def share(self, source_l_s: float, branches: list[Branch]) -> list[float]:
        """Free-air flow in L/s into each branch when the pump would give `source_l_s` against no pressure.

        Newton from the last pressure, with a bisection wherever that leaves the bracket or does not halve the step; the
        check valve lets nothing back into the pump.
        """
        low, high = self._bracket(source_l_s, branches)
        p = min(max(self.pressure_mmhg, low), high)
        step = high - low
        flows: list[float] = []
        for _ in range(_MOST_ROUNDS):
            flows.clear()
            left = p < self._dead_head
            excess = source_l_s * (1.0 - p / self._dead_head) if left else 0.0
            slope = -source_l_s / self._dead_head if left else 0.0
            for k, far in branches:
                flow, steeper = _flow(k, p, far)
                flows.append(flow)
                excess -= flow
                slope -= steeper
            if -_CLOSE_ENOUGH_L_S < excess < _CLOSE_ENOUGH_L_S:
                break
            if excess > 0.0:
                low = p
            else:
                high = p
            last_step, step = step, -excess / slope
            if not low < p + step < high or abs(step) > 0.5 * abs(last_step):
                step = 0.5 * (low + high) - p
            p += step
        self.pressure_mmhg = p
        return flows

    def _bracket(self, source_l_s: float, branches: list[Branch]) -> tuple[float, float]:
        """Gauge pressures between which the balance must lie."""
        far = [p for _, p in branches]
        return min(far), max(*far, self._dead_head) if source_l_s > 0.0 else max(far)
