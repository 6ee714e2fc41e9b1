"""The small parts: device time, the queue, the planned line, the anchor."""

from collections import deque

from hypothesis import given
from hypothesis import strategies as st

from legato.firmware.ramp import Ramp
from legato.firmware.session_clock import FULL_GAIN, SessionClock
from legato.firmware.setpoint_queue import SetPointQueue
from legato.firmware.ticks import MASK, ticks_add, ticks_diff

device_ms = st.integers(0, MASK)


@given(device_ms, st.integers(-(2**29), 2**29 - 1))
def test_device_time_wraps_without_a_jump(when_ms: int, span_ms: int) -> None:
    later_ms = ticks_add(when_ms, span_ms)
    assert 0 <= later_ms <= MASK
    assert ticks_diff(later_ms, when_ms) == span_ms


@given(
    st.lists(st.one_of(st.none(), st.tuples(st.integers(0, 2**29), *[st.integers(0, 255)] * 2, st.integers(0, 655350))))
)
def test_the_ring_is_a_queue(steps: list[tuple[int, int, int, int] | None]) -> None:
    queue, model = SetPointQueue(5), deque[tuple[int, int, int, int]]()
    for row in steps:
        if row is None and model:
            assert (queue.when_ms, queue.channel, queue.target, queue.ramp_ms) == model.popleft()
            queue.drop()
        elif row is not None and queue.free:
            queue.put(*row)
            model.append(row)
        assert queue.free == 5 - len(model)
        assert queue.due(MASK) == bool(model)


def test_a_row_is_due_from_its_own_millisecond_on() -> None:
    queue = SetPointQueue(2)
    queue.put(500, 0, 0, 0)
    assert not queue.due(499)
    assert queue.due(500)


def test_a_curve_is_a_straight_line_to_its_target() -> None:
    ramp = Ramp()
    ramp.aim(1000, 400, 2000)
    assert [ramp.at(ms) for ms in (0, 1000, 1500, 2000, 3000, 9000)] == [0, 0, 100, 200, 400, 400]


def test_a_new_aim_starts_where_the_line_is_even_when_it_is_called_late() -> None:
    on_time, late = Ramp(), Ramp()
    for ramp in (on_time, late):
        ramp.aim(0, 400, 4000)
        ramp.aim(2000, 0, 1000)
    assert late.at(2500) == on_time.at(2500) == 100


def test_a_ramp_of_nothing_is_a_step() -> None:
    ramp = Ramp()
    ramp.aim(100, 300, 0)
    assert ramp.at(100) == 300


def test_session_time_runs_from_its_anchor_and_stands_where_it_is_put() -> None:
    clock = SessionClock()
    clock.run_from(5000, MASK - 100)
    assert clock.session_ms(99) == 5200
    clock.stand_at(5200)
    assert clock.session_ms(77) == 5200


def test_gain_moves_20_percent_a_second() -> None:
    clock = SessionClock()
    clock.set_gain(50)
    for _ in range(100):
        clock.slew_gain(1)
    assert clock.percent == 80
    for _ in range(300):
        clock.slew_gain(1)
    assert clock.percent == 50
    clock.set_gain(100)
    for _ in range(1000):
        clock.slew_gain(1)
    assert clock.gain == FULL_GAIN


def test_an_epoch_counts_once() -> None:
    clock = SessionClock()
    assert clock.renew(1)
    assert not clock.renew(1)
    assert clock.renew(2)
