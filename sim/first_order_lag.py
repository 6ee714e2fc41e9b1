"""A first-order lag in closed form: how pumps and motors come to speed, and run down."""

from math import exp


class FirstOrderLag:
    """A value that follows its target as 1 - exp(-t/tau); times are plant microseconds."""

    __slots__ = ("_from", "_since_us", "_tau_us", "target")

    def __init__(self, tau_s: float) -> None:
        self.target = 0.0
        self._from = 0.0
        self._since_us = 0
        self._tau_us = tau_s * 1e6

    def at(self, now_us: int) -> float:
        """The value at `now_us`, which must not lie before the last `aim`."""
        if self._from == self.target:
            return self.target
        if not self._tau_us:
            return self.target if now_us > self._since_us else self._from
        return self.target + (self._from - self.target) * exp((self._since_us - now_us) / self._tau_us)

    def aim(self, target: float, now_us: int) -> None:
        """From `now_us` on, go for `target`."""
        self._from = self.at(now_us)
        self._since_us = now_us
        self.target = target
