"""While faulted: where the air does not leave through its vent, the fill valve opens as a second way out."""

from collections.abc import Callable
from itertools import cycle
from typing import TYPE_CHECKING

import pytest

from legato.firmware import wire
from legato.firmware.chamber import ChamberController
from legato.firmware.config import Air
from legato.firmware.ramp import Ramp
from legato.firmware.relief import Relief

if TYPE_CHECKING:
    from tests.firmware.conftest import Rig

FOOT = 0
VENT_MS = 3000


@pytest.fixture
def chamber() -> ChamberController:
    """The first of a device, last felt at 60 mmHg."""
    air = Air(pump=0, hold_ms=20_000, coil_ms=10, contact_ms=400, rise_mmhg_s=60, vent_ms=VENT_MS)
    chamber = ChamberController(0, 0, air, Ramp())
    chamber.pressure = 600
    return chamber


def relieved_ms(chamber: ChamberController, pressure: Callable[[int], int], ticks: int = 1) -> int | None:
    """When, within 6 s, the second way is opened for a chamber that says `pressure` (tenths, of ms)."""
    exhaust = Relief([chamber])
    for ms in range(0, 6000, 10 * ticks):
        if exhaust.watch([pressure(ms)], ticks):
            return ms
    return None


@pytest.mark.parametrize("ticks", [1, 3], ids=["in time", "in a slow loop"])
def test_a_vent_that_lets_nothing_off_is_helped_at_the_second_look(chamber: ChamberController, ticks: int) -> None:
    assert relieved_ms(chamber, lambda _: 600, ticks) == 300


def test_a_vent_that_works_needs_no_help(chamber: ChamberController) -> None:
    assert relieved_ms(chamber, lambda ms: max(0, 600 - ms // 4)) is None


@pytest.mark.parametrize(("tenths", "helped_ms"), [(9, 300), (10, VENT_MS)])
def test_less_than_1_mmhg_from_look_to_look_is_nothing(chamber: ChamberController, tenths: int, helped_ms: int) -> None:
    assert relieved_ms(chamber, lambda ms: 600 - ms // 300 * tenths) == helped_ms


@pytest.mark.parametrize(("tenths", "helped_ms"), [(100, None), (101, 300)])
def test_up_to_10_mmhg_no_second_way_is_needed(chamber: ChamberController, tenths: int, helped_ms: int | None) -> None:
    assert relieved_ms(chamber, lambda _: tenths) == helped_ms


def test_a_vent_that_lets_off_a_little_is_helped_after_its_nominal_time(chamber: ChamberController) -> None:
    """4 mmHg/s are more than a vent that is shut lets off, and less than a leg should wait for."""
    helped_ms = relieved_ms(chamber, lambda ms: 600 - ms // 25)
    assert helped_ms is not None
    assert VENT_MS <= helped_ms <= VENT_MS + 300


def test_a_sensor_that_trembles_hides_it_for_one_look_at_most(chamber: ChamberController) -> None:
    tremble = cycle([15] * 30 + [0] * 30)
    assert relieved_ms(chamber, lambda _: 600 + next(tremble)) == 600


def test_without_a_reading_what_was_felt_last_counts(chamber: ChamberController) -> None:
    assert relieved_ms(chamber, lambda _: wire.INVALID) == 0
    chamber.pressure = 40
    assert relieved_ms(chamber, lambda _: wire.INVALID) is None


def test_a_sensor_that_breaks_once_the_air_is_out_changes_nothing(chamber: ChamberController) -> None:
    assert relieved_ms(chamber, lambda ms: max(0, 600 - ms // 2) if ms < 2000 else wire.INVALID) is None


def test_a_chamber_whose_sensor_has_failed_has_two_ways_out(rig: "Rig") -> None:
    rig.hold(FOOT, 40)
    rig.board.said[FOOT] = wire.INVALID
    rig.step(0.1)
    assert rig.core.fault_code == wire.FAULT_SENSOR
    assert (rig.board.fill, rig.board.vent, rig.board.dump, rig.board.pumps) == (1, 0, 0, 0)
