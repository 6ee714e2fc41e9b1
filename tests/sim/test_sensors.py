"""What sensors say: near the truth, in steps, and the same whoever asks how often."""

from random import Random
from statistics import fmean, stdev

import pytest

from legato.sim.sensors import NOISE_SAMPLES, SAMPLE_US, Sensor, convert


def read(sensor: Sensor, now_us: int) -> int:
    out = [-1]
    convert([sensor], now_us, out)
    return out[0]


def test_a_reading_is_the_truth_with_offset_and_noise() -> None:
    sensor = Sensor(lambda _: 40.0, Random(1), offset=2.0, noise=0.5, step=0.1)
    readings = [read(sensor, n * SAMPLE_US) / 10.0 for n in range(NOISE_SAMPLES)]
    assert fmean(readings) == pytest.approx(42.0, abs=0.1)
    assert stdev(readings) == pytest.approx(0.5, rel=0.1)


def test_a_converter_shows_whole_steps() -> None:
    sensor = Sensor(lambda _: 40.0, Random(1), noise=1.0, step=0.4)
    assert {read(sensor, n * SAMPLE_US) % 4 for n in range(100)} == {0}


def test_between_two_samples_the_noise_stays_the_same() -> None:
    sensor = Sensor(lambda _: 40.0, Random(1), noise=1.0)
    assert len({read(sensor, 7 * SAMPLE_US + rest) for rest in range(0, SAMPLE_US, 1000)}) == 1


def test_the_same_seed_gives_the_same_noise_however_often_it_is_read() -> None:
    often, seldom = (Sensor(lambda _: 40.0, Random("7/left"), noise=1.0) for _ in range(2))
    for n in range(99):
        read(often, n * SAMPLE_US)
    assert read(often, 99 * SAMPLE_US) == read(seldom, 99 * SAMPLE_US)


def test_nothing_is_shown_below_zero() -> None:
    sensor = Sensor(lambda _: 0.0, Random(1), offset=-5.0)
    assert read(sensor, 0) == 0


def test_without_noise_the_truth_is_rounded_to_tenths() -> None:
    assert read(Sensor(lambda _: 12.34, Random(1)), 0) == 123
