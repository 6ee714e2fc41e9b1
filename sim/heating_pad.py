"""A heating or cooling pad on the skin: two nodes, solved in closed form between changes of its duty.

    C_e.dTe/dt = P - (Te - T_room)/R_room - (Te - Ts)/R_skin
    C_s.dTs/dt = (Te - Ts)/R_skin - (Ts - T_core)/R_blood

Te is the element (where the NTC sits), Ts the skin under it. Perfused skin is a single node, as in Pennes 1948; its two
constants are estimates ([E]) for about 200 cm2, chosen so that unheated skin under a pad stays near 33 degC.
"""

from bisect import bisect_left
from math import exp, sqrt

from legato.profiles.device import Cooler, Heater

ROOM_C = 24.0
SKIN_C = 33.0
CORE_C = 37.0
FUSE_C = 60.0
"""A thermal fuse on the element opens here, for good ([E] estimate)."""

LONGEST_US = 24 * 3_600_000_000
"""Nothing stays at one duty for longer than a day."""

SKIN_J_K = 300.0
BLOOD_K_W = 1.7


class PadModel:
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
        self._duty = 0.0
        self._enabled = False
        self._set_out(ROOM_C, SKIN_C, 0)

    def drive(self, value: float, now_us: int) -> None:
        """Set the duty, 0 to 100 %."""
        self._duty = value / 100.0
        self._set_out(self.sensed_at(now_us), self.felt_at(now_us), now_us)

    def enable(self, on: bool, now_us: int) -> None:
        """Switch the supply."""
        self._enabled = on
        self._set_out(self.sensed_at(now_us), self.felt_at(now_us), now_us)

    def felt_at(self, now_us: int) -> float:
        """The temperature of the skin in degC."""
        if now_us > self._burns_us:
            self._burn()
        return self._along(self._skin, now_us)

    def sensed_at(self, now_us: int) -> float:
        """The temperature of the element in degC, where the NTC sits."""
        if now_us > self._burns_us:
            self._burn()
        return self._along(self._element, now_us)

    def _along(self, path: tuple[float, float, float], now_us: int) -> float:
        """A temperature on its way: where it ends, and what is left of it along each eigenvector."""
        t = (now_us - self._since_us) * 1e-6
        end, fast, slow = path
        return end + fast * exp(self._fast * t) + slow * exp(self._slow * t)

    def _set_out(self, element_c: float, skin_c: float, now_us: int) -> None:
        """From these temperatures on, both go for the equilibrium of the present duty."""
        self._since_us = now_us
        element_end, skin_end = self._equilibrium()
        element, skin = element_c - element_end, skin_c - skin_end
        element_rate = self._element_coupling * skin - self._element_pace * element
        skin_rate = self._skin_coupling * element - self._skin_pace * skin
        self._element = (element_end, *self._split(element, element_rate))
        self._skin = (skin_end, *self._split(skin, skin_rate))
        self._burns_us = now_us + self._until_too_hot()

    def _until_too_hot(self) -> int:
        """Microseconds until the element is at FUSE_C: once on its way beyond, it comes there only once."""
        if self._element[0] <= FUSE_C:
            return LONGEST_US
        return bisect_left(range(LONGEST_US), FUSE_C, key=lambda us: self._along(self._element, self._since_us + us))

    def _burn(self) -> None:
        """The fuse has opened: no current flows from then on."""
        self._full_w = 0.0
        self._set_out(FUSE_C, self._along(self._skin, self._burns_us), self._burns_us)

    def _split(self, value: float, rate: float) -> tuple[float, float]:
        """The fast and the slow part of a deviation, from its value and its rate."""
        fast = (self._slow * value - rate) / (self._slow - self._fast)
        return fast, value - fast

    def _equilibrium(self) -> tuple[float, float]:
        """(element, skin) where both end with the present duty: the conductances are a chain from room to core."""
        power_w = self._full_w * self._duty if self._enabled else 0.0
        inner_w_k = 1.0 / (1.0 / self._to_skin_w_k + BLOOD_K_W)
        element = (power_w + ROOM_C * self._to_room_w_k + CORE_C * inner_w_k) / (self._to_room_w_k + inner_w_k)
        skin = CORE_C + (element - CORE_C) * inner_w_k * BLOOD_K_W
        return element, skin
