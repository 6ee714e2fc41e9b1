"""The third wall: every limit trips by itself, shuts everything at once, says why, and stays until it is cleared."""

from typing import TYPE_CHECKING

import pytest

from firmware import wire

if TYPE_CHECKING:
    from tests.firmware.conftest import Rig

FOOT, CALF, KNEE, MOTOR, RATE, PAD = range(6)


def highest(rig: "Rig", seconds: float) -> float:
    """The highest pressure in any bladder while `seconds` pass."""
    mmhg = [0.0]
    rig.step(seconds, lambda: mmhg.append(max(rig.board.tenths) / 10))
    return max(mmhg)


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


class TestFilling:
    def test_a_hose_that_came_off_is_noticed(self, rig: "Rig") -> None:
        rig.board.lost_hoses = 1
        rig.play((0, FOOT, 40, 1))
        rig.step(3)
        assert rig.the_fault() == (wire.FAULT_FILL_TIMEOUT, FOOT)

    def test_in_contact_twice_the_nominal_time_of_the_rise_is_the_limit(self, rig: "Rig") -> None:
        def rise_slowly() -> None:
            rig.board.said[FOOT] += 1

        rig.play((0, FOOT, 20, 1), (2, FOOT, 60, 0), until_s=10)
        rig.step(2)
        rig.board.said[FOOT] = 200
        rig.step(2 * (60 - 20) / 60, rise_slowly)
        assert rig.core.state == wire.RUNNING
        rig.step(0.6, rise_slowly)
        assert rig.the_fault() == (wire.FAULT_FILL_TIMEOUT, FOOT)

    def test_fills_that_were_let_out_again_do_not_add_up(self, patient_rig: "Rig") -> None:
        rig = patient_rig
        rig.play((0, FOOT, 80, 0), (0, CALF, 80, 0), (0, KNEE, 40, 0))
        for _ in range(15):
            rig.step(1)
            assert rig.core.state == wire.REFILL
            rig.pause()
            rig.step(2)
            assert rig.run() == wire.OK

    @pytest.mark.parametrize("flicker", [0, 1], ids=["steady", "flickering"])
    @pytest.mark.parametrize("at_mmhg", [15, 38], ids=["far below the command", "just below the command"])
    def test_a_sensor_that_does_not_move_while_the_pump_fills_is_stuck(
        self, rig: "Rig", at_mmhg: int, flicker: int
    ) -> None:
        felt: list[float] = []

        def stick() -> None:
            rig.board.said[FOOT] = at_mmhg * 10 + rig.now_ms // 10 % 2 * flicker
            felt.append(rig.mmhg(FOOT))

        rig.play((0, FOOT, at_mmhg, 1), (2, FOOT, 40, 0), until_s=9)
        rig.step(2)
        rig.step(1.5, stick)
        assert rig.the_fault() == (wire.FAULT_SENSOR, FOOT)
        assert max(felt) < at_mmhg + 40

    def test_one_tick_that_comes_late_makes_no_stuck_sensor_of_an_empty_bladder(self, roomy_rig: "Rig") -> None:
        roomy_rig.board.said[FOOT] = 6
        roomy_rig.play((0, FOOT, 40, 1))
        roomy_rig.step(0.1)
        roomy_rig.now_ms += 700
        roomy_rig.step(0.1)
        assert roomy_rig.core.state == wire.RUNNING

    @pytest.mark.parametrize("readings", [(42, 20, 20), (34, 33, 32)], ids=["emptier", "all offset by 3 mmHg"])
    def test_a_bladder_that_gets_no_air_since_emptier_ones_take_it_has_no_stuck_sensor(
        self, rig: "Rig", readings: tuple[int, int, int]
    ) -> None:
        rig.board.said = dict(zip((FOOT, CALF, KNEE), readings, strict=True))
        rig.play((0, FOOT, 6, 1), (0, CALF, 6, 1), (0, KNEE, 6, 1))
        rig.step(2)
        assert (rig.core.state, rig.board.fill) == (wire.RUNNING, 0b111)

    def test_an_offset_is_not_taken_for_a_stuck_sensor_while_the_slack_fills(self, roomy_rig: "Rig") -> None:
        roomy_rig.board.said = {FOOT: 36}
        roomy_rig.play((0, FOOT, 40, 1))
        roomy_rig.step(4)
        assert roomy_rig.core.state == wire.RUNNING

    def test_air_that_a_bladder_got_in_company_counts_when_it_goes_on_alone_and_nothing_is_felt(
        self, roomy_rig: "Rig"
    ) -> None:
        """Its slack is full by then: with a sensor that shows nothing, the rest of the air presses the leg."""
        rig = roomy_rig
        rig.board.said = {FOOT: 12, CALF: 12, KNEE: 12}
        rig.play((0, FOOT, 40, 1), (0, CALF, 6, 1), (0, KNEE, 6, 1), until_s=10)
        rig.step(3)
        assert rig.board.fill == 0b111
        rig.board.said |= {CALF: 60, KNEE: 60}
        rig.step(6.8)
        assert rig.the_fault() == (wire.FAULT_FILL_TIMEOUT, FOOT)
        contact_s, spin_up_s = 4.0, 0.25
        assert rig.mmhg(FOOT) <= (1.5 * contact_s + spin_up_s) * 60 + 2

    def test_bladders_that_fill_together_and_none_of_which_is_felt_get_no_more_than_each_alone(
        self, rig: "Rig"
    ) -> None:
        """One supply may take the sensors of all of them away."""
        rig.board.said = dict.fromkeys((FOOT, CALF, KNEE), 12)
        rig.play((0, FOOT, 40, 1), (0, CALF, 40, 1), (0, KNEE, 40, 1))
        peak_mmhg = highest(rig, 8)
        assert rig.the_fault()[0] == wire.FAULT_FILL_TIMEOUT
        contact_s, spin_up_s = 0.4, 0.25
        assert peak_mmhg <= (1.5 * contact_s + spin_up_s) * 60 + 2

    def test_nor_where_they_were_felt_before(self, rig: "Rig") -> None:
        every = (FOOT, CALF, KNEE)
        rig.play(*((at_s, channel, mmhg, 1) for at_s, mmhg in ((0, 20), (2, 0), (4, 40)) for channel in every))
        rig.step(3.9)
        rig.board.said = dict.fromkeys(every, 12)
        peak_mmhg = highest(rig, 6)
        assert rig.the_fault() == (wire.FAULT_FILL_TIMEOUT, KNEE)
        cap_mmhg, spin_up_s = 40, 0.25
        assert peak_mmhg <= cap_mmhg + 10 + spin_up_s * 60 + 2

    def test_in_a_pause_somebody_may_have_taken_them_off_and_their_slack_fills_once_more(
        self, roomy_rig: "Rig"
    ) -> None:
        rig = roomy_rig
        every = (FOOT, CALF, KNEE)
        rig.play(*((0, channel, 20, 1) for channel in every))
        rig.step(3)
        rig.pause()
        rig.step(1)
        rig.board.said = dict.fromkeys(every, 12)
        rig.run(rig.core.session_ms(rig.now_ms))
        rig.step(3 * 4.0)
        assert rig.core.state == wire.REFILL

    def in_company(self, rig: "Rig", worn: int, slack: int) -> None:
        """One that has been felt, and a slack one whose sensor shows 2.8 mmHg too much, are to rise together."""
        rises = [(at_s, channel, mmhg, 1) for at_s, mmhg in ((2, 40), (6, 10)) for channel in (FOOT, CALF)]
        rig.play((0, worn, 6, 1), *rises, until_s=10)
        rig.step(1)
        rig.board.said = {worn: 60}
        rig.step(0.5)
        rig.board.said = {worn: 48, slack: 28}
        rig.step(0.5)

    def test_one_that_is_felt_is_not_to_blame_for_the_air_that_goes_into_the_slack_of_another(
        self, roomy_rig: "Rig"
    ) -> None:
        rig = roomy_rig
        self.in_company(rig, worn=FOOT, slack=CALF)
        rig.step(5.5)
        assert (rig.core.state, rig.board.fill) == (wire.RUNNING, 0b11)

    @pytest.mark.parametrize(("worn", "lost", "more_s"), [(FOOT, CALF, 90 / 60), (CALF, FOOT, 0.5 * 4.0)])
    def test_a_hose_that_is_off_is_named_as_soon_in_company_as_alone(
        self, roomy_rig: "Rig", worn: int, lost: int, more_s: float
    ) -> None:
        """Half as much again as the slack takes, or its rise to 10 mmHg above its cap."""
        rig = roomy_rig
        self.in_company(rig, worn=worn, slack=lost)
        contact_s, spin_up_s = 4.0, 0.25
        rig.step(contact_s + more_s + spin_up_s - 0.1)
        assert rig.core.state == wire.RUNNING
        rig.step(0.5)
        assert rig.the_fault() == (wire.FAULT_FILL_TIMEOUT, lost)

    def test_two_of_which_nothing_is_felt_get_no_more_than_each_alone_beside_one_that_is_felt(self, rig: "Rig") -> None:
        rises = [(2, channel, 40, 1) for channel in (FOOT, CALF, KNEE)]
        rig.play((0, FOOT, 10, 1), *rises)
        rig.step(1.9)
        rig.board.said = {FOOT: 48, CALF: 28, KNEE: 28}
        contact_s, spin_up_s, ramp_s = 0.4, 0.25, 0.2
        rig.step(2 * (1.5 * contact_s + spin_up_s) + 0.1)
        assert (rig.core.state, rig.board.fill) == (wire.RUNNING, 0b111)
        rig.step(ramp_s + 0.2)
        assert rig.the_fault() == (wire.FAULT_FILL_TIMEOUT, CALF)

    def test_one_that_was_felt_and_has_lost_its_hose_is_found_by_the_others_fill_time(self, roomy_rig: "Rig") -> None:
        rig = roomy_rig
        rig.play(*((at_s, channel, mmhg, 1) for at_s, mmhg in ((0, 10), (3, 40)) for channel in (FOOT, CALF)))
        rig.step(2.9)
        rig.board.said = {FOOT: 48, CALF: 28}
        fill_s, spin_up_s = 2 * (40 - 4.8) / 60, 0.25
        rig.step(2 * (fill_s + spin_up_s) + 0.2)
        assert rig.the_fault() == (wire.FAULT_FILL_TIMEOUT, FOOT)

    def test_a_hose_that_comes_off_is_found_also_in_short_strokes_beside_one_that_was_never_felt(
        self, roomy_rig: "Rig"
    ) -> None:
        """What is given of its slack is not lost with a vent, but each stroke begins the limit of the other anew."""
        rig = roomy_rig
        rig.play((0, KNEE, 6, 1), until_s=2)
        rig.board.said = {KNEE: 60}
        rig.step(1.5)
        rig.board.said = {KNEE: 0, CALF: 0}
        for at_s in (2.0 + 1.8 * n for n in range(9)):
            rises = [(at_s, channel, 40, 0.2) for channel in (KNEE, CALF)]
            rig.feed(
                *rises, *((at_s + 1.5, channel, 0, 0) for channel in (KNEE, CALF)), base_s=at_s, until_s=at_s + 1.8
            )
            rig.step(1.8)
        assert rig.the_fault() == (wire.FAULT_FILL_TIMEOUT, KNEE)

    def test_stuck_sensors_are_noticed_in_company_too(self, rig: "Rig") -> None:
        rig.play((0, FOOT, 6, 1), (0, CALF, 6, 1), (0, KNEE, 6, 1), (3, FOOT, 40, 1), (3, CALF, 40, 1))
        rig.step(2.5)
        rig.board.said = {FOOT: 60, CALF: 60}
        peak_mmhg = highest(rig, 5)
        assert rig.the_fault()[0] == wire.FAULT_SENSOR
        assert peak_mmhg <= 6 + 20 + 0.25 * 60 + 2

    def test_top_ups_of_a_pressure_that_leaks_are_no_stuck_sensor(self, rig: "Rig") -> None:
        def leak() -> None:
            rig.board.tenths[FOOT] -= rig.now_ms % 100 == 0

        rig.play((0, FOOT, 40, 1), until_s=10)
        for second in range(1, 18):
            rig.step(1, leak)
            rig.feed(until_s=second + 9, base_s=second)
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
