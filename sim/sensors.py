"""What a sensor says: the truth with an offset, noise and the steps of its converter, in tenths of the unit."""

from array import array
from collections.abc import Callable
from random import Random

SAMPLE_US = 10_000
"""A converter makes a new sample this often; between two, it says the same noise."""

NOISE_SAMPLES = 1024


class Sensor:
    """One sensor. Its noise depends on its generator and the time, never on how often it is read."""

    def __init__(
        self, truth: Callable[[int], float], rng: Random, *, offset: float = 0.0, noise: float = 0.0, step: float = 0.1
    ) -> None:
        """`truth` gives the true value at a plant time in us; the other figures are in its unit."""
        self._truth = truth
        self._per_step = 1.0 / step
        self._tenths = 10.0 * step
        # In steps, with the half that makes truncation a rounding.
        self._error = array("d", (0.5 + (offset + rng.gauss(0.0, noise)) / step for _ in range(NOISE_SAMPLES)))

    def read(self, now_us: int) -> int:
        """The reading in tenths of the unit; an unsigned converter shows nothing below 0."""
        steps = int(self._truth(now_us) * self._per_step + self._error[now_us // SAMPLE_US % NOISE_SAMPLES])
        return int(steps * self._tenths + 0.5) if steps > 0 else 0
