"""Runs: how long a channel acts in one piece, and when it has to wait."""

import pytest

from legato.profiles.restrictions import Limit
from legato.profiles.run_limits import Burst, RunMeter, RunRule, bursts
from legato.profiles.segments import Points, Segment

RULE = RunRule(above=10.0, quiet=8.0, break_s=10.0, limit=Limit(30.0, "longest knee hold 30 s"))


def press(seconds: float, mmhg: float = 30.0) -> Segment:
    return Segment.of({3: [(0.0, 6.0), (1.0, mmhg), (1.0 + seconds, mmhg), (2.0 + seconds, 6.0)]})


@pytest.fixture
def meter() -> RunMeter:
    return RunMeter({3: RULE})


def test_a_burst_reaches_from_the_quiet_level_to_the_quiet_level() -> None:
    assert bursts(press(10.0).curves[3], RULE) == [Burst(start=8, end=1192, run_from=16)]


def test_the_baseline_is_rest() -> None:
    assert bursts(press(10.0, mmhg=8.0).curves[3], RULE) == []


def test_between_quiet_and_pressing_no_run_begins() -> None:
    assert bursts(press(10.0, mmhg=9.0).curves[3], RULE)[0].run_from is None


def test_a_first_press_never_waits(meter: RunMeter) -> None:
    assert meter.wait(press(20.0), 0) == (0, -1)


def test_a_second_press_waits_until_the_break_is_full(meter: RunMeter) -> None:
    meter.add(press(20.0), 0)
    ticks, channel = meter.wait(press(20.0), 2200)
    # The first is quiet from tick 2192 on, the second is not from its 8th tick on; 10.5 s are planned.
    assert (2200 + ticks + 8 - 2192, channel) == (1050, 3)
    assert meter.wait(press(20.0), 2200 + ticks) == (0, -1)


def test_short_presses_add_up_without_a_break(meter: RunMeter) -> None:
    now, one = 0, press(4.0)
    while meter.wait(one, now) == (0, -1):
        meter.add(one, now)
        now += one.ticks
    assert 20 * 100 < now < 30 * 100


def test_a_channel_without_a_rule_never_waits(meter: RunMeter) -> None:
    points: Points = [(0.0, 0.0), (0.0, 50.0), (900.0, 50.0)]
    meter.add(Segment.of({7: points}), 0)
    assert meter.wait(Segment.of({7: points}), 90_000) == (0, -1)


def test_waiting_for_one_channel_counts_for_the_others() -> None:
    slow = RunRule(10.0, 8.0, 10.0, Limit(50.0, "longest calf hold 50 s"))
    meter = RunMeter({2: slow, 3: RULE})
    both = Segment.of({channel: [(0.0, 6.0), (1.0, 30.0), (22.0, 30.0), (23.0, 6.0)] for channel in (2, 3)})
    calf = Segment.of({2: [(0.0, 6.0), (1.0, 30.0), (4.0, 30.0), (5.0, 6.0)]})
    meter.add(both, 0)
    meter.add(calf, both.ticks)
    now = both.ticks + calf.ticks
    ticks, _ = meter.wait(both, now)
    meter.add(both, now + ticks)
    assert ticks >= 1000
