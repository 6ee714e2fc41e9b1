"""The estimate of the device's clock."""

import random

import pytest

from legato.controller.link.device_clock import WRAP_MS, DeviceClock


def answered(
    clock: DeviceClock, rng: random.Random, seconds: int, drift: float = 0.0, start_ms: float = 5_000.0
) -> None:
    """Four answers a second over a line of 3 ms each way, one in three held up somewhere by up to 40 ms."""
    for i in range(seconds * 4):
        sent = 100.0 + i * 0.25 + rng.uniform(0, 0.02)
        out, back = (0.003 + (rng.uniform(0, 0.04) if rng.random() < 1 / 3 else 0.0) for _ in range(2))
        device_ms = start_ms + (sent + out - 100.0) * 1000.0 * (1 + drift)
        clock.sample(sent, sent + out + back, int(device_ms) % WRAP_MS)


@pytest.mark.parametrize("drift", [0.0, 100e-6, -300e-6, 0.01, -0.01])
@pytest.mark.parametrize("seed", range(5))
def test_the_estimate_is_within_a_millisecond_on_a_jittery_line(drift: float, seed: int) -> None:
    clock = DeviceClock()
    answered(clock, random.Random(seed), 20, drift)
    for ahead_s in (0.0, 2.0):
        host_s = 120.0 + ahead_s
        assert clock.host_to_device(host_s) == pytest.approx(5_000.0 + (host_s - 100.0) * 1000.0 * (1 + drift), abs=1.0)


@pytest.mark.parametrize("bend", [-0.001, 0.001])
def test_a_clock_that_drifts_is_followed(bend: float) -> None:
    """Off by 1 % within 10 s, as fast as any fault of the simulator has it."""

    def device_ms(at_s: float) -> float:
        return 1000.0 * (at_s + bend * min(at_s, 10.0) ** 2 / 2 + bend * 10.0 * max(0.0, at_s - 10.0))

    clock = DeviceClock()
    for i in range(80):
        sent = i / 8
        clock.sample(sent, sent + 0.001, int(device_ms(sent + 0.0005)))
        if i > 8:
            assert clock.host_to_device(sent + 0.1) == pytest.approx(device_ms(sent + 0.1), abs=2.0)


def test_the_bound_is_half_the_best_round_trip() -> None:
    clock = DeviceClock()
    clock.sample(1.0, 1.020, 500)
    clock.sample(2.0, 2.006, 1_500)
    assert clock.error_ms == pytest.approx(3.0)


def test_a_device_clock_that_wraps_goes_on() -> None:
    clock = DeviceClock()
    answered(clock, random.Random(1), 20, start_ms=WRAP_MS - 10_000.0)
    assert clock.host_to_device(120.0) == pytest.approx(WRAP_MS + 10_000.0, abs=1.0)


def test_nothing_is_known_before_the_first_answer() -> None:
    with pytest.raises(ValueError, match="not answered"):
        DeviceClock().host_to_device(1.0)
