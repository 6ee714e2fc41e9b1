"""How session time starts, stands, runs and ends, and what that does to the outputs."""

import struct
from typing import TYPE_CHECKING

import pytest

from legato.firmware import wire
from legato.firmware.session import EARLY_MS
from legato.firmware.ticks import TICK_MS

if TYPE_CHECKING:
    from tests.firmware.conftest import Rig

FOOT, CALF, KNEE, MOTOR, RATE, PAD = range(6)


def test_session_time_starts_at_once_where_there_is_nothing_to_refill(rig: "Rig") -> None:
    rig.play((0, FOOT, 40, 5))
    rig.step(1)
    assert 1000 - TICK_MS <= rig.core.session_ms(rig.now_ms) <= 1000


def test_session_time_begins_shortly_before_a_tick_whatever_the_moment_of_the_request(rig: "Rig") -> None:
    rig.arm()
    rig.feed(until_s=9)
    rig.now_ms += 7
    rig.run()
    rig.now_ms += 3
    rig.step(1)
    assert rig.core.session_ms(rig.now_ms) % TICK_MS == EARLY_MS


def test_session_time_starts_at_the_device_time_that_was_named(rig: "Rig") -> None:
    rig.arm()
    rig.feed(until_s=9)
    start_ms = rig.now_ms + 503
    rig.run(at_ms=start_ms)
    rig.step(1)
    assert rig.core.session_ms(rig.now_ms) == rig.now_ms - start_ms


def test_a_start_beyond_the_horizon_is_refused(rig: "Rig") -> None:
    rig.arm()
    assert rig.run(at_ms=rig.now_ms + 10_501) == wire.TOO_FAR_AHEAD


def test_a_run_from_anywhere_else_than_where_it_stands_is_refused(rig: "Rig") -> None:
    rig.arm()
    assert rig.run(session_ms=10) == wire.NOT_NOW
    rig.seek(5000)
    assert rig.run(session_ms=5000) == wire.OK


def test_a_refill_comes_before_session_time_and_obeys_the_slew(rig: "Rig") -> None:
    rig.play((0, FOOT, 40, 0))
    rig.step(0.5)
    assert rig.core.state == wire.REFILL
    assert rig.core.session_ms(rig.now_ms) == 0
    assert 18 <= rig.commanded(FOOT) <= 21
    rig.step(1)
    assert rig.core.state == wire.RUNNING
    assert rig.mmhg(FOOT) == pytest.approx(40, abs=3)


def test_a_refill_also_waits_for_what_is_far_above_the_plan(rig: "Rig") -> None:
    rig.hold(FOOT, 60)
    rig.pause()
    at_ms = rig.core.session_ms(rig.now_ms)
    rig.seek(at_ms)
    rig.feed((at_ms / 1000, FOOT, 20, 0), until_s=9, base_s=at_ms / 1000)
    rig.run(session_ms=at_ms)
    rig.step(0.4)
    assert rig.mmhg(FOOT) > 30
    assert rig.core.state == wire.REFILL
    rig.step(1)
    assert rig.core.state == wire.RUNNING


def test_a_refill_goes_on_while_the_slack_fills_under_a_sensor_that_shows_3_mmhg_too_much(roomy_rig: "Rig") -> None:
    rig = roomy_rig
    rig.board.said[FOOT] = 34
    rig.play((0, FOOT, 6, 0))
    rig.step(3.9)
    assert rig.core.state == wire.REFILL
    rig.board.said[FOOT] = 60
    rig.step(0.1)
    assert rig.core.state == wire.RUNNING


def test_and_no_longer_than_the_slack_takes(roomy_rig: "Rig") -> None:
    rig = roomy_rig
    rig.board.said[FOOT] = 34
    rig.play((0, FOOT, 6, 0))
    rig.step(4.3)
    assert rig.core.state == wire.RUNNING


def test_a_pause_lets_the_pressure_out_and_keeps_the_place(rig: "Rig") -> None:
    rig.play((0, FOOT, 40, 1), (0, MOTOR, 60, 0))
    rig.step(2)
    rig.pause()
    at_ms = rig.core.session_ms(rig.now_ms)
    rig.step(0.02)
    assert rig.board.driven[MOTOR] == 0
    rig.step(3)
    assert rig.mmhg(FOOT) <= 8
    assert rig.core.session_ms(rig.now_ms) == at_ms
    rig.run(session_ms=at_ms)
    rig.step(1.5)
    assert rig.core.state == wire.RUNNING
    assert rig.mmhg(FOOT) == pytest.approx(40, abs=3)


def test_a_pause_named_ahead_happens_at_its_session_time(rig: "Rig") -> None:
    rig.play((0, FOOT, 40, 1))
    assert rig.pause(at_ms=1234) == wire.OK
    rig.step(2)
    assert rig.core.state == wire.PAUSED
    assert rig.core.session_ms(rig.now_ms) == 1234


def test_a_pause_named_ahead_has_happened_where_another_pause_stands_at_its_time(rig: "Rig") -> None:
    rig.play((0, FOOT, 40, 1))
    rig.pause(at_ms=1234)
    rig.step(1.235)
    assert rig.core.state == wire.RUNNING
    rig.now_ms += 9
    rig.pause()
    assert rig.core.session_ms(rig.now_ms) == 1234
    rig.run(session_ms=1234)
    rig.now_ms += 1
    rig.step(2)
    assert rig.core.state == wire.RUNNING


def test_a_pause_named_ahead_outlives_one_that_comes_before(rig: "Rig") -> None:
    rig.play((0, FOOT, 40, 1))
    rig.pause(at_ms=1234)
    rig.step(0.5)
    rig.pause()
    rig.run(session_ms=rig.core.session_ms(rig.now_ms))
    rig.step(2)
    assert rig.core.state == wire.PAUSED
    assert rig.core.session_ms(rig.now_ms) == 1234


def test_heat_outlasts_the_first_half_minute_of_a_pause(rig: "Rig") -> None:
    rig.play((0, PAD, 40, 0))
    rig.pause()
    rig.step(29.9)
    assert rig.commanded(PAD) == 40
    rig.step(0.2)
    assert rig.commanded(PAD) == 0
    assert rig.board.driven[PAD] == 0


def test_a_pause_over_ten_minutes_ends_the_session(rig: "Rig") -> None:
    rig.hold(FOOT, 40)
    rig.pause()
    rig.step(600)
    assert rig.core.state == wire.PAUSED
    rig.step(0.1)
    assert (rig.core.state, rig.ended) == (wire.IDLE, wire.ENDED_PAUSE_TOO_LONG)


def test_a_repeated_epoch_changes_nothing(rig: "Rig") -> None:
    rig.hold(FOOT, 40)
    rig.pause()
    at_ms = rig.core.session_ms(rig.now_ms)
    assert rig.run(session_ms=at_ms, epoch=7) == wire.OK
    rig.step(1.5)
    assert rig.run(session_ms=at_ms, epoch=7) == wire.OK
    assert rig.core.state == wire.RUNNING


def test_a_request_of_the_past_changes_nothing(rig: "Rig") -> None:
    rig.hold(FOOT, 40)
    rig.pause()
    at_ms = rig.core.session_ms(rig.now_ms)
    assert rig.run(session_ms=at_ms, epoch=1) == wire.OK
    assert rig.core.state == wire.PAUSED
    assert rig.send(wire.SEEK, struct.pack(wire.SEEK_FORMAT, 1, 60_000)) == wire.OK
    assert rig.send(wire.GAIN, struct.pack(wire.GAIN_FORMAT, 1, 0)) == wire.OK
    rig.step(1)
    assert rig.core.session_ms(rig.now_ms) == at_ms
    assert rig.status[4:6] == (2, 100)


def test_a_stop_stops_whatever_its_epoch(rig: "Rig") -> None:
    rig.hold(FOOT, 40)
    assert rig.send(wire.STOP, struct.pack(wire.STOP_FORMAT, 1)) == wire.OK
    assert rig.core.state == wire.STOPPING


def test_a_skip_is_pause_seek_run(rig: "Rig") -> None:
    rig.hold(FOOT, 40)
    rig.pause()
    rig.step(1)
    rig.seek(30_000)
    rig.feed((30, CALF, 30, 1), until_s=33, base_s=30)
    rig.run(session_ms=30_000)
    rig.step(2)
    assert rig.commanded(FOOT) == 0
    assert rig.mmhg(CALF) == pytest.approx(30, abs=3)
    assert rig.core.session_ms(rig.now_ms) == pytest.approx(32_000, abs=20)


def test_intensity_scales_pressure_and_motor_but_neither_rate_nor_heat(rig: "Rig") -> None:
    rig.play((0, FOOT, 40, 1), (0, MOTOR, 60, 0), (0, RATE, 20, 0), (0, PAD, 40, 0))
    rig.gain(50)
    rig.step(4)
    assert [rig.commanded(channel) for channel in (FOOT, MOTOR, RATE, PAD)] == [20, 30, 20, 40]
    assert rig.mmhg(FOOT) == pytest.approx(20, abs=3)


def test_an_intensity_asked_for_while_nothing_is_let_through_is_there_at_once(rig: "Rig") -> None:
    rig.arm()
    rig.gain(30)
    rig.feed((0, MOTOR, 100, 0), (0, FOOT, 40, 0), until_s=9)
    rig.run()
    motor: list[float] = []
    rig.step(3, lambda: motor.append(max(rig.commanded(MOTOR), rig.commanded(FOOT) * 2.5)))
    assert max(motor) == 30


def test_intensity_never_exceeds_the_plan(rig: "Rig") -> None:
    rig.arm()
    assert rig.gain(101) == wire.OVER_LIMIT


def test_the_end_of_the_schedule_completes_the_session(rig: "Rig") -> None:
    rig.play((0, FOOT, 20, 1), (1.5, FOOT, 0, 0.5), until_s=2.5, end=True)
    rig.step(2.4)
    assert rig.core.state == wire.RUNNING
    rig.step(0.2)
    assert (rig.core.state, rig.ended) == (wire.IDLE, wire.ENDED_COMPLETED)
    assert rig.board.is_safe
    assert rig.core.session_ms(rig.now_ms) == 2500


def test_a_stop_opens_every_vent_with_the_next_tick_and_leaves_the_air_time(rig: "Rig") -> None:
    rig.hold(FOOT, 40)
    rig.stop()
    rig.step(0.01)
    assert (rig.commanded(FOOT), rig.board.vent) == (0, 0)
    rig.step(0.98)
    assert rig.core.state == wire.STOPPING
    rig.step(0.02)
    assert (rig.core.state, rig.ended) == (wire.IDLE, wire.ENDED_STOPPED)
    assert rig.board.is_safe


def test_a_release_for_another_reason_goes_on_through_a_stop(rig: "Rig") -> None:
    rig.play((0, FOOT, 40, 0), until_s=3)
    while rig.core.state != wire.STOPPING:
        rig.step(0.1)
    rig.stop()
    rig.step(1.1)
    assert (rig.core.state, rig.faults[-1][1]) == (wire.FAULTED, wire.FAULT_UNDERRUN)


def test_a_stop_while_refilling_raises_nothing(rig: "Rig") -> None:
    rig.play((0, FOOT, 40, 0))
    rig.step(0.25)
    before = rig.commanded(FOOT)
    rig.stop()
    after: list[float] = []
    rig.step(1.5, lambda: after.append(rig.commanded(FOOT)))
    assert max(after) <= before


def test_a_set_point_runs_on_the_first_tick_at_or_after_its_time(rig: "Rig") -> None:
    rig.play((0, FOOT, 10, 1), (1.5, MOTOR, 50, 0))
    seen: list[int] = []
    rig.step(2, lambda: seen.append(rig.core.session_ms(rig.now_ms)) if rig.board.driven.get(MOTOR) else None)
    assert 1500 <= seen[0] < 1510
    assert rig.status[13] < 10


def test_lateness_is_reported_and_leaves_no_drift(rig: "Rig") -> None:
    rig.play((1, FOOT, 40, 2), until_s=9)
    rig.step(0.9)
    rig.now_ms += 450
    rig.step(0.1)
    assert rig.status[13] == pytest.approx(400, abs=60)
    rig.step(0.5)
    session_ms = rig.core.session_ms(rig.now_ms)
    assert rig.commanded(FOOT) == pytest.approx((session_ms - 1000) / 50, abs=1)


class TestTogether:
    """What a host with several devices needs."""

    def test_a_trim_while_refilling_names_another_moment(self, rig: "Rig") -> None:
        assert rig.arm() == wire.OK
        assert rig.feed(until_s=9) == wire.OK
        assert rig.run(at_ms=rig.now_ms + 9000) == wire.OK
        rig.step(1)
        start_ms = rig.now_ms + 200
        assert rig.trim(10, start_ms) == wire.NOT_NOW
        assert rig.trim(0, rig.now_ms + 10_501) == wire.TOO_FAR_AHEAD
        assert rig.trim(0, start_ms) == wire.OK
        rig.step(1)
        assert rig.core.session_ms(rig.now_ms) == rig.now_ms - start_ms

    @pytest.mark.parametrize("rate", [-100, 0, 41, 100])
    def test_a_trim_puts_session_time_right_and_has_it_run_at_a_rate(self, rig: "Rig", rate: int) -> None:
        rig.hold(FOOT, 40)
        at_ms, session_ms = rig.now_ms - 50, rig.core.session_ms(rig.now_ms) + 100
        assert rig.trim(session_ms, at_ms, rate) == wire.OK
        rig.step(4)
        gone_ms = rig.now_ms - at_ms
        assert rig.core.session_ms(rig.now_ms) == session_ms + gone_ms + (gone_ms * rate >> 12)

    @pytest.mark.parametrize(
        ("by_ms", "ahead_ms", "rate"),
        [(201, 0, 0), (-201, 0, 0), (0, 0, 101), (0, 0, -101), (0, 2001, 0), (0, -2001, 0)],
    )
    def test_a_trim_is_small_or_refused(self, rig: "Rig", by_ms: int, ahead_ms: int, rate: int) -> None:
        rig.hold(FOOT, 40)
        rig.step(2)
        before = rig.core.session_ms(rig.now_ms)
        assert rig.trim(before + ahead_ms + by_ms, rig.now_ms + ahead_ms, rate) == wire.OVER_LIMIT
        assert rig.core.session_ms(rig.now_ms) == before

    def test_the_rate_lasts_through_a_pause_and_ends_with_the_session(self, rig: "Rig") -> None:
        rig.hold(FOOT, 0)
        assert rig.trim(rig.core.session_ms(rig.now_ms), rig.now_ms, 100) == wire.OK
        assert rig.pause() == wire.OK
        rig.step(1)
        stood_ms = rig.core.session_ms(rig.now_ms)
        assert rig.run(stood_ms) == wire.OK
        rig.step(0.01)
        began_ms = rig.now_ms + TICK_MS - EARLY_MS
        rig.step(2)
        assert rig.core.session_ms(rig.now_ms) == pytest.approx(
            stood_ms + (rig.now_ms - began_ms) * (1 + 100 / 4096), abs=1
        )
        assert rig.stop() == wire.OK
        rig.step(2)
        rig.play(until_s=9)
        began_ms = rig.now_ms + TICK_MS - EARLY_MS
        rig.step(2)
        assert rig.core.session_ms(rig.now_ms) == rig.now_ms - began_ms
