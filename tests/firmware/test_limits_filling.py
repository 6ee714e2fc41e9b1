"""Limits of filling, from either side: what is slack, what is felt, how much air it gets, and what is stuck.

None of these figures has a source: all are estimates of ours, for the nominal air of `tests.firmware.guards`.
"""

from typing import TYPE_CHECKING

import pytest

from legato.firmware import wire
from legato.firmware.chamber_monitor import ChamberMonitor
from tests.firmware.guards import filling, guard, holding, tripped_after

if TYPE_CHECKING:
    from tests.firmware.conftest import Rig

FOOT = 0
FIRST_CONTACT_MS = 1.5 * 400 + 250
STUCK_MS = 1000 * 20 / 60 + 250


def filled_ms(one: ChamberMonitor, mmhg: float) -> float:
    """How long a chamber may be filled with this reading."""
    ticks = tripped_after(filling(one), round(mmhg * 10))
    assert ticks is not None
    return ticks * 10


@pytest.mark.parametrize(("tenths", "fills"), [(19, True), (20, False)])
def test_below_2_mmhg_a_bladder_is_slack_and_is_brought_into_contact(rig: "Rig", tenths: int, fills: bool) -> None:
    rig.play((0, FOOT, 6, 8))
    while not rig.board.fill:
        rig.step(0.01)
    rig.board.said[FOOT] = tenths
    rig.step(0.02)
    assert bool(rig.board.fill) == fills


def test_without_contact_it_gets_one_and_a_half_times_the_slack_and_a_quarter_second() -> None:
    assert filled_ms(guard(), 0) == pytest.approx(FIRST_CONTACT_MS, abs=10)


def test_of_the_time_that_the_valve_is_shut_a_hundredth_is_forgotten() -> None:
    one = filling(guard())
    assert tripped_after(one, 0, most=50) is None
    one.chamber.sharing = 0
    assert tripped_after(one, 0, most=3000) is None
    assert filled_ms(one, 0) == pytest.approx(FIRST_CONTACT_MS - 500 + 30_000 / 100, abs=10)


def let_out(one: ChamberMonitor, seconds: float) -> ChamberMonitor:
    """The same after its vent was open for so long."""
    one.chamber.venting, one.chamber.sharing = True, 0
    assert tripped_after(one, 0, most=round(seconds * 100)) is None
    return one


def test_a_vent_takes_its_nominal_time_to_let_out_what_would_bring_the_pressure_from_contact_to_its_trip() -> None:
    one = filling(guard())
    assert tripped_after(one, 0, most=80) is None
    trip_ms = (110 + 10) * 1000 / 60
    assert filled_ms(filling(let_out(one, 0.17)), 0) == pytest.approx(FIRST_CONTACT_MS - 800 + trip_ms / 10, abs=10)


def test_or_lets_out_at_once_what_is_seen_to_leave() -> None:
    one = filling(guard())
    assert tripped_after(one, 0, most=40) is None
    assert tripped_after(one, 50, most=30) is None
    assert filled_ms(filling(let_out(one, 0.01)), 0) == pytest.approx(FIRST_CONTACT_MS - 700 + 5000 / 60, abs=10)


def test_a_vent_lets_the_slack_out_only_once_the_session_is_over() -> None:
    one = filling(guard())
    assert tripped_after(one, 0, most=40) is None
    assert filled_ms(filling(let_out(one, 10)), 0) == pytest.approx(FIRST_CONTACT_MS - 400, abs=10)
    one.forget_contact()
    assert filled_ms(filling(let_out(one, 10)), 0) == pytest.approx(FIRST_CONTACT_MS, abs=10)


@pytest.mark.parametrize(("mmhg", "code"), [(5.9, wire.FAULT_FILL_TIMEOUT), (6, wire.FAULT_SENSOR)])
def test_from_6_mmhg_on_it_is_felt_so_what_does_not_move_is_its_sensor(mmhg: float, code: int) -> None:
    one = guard()
    filled_ms(one, mmhg)
    assert one.code == code


@pytest.mark.parametrize(("mmhg", "code"), [(2.9, wire.FAULT_FILL_TIMEOUT), (3, wire.FAULT_SENSOR)])
def test_below_3_mmhg_one_that_was_felt_may_have_lost_its_contact(mmhg: float, code: int) -> None:
    one = holding(10)
    filled_ms(one, mmhg)
    assert one.code == code


def test_a_reading_that_does_not_move_is_stuck_after_20_mmhg_of_air() -> None:
    assert filled_ms(holding(10), 10) == pytest.approx(STUCK_MS, abs=10)


RISE_MS = 1000 / 60


@pytest.mark.parametrize(
    ("by_mmhg", "more_ms"),
    [
        (0.4, STUCK_MS - 500),
        (1.2, STUCK_MS - 500 + 4.3 * RISE_MS),
        (2.9, STUCK_MS - 500 + 10.6 * RISE_MS),
        (3, STUCK_MS),
    ],
)
def test_to_move_is_to_move_by_3_mmhg_or_to_rise_by_a_quarter_of_what_it_gets(by_mmhg: float, more_ms: float) -> None:
    one = filling(holding(10))
    assert tripped_after(one, 100, most=50) is None
    assert filled_ms(one, 10 + by_mmhg) == pytest.approx(more_ms, abs=10)


FROM_10_MMHG = [100] * 20
FROM_A_LITTLE_MORE = [101] * 10 + [100] * 9 + [99]
"""So that the smoothed reading is half a tenth higher."""


@pytest.mark.parametrize(("tenths", "more_ms"), [(FROM_10_MMHG, 4 * 0.5 * RISE_MS), (FROM_A_LITTLE_MORE, 0)])
def test_what_rises_by_less_than_half_a_mmhg_is_noise(tenths: list[int], more_ms: float) -> None:
    one = filling(holding(10))
    assert not any(one.check(reading, 1) for reading in (*tenths, *[105] * 12))
    assert filled_ms(one, 10.5) == pytest.approx(STUCK_MS - 320 + more_ms, abs=10)
