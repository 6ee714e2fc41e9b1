"""The third wall where there is no air: heat, motors, and how long a session may last."""

from typing import TYPE_CHECKING

import pytest

from legato.firmware import wire

if TYPE_CHECKING:
    from tests.firmware.conftest import Rig

FOOT, CALF, KNEE, MOTOR, RATE, PAD = range(6)


def warm_up(rig: "Rig", tenths: int) -> None:
    """Bring the pad to a temperature within 20 ms, 0.5 degC and more at a time."""
    for reading in range(rig.board.pad_tenths, tenths, 40):
        rig.board.pad_tenths = reading
        rig.step(0.01)
    rig.board.pad_tenths = tenths


class TestHeatAndMotors:
    def test_43_degrees_trip(self, rig: "Rig") -> None:
        rig.play((0, PAD, 40, 0))
        warm_up(rig, 430)
        rig.step(1)
        assert rig.core.state == wire.RUNNING
        rig.board.pad_tenths = 431
        rig.step(0.05)
        assert rig.the_fault() == (wire.FAULT_OVER_TEMPERATURE, PAD)

    def test_a_broken_ntc_trips_at_the_fifth_sample(self, rig: "Rig") -> None:
        rig.play((0, PAD, 40, 0))
        rig.board.said[PAD] = wire.INVALID
        rig.step(0.04)
        assert rig.core.state == wire.RUNNING
        rig.step(0.01)
        assert rig.the_fault() == (wire.FAULT_SENSOR, PAD)

    @pytest.mark.parametrize(
        ("before", "tenths", "can_be"), [(50, 50, True), (49, 49, False), (240, 290, True), (240, 291, False)]
    )
    def test_below_5_degrees_or_5_degrees_off_within_a_tick_is_no_temperature(
        self, rig: "Rig", before: int, tenths: int, can_be: bool
    ) -> None:
        rig.board.said[PAD] = before
        rig.play((0, PAD, 40, 0))
        rig.board.said[PAD] = tenths
        rig.step(0.5)
        assert rig.core.fault_code == (0 if can_be else wire.FAULT_SENSOR)

    @pytest.mark.parametrize(("flicker", "within_s"), [(0, 60), (2, 180)], ids=["steady", "flickering"])
    def test_a_pad_at_full_power_that_does_not_warm_has_a_loose_ntc(
        self, patient_rig: "Rig", flicker: int, within_s: int
    ) -> None:
        rig = patient_rig

        def flick() -> None:
            rig.board.pad_tenths = 300 + rig.now_ms // 10 % 2 * flicker

        flick()
        rig.play((0, PAD, 40, 0), until_s=10)
        for second in range(1, within_s):
            rig.step(1, flick)
            assert rig.feed(until_s=second + 9, base_s=second) == wire.OK
        rig.step(2, flick)
        assert rig.the_fault() == (wire.FAULT_SENSOR, PAD)

    @pytest.mark.parametrize(("warmer", "is_loose"), [(5, True), (6, False)])
    def test_half_a_degree_in_three_minutes_is_not_warmer(
        self, patient_rig: "Rig", warmer: int, is_loose: bool
    ) -> None:
        rig = patient_rig

        def flick() -> None:
            rig.board.pad_tenths = 300 + (rig.now_ms >= 90_000) * warmer - rig.now_ms // 10 % 2

        rig.board.pad_tenths = 300
        rig.play((0, PAD, 40, 0), until_s=10)
        for second in range(1, 183):
            rig.step(1, flick)
            rig.feed(until_s=second + 9, base_s=second)
        assert (rig.core.fault_code == wire.FAULT_SENSOR) == is_loose

    def test_a_pad_that_warms_slowly_is_none(self, patient_rig: "Rig") -> None:
        rig = patient_rig
        rig.board.pad_tenths = 300
        rig.play((0, PAD, 40, 0), until_s=10)
        for second in range(1, 400):
            rig.board.pad_tenths = 300 + second // 20
            rig.step(1)
            assert rig.feed(until_s=second + 9, base_s=second) == wire.OK

    def test_the_thermostat_eases_off_on_its_way_and_stops_above(self, rig: "Rig") -> None:
        rig.play((0, PAD, 40, 0))
        duties = []
        for tenths in (240, 390, 420):
            warm_up(rig, tenths)
            rig.step(1.5)
            duties.append(rig.board.driven[PAD])
        assert duties[0] == 100
        assert 40 <= duties[1] < 70
        assert duties[2] == 0

    def test_a_motor_on_for_too_long_trips(self, rig: "Rig") -> None:
        rig.play((0, MOTOR, 60, 0), until_s=10)
        rig.step(6.9)
        assert rig.core.state == wire.RUNNING
        rig.step(0.2)
        assert rig.the_fault() == (wire.FAULT_ON_TOO_LONG, MOTOR)

    def test_a_heater_on_for_too_long_trips_whatever_its_temperature(self, rig: "Rig") -> None:
        rig.play((0, PAD, 40, 0), until_s=10)
        for second in range(1, 44):
            rig.step(1)
            rig.feed(until_s=second + 9, base_s=second)
        assert rig.the_fault() == (wire.FAULT_ON_TOO_LONG, PAD)


def test_a_session_does_not_last_for_ever(rig: "Rig") -> None:
    rig.play(until_s=10)
    for second in range(1, 62):
        rig.step(1)
        rig.feed(until_s=second + 9, base_s=second)
    assert rig.the_fault() == (wire.FAULT_SESSION_TOO_LONG, wire.NO_CHANNEL)
