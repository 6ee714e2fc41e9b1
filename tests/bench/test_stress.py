"""Timing under fire: what is reckoned from stamps, and that host and device processes do the whole work."""

import asyncio
import math

import pytest

from bench import fleet
from bench.handshakes import handshakes
from bench.stress import machine, trial
from bench.stress.budgets import clock_errors_ms
from bench.stress.spread import Spread, Stamp, errors_ms, percentile, spread, typical
from bench.stress.work import ACTUATORS, Ideal, device, intensity_channels, schedule, work
from legato.profiles import load


def test_the_work_is_a_set_point_each_100_ms_for_each_of_eight_actuators_and_no_two_at_once() -> None:
    ideals = list(work(20))
    assert len(ideals) == 1600
    assert len({ideal.when_ms for ideal in ideals}) == 1600
    assert all(1 <= ideal.value <= 100 for ideal in ideals)
    for actuator in range(ACTUATORS):
        values = [ideal.value for ideal in ideals if ideal.actuator == actuator]
        assert all(len(set(values[i : i + 100])) == 100 for i in range(100))


def test_the_routine_is_the_same_work_and_ends_at_rest() -> None:
    routine = schedule(3)
    channels = intensity_channels(device())
    rows = [(s.when_ms, s.channel, s.target) for s in routine.setpoints if s.target]
    assert rows == [(ideal.when_ms, channels[ideal.actuator], ideal.value) for ideal in work(3)]
    assert set(routine.targets_at(routine.duration_ms)) == {0.0}


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(n) for n in range(100, 0, -1)]
    assert [percentile(values, p) for p in (0, 1, 50, 99, 100)] == [1, 1, 50, 99, 100]
    assert percentile([3.0], 99) == 3.0
    assert math.isnan(percentile([], 50))


IDEALS = [Ideal(0, 0, 10), Ideal(10, 1, 20), Ideal(100, 0, 30), Ideal(110, 1, 40), Ideal(200, 0, 50)]


def test_an_error_is_what_was_executed_minus_what_was_ideal() -> None:
    stamps = [Stamp(5.001, 0, 10), Stamp(5.010, 1, 20), Stamp(5.150, 0, 30), Stamp(5.108, 1, 40), Stamp(6.2, 0, 50)]
    errors, lost = errors_ms(IDEALS, stamps, origin_s=5.0)
    assert errors == pytest.approx([1, 0, 50, -2, 1000])
    assert lost == 0


def test_what_never_came_is_lost_and_what_nobody_asked_for_does_not_count() -> None:
    stamps = [Stamp(0.1, 0, 30), Stamp(0.2, 0, 10), Stamp(0.2, 0, 50), Stamp(0.3, 7, 1), Stamp(0.01, 1, 20)]
    errors, lost = errors_ms(IDEALS, stamps, origin_s=0.0)
    assert errors == pytest.approx([0, 0, 0])
    assert lost == 2
    assert spread(errors, lost).max_ms == pytest.approx(0)
    assert (spread(errors, lost).lost, spread(errors, lost).of) == (2, 5)


def test_of_several_runs_the_median_of_each_figure_counts_but_the_worst_loss() -> None:
    runs = [Spread(1, 9, 30, 0, 8), Spread(3, 7, 20, 2, 8), Spread(2, 8, 90, 1, 8)]
    assert typical(runs) == Spread(2, 8, 30, 2, 8)


def test_the_time_that_was_stolen_is_a_share_or_unknown() -> None:
    percent = machine.Steal().percent()
    assert percent is None or 0 <= percent <= 100


def test_host_and_device_as_processes_with_a_pty_between_them_execute_every_set_point() -> None:
    async def tried() -> trial.Trial:
        return await trial.run(trial.LEGATO, trial.HostCondition.BLOCKED, 2.0, asyncio.Barrier(1))

    done = asyncio.run(tried())
    assert done.spread.of == 160
    assert done.spread.lost == 0
    assert done.host["outcome"] == "completed"
    assert done.device["received"] > done.host["setpoint_bytes"]


def test_the_clock_error_is_how_far_off_the_host_was_also_where_the_clock_went_round() -> None:
    host = {"clock": [(11.0, 6000.25), (12.0, 6999.0), (13.0, 8000.0 - (1 << 30))]}
    tried = trial.Trial(spread([], 0), host, {"clock": (10.0, 5000.0)})
    assert clock_errors_ms(tried) == pytest.approx([0.25, 1.0, 0.0])


def test_each_handshake_measure_is_within_its_budget() -> None:
    trips, *noisy = handshakes(load.device("wrap-3"), times=3)
    assert trips.value == 1
    assert [measure.is_kept for measure in noisy] == [True, True]


def test_a_fleet_is_connected_plays_and_comes_to_an_end() -> None:
    cost = asyncio.run(fleet.run(2, 0.1, is_idle=False))
    assert cost.cpu_percent > 0
    assert cost.memory_mb > 10
