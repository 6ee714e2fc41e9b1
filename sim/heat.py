"""A heating or cooling pad on the skin: two nodes, solved in closed form between changes of its duty.

    C_e.dTe/dt = P - (Te - T_room)/R_room - (Te - Ts)/R_skin
    C_s.dTs/dt = (Te - Ts)/R_skin - (Ts - T_core)/R_blood

Te is the element (where the NTC sits), Ts the skin under it. Perfused skin is a single node, as in Pennes 1948; its two
constants are estimates ([E]) for about 200 cm2, chosen so that unheated skin under a pad stays near 33 degC.
"""

from math import exp, sqrt

from profiles.device import Cooler, Heater

ROOM_C = 24.0
SKIN_C = 33.0
CORE_C = 37.0
SKIN_J_K = 300.0
BLOOD_K_W = 1.7


class Pad:
    """The temperatures of one pad and the skin under it; times are plant microseconds."""

    def __init__(self, spec: Heater | Cooler) -> None:
        self._full_w = spec.power_w if isinstance(spec, Heater) else -spec.power_w
        self._to_room_w_k = 1.0 / spec.to_room_k_w
        self._to_skin_w_k = 1.0 / spec.to_skin_k_w
        self._element_pace = (self._to_room_w_k + self._to_skin_w_k) / spec.capacity_j_k
        self._element_coupling = self._to_skin_w_k / spec.capacity_j_k
        self._skin_pace = (self._to_skin_w_k + 1.0 / BLOOD_K_W) / SKIN_J_K
        self._skin_coupling = self._to_skin_w_k / SKIN_J_K
        mean = 0.5 * (self._element_pace + self._skin_pace)
        apart = sqrt(0.25 * (self._element_pace - self._skin_pace) ** 2 + self._element_coupling * self._skin_coupling)
        self._fast, self._slow = -mean - apart, -mean + apart
        self._start = (ROOM_C, SKIN_C)
        self._since_us = 0
        self._duty = 0.0
        self._enabled = False
        self._goal = self._equilibrium()

    def drive(self, value: float, now_us: int) -> None:
        """Set the duty, 0 to 100 %."""
        self._restart(now_us)
        self._duty = value / 100.0
        self._goal = self._equilibrium()

    def enable(self, on: bool, now_us: int) -> None:
        """Switch the supply."""
        self._restart(now_us)
        self._enabled = on
        self._goal = self._equilibrium()

    def felt_at(self, now_us: int) -> float:
        """The temperature of the skin in degC."""
        return self._at(now_us)[1]

    def sensed_at(self, now_us: int) -> float:
        """The temperature of the element in degC, where the NTC sits."""
        return self._at(now_us)[0]

    def _restart(self, now_us: int) -> None:
        self._start = self._at(now_us)
        self._since_us = now_us

    def _at(self, now_us: int) -> tuple[float, float]:
        """(element, skin): the deviation from equilibrium dies away along two eigenvectors."""
        t = (now_us - self._since_us) * 1e-6
        element, skin = self._start[0] - self._goal[0], self._start[1] - self._goal[1]
        fast, slow = exp(self._fast * t), exp(self._slow * t)
        keep = (fast * self._slow - slow * self._fast) / (self._slow - self._fast)
        turn = (slow - fast) / (self._slow - self._fast)
        return (
            self._goal[0] + keep * element + turn * (self._element_coupling * skin - self._element_pace * element),
            self._goal[1] + keep * skin + turn * (self._skin_coupling * element - self._skin_pace * skin),
        )

    def _equilibrium(self) -> tuple[float, float]:
        """(element, skin) where both end with the present duty: the conductances are a chain from room to core."""
        power_w = self._full_w * self._duty if self._enabled else 0.0
        inner_w_k = 1.0 / (1.0 / self._to_skin_w_k + BLOOD_K_W)
        element = (power_w + ROOM_C * self._to_room_w_k + CORE_C * inner_w_k) / (self._to_room_w_k + inner_w_k)
        skin = CORE_C + (element - CORE_C) * inner_w_k * BLOOD_K_W
        return element, skin
