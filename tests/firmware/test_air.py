"""The air: one manifold shared fairly, valves that neither fight nor chatter, and a pressure that follows the plan."""

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from legato.firmware import wire

if TYPE_CHECKING:
    from tests.firmware.conftest import Rig

FOOT, CALF, KNEE = range(3)


def test_the_pressure_follows_the_planned_line(rig: "Rig") -> None:
    rig.play((0, FOOT, 40, 2), (3, FOOT, 10, 2), (6, FOOT, 30, 1))
    worst = [0.0]
    rig.step(8, lambda: worst.append(abs(rig.mmhg(FOOT) - rig.commanded(FOOT))))
    assert max(worst) <= 3


def test_the_command_rises_no_faster_than_40_mmhg_a_second_and_falls_freely(rig: "Rig") -> None:
    rig.play((1, FOOT, 60, 0), (4, FOOT, 6, 0))
    commands: list[float] = []
    rig.step(5, lambda: commands.append(rig.commanded(FOOT)))
    steps = [after - before for before, after in pairwise(commands)]
    assert max(steps) <= 0.5
    assert commands[200] == pytest.approx(40, abs=1)
    assert min(steps) < -50


def test_a_chamber_is_never_filled_and_vented_at_once(rig: "Rig") -> None:
    rig.play((0, FOOT, 40, 1), (0, CALF, 20, 2), (2, FOOT, 10, 0.2), (2.2, CALF, 50, 1), (2.5, KNEE, 40, 1))
    rig.step(6)
    assert all(not fill & ~vent for fill, vent, _ in rig.board.calls)


def test_the_dump_is_shut_exactly_while_a_chamber_fills(rig: "Rig") -> None:
    rig.play((0, FOOT, 40, 1), (1, CALF, 20, 2))
    rig.step(6)
    assert all(bool(fill) == bool(dump) for fill, _, dump in rig.board.calls)


def test_another_chamber_opens_only_after_a_break_of_20_ms(rig: "Rig") -> None:
    rig.play((0, FOOT, 40, 1), (0.5, CALF, 60, 1), (1, KNEE, 30, 1))
    fills: list[int] = []
    rig.step(6, lambda: fills.append(rig.board.fill))
    for at, (before, after) in enumerate(pairwise(fills)):
        if after & ~before:
            assert fills[at - 1] == before == 0


def test_the_earliest_deadline_is_served_first(rig: "Rig") -> None:
    rig.play((0, FOOT, 60, 6), (0, CALF, 30, 0.5))
    reached = {}
    rig.step(5, lambda: reached.update({FOOT: rig.mmhg(FOOT)}) if rig.mmhg(CALF) < 28 else None)
    assert reached[FOOT] < 10


def test_chambers_at_the_same_pressure_fill_together(rig: "Rig") -> None:
    rig.play((0, FOOT, 30, 2), (0, CALF, 30, 2))
    masks: list[int] = []
    rig.step(2, lambda: masks.append(rig.board.fill))
    assert masks.count(0b11) > 50


def test_a_slack_bladder_is_brought_into_contact_ahead_of_its_ramp(rig: "Rig") -> None:
    rig.play((0, FOOT, 6, 8))
    rig.step(0.3)
    assert rig.commanded(FOOT) < 0.5
    assert 2 <= rig.mmhg(FOOT) <= 3.5
    rig.board.calls.clear()
    rig.step(1.5)
    assert rig.board.calls == []


def test_valves_rest_while_the_pressure_holds(rig: "Rig") -> None:
    rig.hold(FOOT, 40)
    rig.board.calls.clear()
    rig.step(5)
    assert rig.board.calls == []


def test_the_pump_lingers_half_a_second_into_the_open_dump(rig: "Rig") -> None:
    rig.play((0, FOOT, 20, 1))
    rig.step(1.2)
    assert rig.board.pumps
    assert not rig.board.dump
    rig.step(0.6)
    assert not rig.board.pumps


def test_at_zero_the_vent_stays_open(rig: "Rig") -> None:
    rig.play((0, FOOT, 20, 1), (2, FOOT, 0, 0))
    rig.step(3)
    assert rig.core.state == wire.RUNNING
    assert rig.board.vent == 0
