"""Filling: a hose that is off, a sensor that is stuck, and air that nobody feels, alone and in company."""

from typing import TYPE_CHECKING

import pytest

from legato.firmware import wire

if TYPE_CHECKING:
    from tests.firmware.conftest import Rig

FOOT, CALF, KNEE = range(3)


def highest(rig: "Rig", seconds: float) -> float:
    """The highest pressure in any bladder while `seconds` pass."""
    mmhg = [0.0]
    rig.step(seconds, lambda: mmhg.append(max(rig.board.tenths) / 10))
    return max(mmhg)


def test_a_hose_that_came_off_is_noticed(rig: "Rig") -> None:
    rig.board.lost_hoses = 1
    rig.play((0, FOOT, 40, 1))
    rig.step(3)
    assert rig.the_fault() == (wire.FAULT_FILL_TIMEOUT, FOOT)


def test_in_contact_twice_the_nominal_time_of_the_rise_is_the_limit(rig: "Rig") -> None:
    def rise_slowly() -> None:
        rig.board.said[FOOT] += 1

    rig.play((0, FOOT, 20, 1), (2, FOOT, 60, 0), until_s=10)
    rig.step(2)
    rig.board.said[FOOT] = 200
    rig.step(2 * (60 - 20) / 60, rise_slowly)
    assert rig.core.state == wire.RUNNING
    rig.step(0.6, rise_slowly)
    assert rig.the_fault() == (wire.FAULT_FILL_TIMEOUT, FOOT)


def test_fills_that_were_let_out_again_do_not_add_up(patient_rig: "Rig") -> None:
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
def test_a_sensor_that_does_not_move_while_the_pump_fills_is_stuck(rig: "Rig", at_mmhg: int, flicker: int) -> None:
    felt: list[float] = []

    def stick() -> None:
        rig.board.said[FOOT] = at_mmhg * 10 + rig.now_ms // 10 % 2 * flicker
        felt.append(rig.mmhg(FOOT))

    rig.play((0, FOOT, at_mmhg, 1), (2, FOOT, 40, 0), until_s=9)
    rig.step(2)
    rig.step(1.5, stick)
    assert rig.the_fault() == (wire.FAULT_SENSOR, FOOT)
    assert max(felt) < at_mmhg + 40


def test_one_tick_that_comes_late_makes_no_stuck_sensor_of_an_empty_bladder(roomy_rig: "Rig") -> None:
    roomy_rig.board.said[FOOT] = 6
    roomy_rig.play((0, FOOT, 40, 1))
    roomy_rig.step(0.1)
    roomy_rig.now_ms += 700
    roomy_rig.step(0.1)
    assert roomy_rig.core.state == wire.RUNNING


@pytest.mark.parametrize("readings", [(42, 20, 20), (34, 33, 32)], ids=["emptier", "all offset by 3 mmHg"])
def test_a_bladder_that_gets_no_air_since_emptier_ones_take_it_has_no_stuck_sensor(
    rig: "Rig", readings: tuple[int, int, int]
) -> None:
    rig.board.said = dict(zip((FOOT, CALF, KNEE), readings, strict=True))
    rig.play((0, FOOT, 6, 1), (0, CALF, 6, 1), (0, KNEE, 6, 1))
    rig.step(2)
    assert (rig.core.state, rig.board.fill) == (wire.RUNNING, 0b111)


def test_an_offset_is_not_taken_for_a_stuck_sensor_while_the_slack_fills(roomy_rig: "Rig") -> None:
    roomy_rig.board.said = {FOOT: 36}
    roomy_rig.play((0, FOOT, 40, 1))
    roomy_rig.step(4)
    assert roomy_rig.core.state == wire.RUNNING


def test_air_that_a_bladder_got_in_company_counts_when_it_goes_on_alone_and_nothing_is_felt(roomy_rig: "Rig") -> None:
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


def test_bladders_that_fill_together_and_none_of_which_is_felt_get_no_more_than_each_alone(rig: "Rig") -> None:
    """One supply may take the sensors of all of them away."""
    rig.board.said = dict.fromkeys((FOOT, CALF, KNEE), 12)
    rig.play((0, FOOT, 40, 1), (0, CALF, 40, 1), (0, KNEE, 40, 1))
    peak_mmhg = highest(rig, 8)
    assert rig.the_fault()[0] == wire.FAULT_FILL_TIMEOUT
    contact_s, spin_up_s = 0.4, 0.25
    assert peak_mmhg <= (1.5 * contact_s + spin_up_s) * 60 + 2


def test_nor_where_they_were_felt_before(rig: "Rig") -> None:
    every = (FOOT, CALF, KNEE)
    rig.play(*((at_s, channel, mmhg, 1) for at_s, mmhg in ((0, 20), (2, 0), (4, 40)) for channel in every))
    rig.step(3.9)
    rig.board.said = dict.fromkeys(every, 12)
    peak_mmhg = highest(rig, 6)
    assert rig.the_fault() == (wire.FAULT_FILL_TIMEOUT, KNEE)
    cap_mmhg, spin_up_s = 40, 0.25
    assert peak_mmhg <= cap_mmhg + 10 + spin_up_s * 60 + 2


def test_in_a_pause_somebody_may_have_taken_them_off_and_their_slack_fills_once_more(roomy_rig: "Rig") -> None:
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


def in_company(rig: "Rig", worn: int, slack: int) -> None:
    """One that has been felt, and a slack one whose sensor shows 2.8 mmHg too much, are to rise together."""
    rises = [(at_s, channel, mmhg, 1) for at_s, mmhg in ((2, 40), (6, 10)) for channel in (FOOT, CALF)]
    rig.play((0, worn, 6, 1), *rises, until_s=10)
    rig.step(1)
    rig.board.said = {worn: 60}
    rig.step(0.5)
    rig.board.said = {worn: 48, slack: 28}
    rig.step(0.5)


def test_one_that_is_felt_is_not_to_blame_for_the_air_that_goes_into_the_slack_of_another(roomy_rig: "Rig") -> None:
    rig = roomy_rig
    in_company(rig, worn=FOOT, slack=CALF)
    rig.step(5.5)
    assert (rig.core.state, rig.board.fill) == (wire.RUNNING, 0b11)


@pytest.mark.parametrize(("worn", "lost", "more_s"), [(FOOT, CALF, 90 / 60), (CALF, FOOT, 0.5 * 4.0)])
def test_a_hose_that_is_off_is_named_as_soon_in_company_as_alone(
    roomy_rig: "Rig", worn: int, lost: int, more_s: float
) -> None:
    """Half as much again as the slack takes, or its rise to 10 mmHg above its cap."""
    rig = roomy_rig
    in_company(rig, worn=worn, slack=lost)
    contact_s, spin_up_s = 4.0, 0.25
    rig.step(contact_s + more_s + spin_up_s - 0.1)
    assert rig.core.state == wire.RUNNING
    rig.step(0.5)
    assert rig.the_fault() == (wire.FAULT_FILL_TIMEOUT, lost)


def test_two_of_which_nothing_is_felt_get_no_more_than_each_alone_beside_one_that_is_felt(rig: "Rig") -> None:
    rises = [(2, channel, 40, 1) for channel in (FOOT, CALF, KNEE)]
    rig.play((0, FOOT, 10, 1), *rises)
    rig.step(1.9)
    rig.board.said = {FOOT: 48, CALF: 28, KNEE: 28}
    contact_s, spin_up_s, ramp_s = 0.4, 0.25, 0.2
    rig.step(2 * (1.5 * contact_s + spin_up_s) + 0.1)
    assert (rig.core.state, rig.board.fill) == (wire.RUNNING, 0b111)
    rig.step(ramp_s + 0.2)
    assert rig.the_fault() == (wire.FAULT_FILL_TIMEOUT, CALF)


def test_one_that_was_felt_and_has_lost_its_hose_is_found_by_the_others_fill_time(roomy_rig: "Rig") -> None:
    rig = roomy_rig
    rig.play(*((at_s, channel, mmhg, 1) for at_s, mmhg in ((0, 10), (3, 40)) for channel in (FOOT, CALF)))
    rig.step(2.9)
    rig.board.said = {FOOT: 48, CALF: 28}
    fill_s, spin_up_s = 2 * (40 - 4.8) / 60, 0.25
    rig.step(2 * (fill_s + spin_up_s) + 0.2)
    assert rig.the_fault() == (wire.FAULT_FILL_TIMEOUT, FOOT)


def test_a_hose_that_comes_off_is_found_also_in_short_strokes_beside_one_that_was_never_felt(roomy_rig: "Rig") -> None:
    """What is given of its slack is not lost with a vent, but each stroke begins the limit of the other anew."""
    rig = roomy_rig
    rig.play((0, KNEE, 6, 1), until_s=2)
    rig.board.said = {KNEE: 60}
    rig.step(1.5)
    rig.board.said = {KNEE: 0, CALF: 0}
    for at_s in (2.0 + 1.8 * n for n in range(9)):
        rises = [(at_s, channel, 40, 0.2) for channel in (KNEE, CALF)]
        rig.feed(*rises, *((at_s + 1.5, channel, 0, 0) for channel in (KNEE, CALF)), base_s=at_s, until_s=at_s + 1.8)
        rig.step(1.8)
    assert rig.the_fault() == (wire.FAULT_FILL_TIMEOUT, KNEE)


def test_stuck_sensors_are_noticed_in_company_too(rig: "Rig") -> None:
    rig.play((0, FOOT, 6, 1), (0, CALF, 6, 1), (0, KNEE, 6, 1), (3, FOOT, 40, 1), (3, CALF, 40, 1))
    rig.step(2.5)
    rig.board.said = {FOOT: 60, CALF: 60}
    peak_mmhg = highest(rig, 5)
    assert rig.the_fault()[0] == wire.FAULT_SENSOR
    assert peak_mmhg <= 6 + 20 + 0.25 * 60 + 2


def test_top_ups_of_a_pressure_that_leaks_are_no_stuck_sensor(rig: "Rig") -> None:
    def leak() -> None:
        rig.board.tenths[FOOT] -= rig.now_ms % 100 == 0

    rig.play((0, FOOT, 40, 1), until_s=10)
    for second in range(1, 18):
        rig.step(1, leak)
        rig.feed(until_s=second + 9, base_s=second)
    assert rig.core.state == wire.RUNNING
