"""What a sensor says: the truth with an offset, noise and the steps of its converter, in tenths of the unit."""

from array import array
from collections.abc import Callable, Sequence
from random import Random

SAMPLE_US = 10_000
"""A converter makes a new sample this often; between two, it says the same noise."""

NOISE_SAMPLES = 1024


class Sensor:
    """One sensor. Its noise depends on its generator and the time, never on how often it is read."""

    __slots__ = ("error", "per_step", "tenths", "truth")

    def __init__(
        self, truth: Callable[[int], float], rng: Random, *, offset: float = 0.0, noise: float = 0.0, step: float = 0.1
    ) -> None:
        """`truth` gives the true value at a plant time in us; the other figures are in its unit."""
        self.truth = truth
        self.per_step = 1.0 / step
        self.tenths = 10.0 * step
        # In steps, with the half that makes truncation a rounding.
        self.error = array("d", (0.5 + (offset + rng.gauss(0.0, noise)) / step for _ in range(NOISE_SAMPLES)))


def convert(sensors: Sequence[Sensor], now_us: int, out: list[int]) -> None:
    """Fill `out` with the reading of each sensor, in tenths; an unsigned converter shows nothing below 0."""
    sample = now_us // SAMPLE_US % NOISE_SAMPLES
    for channel, sensor in enumerate(sensors):
        steps = int(sensor.truth(now_us) * sensor.per_step + sensor.error[sample])
        out[channel] = int(steps * sensor.tenths + 0.5) if steps > 0 else 0
