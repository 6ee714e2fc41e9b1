"""Air that no sensor feels: however the plan cuts it into strokes, it never adds up to more than would trip.

The bladders here keep their slack, and their vents slow down as they empty, as those of a real one do.
"""

import math
from dataclasses import dataclass, field

import pytest

from firmware import wire
from tests.firmware.conftest import CALF, FOOT, Board, Rig, make_config

CAP_MMHG = 80
RISE_MMHG_S = 60
CONTACT_MS = 2000
MOST_MMHG = CAP_MMHG + 10 + RISE_MMHG_S * 0.25
"""The pump has a quarter second to spin up; here it does not need it."""

STROKES = [(0.6, 0.1), (1.0, 0.1), (1.0, 0.3), (1.2, 0.5), (1.2, 1.0)]
"""Seconds of a stroke, and of the pause after it."""

STUCK = [0, 6, 52]
"""Tenths of mmHg; from 6 mmHg on it would be felt."""

LEFT_AFTER_A_TICK = math.exp(-math.log(110 / 8) * 10 / 1700)
"""A vent from 110 to 8 mmHg within its nominal time."""


@dataclass
class Bladders(Board):
    """They take their slack first, and the vent does not let it out."""

    air: list[float] = field(default_factory=lambda: [0.0] * 3)
    slack: float = CONTACT_MS / 10 * 6
    most: float = 0.0

    def _move(self, number: int) -> None:
        bit = 1 << number
        if self.fill & bit and self.pumps:
            self.air[number] += 6 / self.fill.bit_count()
        over = self.air[number] - self.slack
        if over > 0 and not self.vent & bit:
            self.air[number] = self.slack + over * LEFT_AFTER_A_TICK
        self.tenths[number] = max(0, int(over))
        self.most = max(self.most, over / 10)


def dead(*stuck: tuple[int, int]) -> tuple[Rig, Bladders]:
    """A device of which some sensors are stuck, from the start, at so many tenths."""
    board = Bladders(said=dict(stuck))
    rig = Rig(make_config(contact_ms=CONTACT_MS, session_ms=600_000, pad_ms=600_000), board)
    return rig, board


def massage(rig: Rig, stroke_s: float, pause_s: float, *channels: int) -> None:
    """Stroke after stroke of 40 mmHg until the device faults; at most a minute."""
    at_s = 0.5
    rig.play(until_s=at_s)
    rig.step(0.2)
    while rig.core.state != wire.FAULTED and at_s < 60:
        end_s = at_s + stroke_s + pause_s
        rows = [(at_s, c, 40, 0.1) for c in channels] + [(at_s + stroke_s, c, 0, 0) for c in channels]
        rig.feed(*rows, base_s=at_s, until_s=end_s)
        rig.step(stroke_s + pause_s)
        at_s = end_s


@pytest.mark.parametrize("stuck", STUCK)
@pytest.mark.parametrize(("stroke_s", "pause_s"), STROKES)
def test_short_strokes_do_not_add_up_where_the_sensor_is_dead(stroke_s: float, pause_s: float, stuck: int) -> None:
    rig, board = dead((CALF, stuck))
    massage(rig, stroke_s, pause_s, CALF)
    assert rig.the_fault() == (wire.FAULT_FILL_TIMEOUT, CALF)
    assert board.most <= MOST_MMHG


@pytest.mark.parametrize("stuck", [(0, 0), (6, 6), (52, 52), (0, 52), (52, 0), (0, 25)])
@pytest.mark.parametrize(("stroke_s", "pause_s"), STROKES)
def test_nor_where_two_that_fill_together_are_dead(stroke_s: float, pause_s: float, stuck: tuple[int, int]) -> None:
    rig, board = dead((FOOT, stuck[0]), (CALF, stuck[1]))
    massage(rig, stroke_s, pause_s, FOOT, CALF)
    assert board.most <= MOST_MMHG


@pytest.mark.parametrize(("stroke_s", "pause_s"), STROKES)
def test_nor_where_a_stop_and_a_clear_follow_every_stroke(stroke_s: float, pause_s: float) -> None:
    rig, board = dead((CALF, 0))
    for _ in range(60):
        rig.play((0, CALF, 40, 0.1))
        rig.step(stroke_s)
        if rig.faults and rig.faults[-1][1] != wire.FAULT_ESTOP:
            break
        assert rig.send(wire.ESTOP) == wire.OK
        rig.step(0.01)
        assert rig.clear(rig.faults[-1][0]) == wire.OK
        rig.step(pause_s)
    assert rig.faults[-1][1] == wire.FAULT_FILL_TIMEOUT
    assert board.most <= MOST_MMHG
