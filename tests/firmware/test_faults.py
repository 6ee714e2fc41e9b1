"""The third wall: every limit trips by itself, shuts everything at once, says why, and stays until it is cleared."""

from typing import TYPE_CHECKING

import pytest

from legato.firmware import wire

if TYPE_CHECKING:
    from tests.firmware.conftest import Rig

FOOT, CALF, KNEE, MOTOR, RATE, PAD = range(6)


class TestEmergencyStop:
    def test_it_acts_when_it_is_received_and_not_at_the_next_tick(self, rig: "Rig") -> None:
        rig.play((0, FOOT, 40, 1), (0, MOTOR, 60, 0), (0, PAD, 40, 0))
        rig.step(2)
        assert rig.board.vent
        assert rig.board.enabled
        assert rig.send(wire.ESTOP) == wire.OK
        assert rig.board.is_safe
        assert rig.core.state == wire.FAULTED

    @pytest.mark.parametrize("session", [0, 1, 0xFFFF])
    def test_it_is_taken_from_any_session(self, rig: "Rig", session: int) -> None:
        rig.hold(FOOT, 40)
        assert rig.send(wire.ESTOP, session=session, seq=200) == wire.OK
        assert rig.core.fault_code == wire.FAULT_ESTOP

    def test_whatever_else_arrives_with_it_starts_nothing(self, rig: "Rig") -> None:
        rig.hold(FOOT, 40)
        stop = wire.encode(wire.ESTOP, 1, 0)
        rig.send_raw(stop + wire.encode(wire.HEARTBEAT, 2, rig.session) + stop)
        rig.step(1)
        assert rig.board.is_safe
        assert rig.faults[0][1] == wire.FAULT_ESTOP


class TestLatch:
    def test_a_fault_is_repeated_until_it_is_seen(self, rig: "Rig") -> None:
        rig.send(wire.ESTOP)
        rig.step(1.1)
        assert len(rig.faults) == 5
        rig.send(wire.FAULT_SEEN, b"\x01")
        rig.step(1)
        assert len(rig.faults) == 5
        assert rig.status[6:8] == (1, wire.FAULT_ESTOP)

    def test_it_is_cleared_by_its_number_and_without_pressure(self, rig: "Rig") -> None:
        rig.hold(FOOT, 40)
        rig.send(wire.ESTOP)
        assert rig.clear(1) == wire.NOT_NOW
        rig.step(2)
        assert rig.clear(2) == wire.NOT_NOW
        assert rig.clear(1) == wire.OK
        assert rig.clear(1) == wire.OK
        assert rig.core.state == wire.IDLE
        assert rig.arm(rig.session + 1) == wire.OK

    def test_below_8_mmhg_there_is_no_pressure(self, rig: "Rig") -> None:
        rig.send(wire.ESTOP)
        codes = []
        for tenths in (80, 79):
            rig.board.said[FOOT] = tenths
            rig.step(0.01)
            codes.append(rig.clear(1))
        assert codes == [wire.NOT_NOW, wire.OK]

    def test_the_first_cause_stays(self, rig: "Rig") -> None:
        rig.board.said[FOOT] = wire.INVALID
        rig.step(1)
        rig.send(wire.ESTOP)
        rig.step(1)
        assert rig.core.fault_code == wire.FAULT_SENSOR


class TestPressure:
    def test_above_the_command_for_half_a_second_trips(self, rig: "Rig") -> None:
        rig.hold(FOOT, 40)
        rig.board.said[FOOT] = 520
        rig.step(0.4)
        assert rig.core.state == wire.RUNNING
        rig.step(0.2)
        assert rig.the_fault() == (wire.FAULT_OVER_PRESSURE, FOOT)
        assert rig.faults[0][3:5] == (520, 400)

    def test_a_persons_movement_is_bled_and_not_latched(self, rig: "Rig") -> None:
        rig.hold(FOOT, 40)
        rig.board.jolt_tenths = 150
        rig.step(2)
        assert rig.mmhg(FOOT) == pytest.approx(25, abs=3)
        rig.board.jolt_tenths = 0
        rig.step(2)
        assert rig.core.state == wire.RUNNING
        assert rig.mmhg(FOOT) == pytest.approx(40, abs=3)

    def test_ten_above_the_cap_trips_at_once(self, rig: "Rig") -> None:
        rig.hold(KNEE, 40)
        rig.board.said[KNEE] = 501
        rig.step(0.01)
        assert rig.the_fault() == (wire.FAULT_OVER_CAP, KNEE)

    def test_ten_above_the_cap_trips_even_when_idle(self, rig: "Rig") -> None:
        rig.step(0.1)
        for reading in range(0, 540, 20):
            rig.board.said[KNEE] = reading
            rig.step(0.01)
        assert rig.core.fault_code == wire.FAULT_OVER_CAP

    def test_a_run_of_pressure_beyond_the_hold_time_trips(self, rig: "Rig") -> None:
        rig.play((0, FOOT, 12, 1), until_s=10)
        for second in range(1, 23):
            rig.step(1)
            rig.feed(until_s=second + 9, base_s=second)
        assert rig.core.state == wire.RUNNING
        rig.step(2)
        assert rig.the_fault() == (wire.FAULT_HOLD_TOO_LONG, FOOT)

    @pytest.mark.parametrize("spike_tenths", [0, 45])
    def test_a_rest_at_baseline_ends_the_run_however_noisy_the_sensor(self, rig: "Rig", spike_tenths: int) -> None:
        def tremble() -> None:
            rig.board.jolt_tenths = spike_tenths if rig.now_ms % 500 == 0 else 0

        rig.play((0, FOOT, 12, 1), until_s=10)
        for second in range(1, 46):
            rig.step(1, tremble)
            target = {8: 6.0, 20: 12.0}.get(second)
            rows = [] if target is None else [(second + 9, FOOT, target, 0)]
            assert rig.feed(*rows, until_s=second + 9, base_s=second) == wire.OK
        assert rig.core.state == wire.RUNNING


class TestVenting:
    def test_a_vent_that_stays_shut_is_noticed_and_the_air_leaves_by_the_fill_valve(self, rig: "Rig") -> None:
        rig.hold(FOOT, 40)
        rig.board.broken_vents = 1
        rig.pause()
        rig.step(3.3)
        assert rig.core.state == wire.PAUSED
        rig.step(0.2)
        assert rig.the_fault() == (wire.FAULT_VENT_TIMEOUT, FOOT)
        rig.step(0.4)
        assert rig.board.fill == 1
        rig.step(2)
        assert rig.mmhg(FOOT) == 0

    def test_a_vent_that_fails_after_an_emergency_stop_is_helped_within_half_a_second(self, rig: "Rig") -> None:
        rig.hold(FOOT, 40)
        rig.board.broken_vents = 1
        rig.send(wire.ESTOP)
        peak: list[float] = []
        rig.step(0.5, lambda: peak.append(rig.mmhg(FOOT)))
        assert rig.board.fill == 1
        assert not rig.board.dump
        assert max(peak) <= 42

    def test_a_sound_vent_needs_no_help(self, rig: "Rig") -> None:
        rig.hold(FOOT, 40)
        rig.send(wire.ESTOP)
        rig.step(2, lambda: None)
        assert rig.board.fill == 0

    def test_a_pressure_that_rises_although_it_should_fall_trips(self, rig: "Rig") -> None:
        rig.hold(CALF, 40)
        rig.board.said[FOOT] = 105
        rig.step(2)
        assert rig.core.state == wire.RUNNING
        rig.step(0.5)
        assert rig.core.fault_code == wire.FAULT_VENT_TIMEOUT


class TestSensors:
    def test_one_bad_sample_is_nothing(self, rig: "Rig") -> None:
        rig.hold(FOOT, 40)
        for bad in (wire.INVALID, 1500, 0):
            rig.board.said[FOOT] = bad
            rig.step(0.01)
            del rig.board.said[FOOT]
            rig.step(0.5)
        assert rig.core.state == wire.RUNNING

    @pytest.mark.parametrize("reading", [wire.INVALID, 1000])
    def test_five_in_a_row_trip(self, rig: "Rig", reading: int) -> None:
        rig.hold(FOOT, 40)
        rig.board.said[FOOT] = reading
        rig.step(0.05)
        assert rig.the_fault() == (wire.FAULT_SENSOR, FOOT)

    def test_so_does_one_that_jumps_again_and_again(self, rig: "Rig") -> None:
        rig.hold(FOOT, 40)
        for _ in range(10):
            rig.board.said[FOOT] = 1000
            rig.step(0.01)
            del rig.board.said[FOOT]
            rig.step(0.02)
        assert rig.the_fault() == (wire.FAULT_SENSOR, FOOT)

    def test_a_fault_of_a_sensor_cannot_be_cleared_while_it_lasts(self, rig: "Rig") -> None:
        rig.board.said[FOOT] = wire.INVALID
        rig.step(1)
        assert rig.clear(1) == wire.NOT_NOW
        del rig.board.said[FOOT]
        rig.step(1)
        assert rig.clear(1) == wire.OK


class TestHoldAcrossFaults:
    def hold_again(self, rig: "Rig", rest_s: float) -> None:
        """Two holds of 15 s, where 20 s are the longest, with an emergency stop and a rest in between."""
        for session in (1, 2):
            assert rig.arm(session) == wire.OK
            assert rig.feed((0, FOOT, 40, 1), until_s=10) == wire.OK
            assert rig.run() == wire.OK
            for second in range(1, 16):
                rig.step(1)
                rig.feed(until_s=second + 9, base_s=second)
            if session == 1:
                rig.send(wire.ESTOP)
                rig.step(rest_s)
                assert rig.clear(1) == wire.OK

    def test_a_fault_that_is_cleared_at_once_does_not_end_a_hold(self, rig: "Rig") -> None:
        self.hold_again(rig, rest_s=2)
        assert rig.faults[-1][1:3] == (wire.FAULT_HOLD_TOO_LONG, FOOT)

    def test_a_rest_ends_it_in_a_fault_as_well(self, rig: "Rig") -> None:
        self.hold_again(rig, rest_s=12)
        assert rig.core.state == wire.RUNNING
