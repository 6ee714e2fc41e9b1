"""Air that no sensor feels: however the plan cuts it into strokes, it never adds up to more than would trip.

The bladders here keep their slack, and their vents slow down as they empty, as those of a real one do.
"""

import math
from dataclasses import dataclass, field

import pytest

from legato.firmware import wire
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
    tremble: tuple[int, ...] = (0,)
    """What comes on top of what the stuck sensors say, in turn."""

    def measure(self, out: list[int]) -> None:
        super().measure(out)
        for channel in self.said:
            out[channel] += self.tremble[self._samples % len(self.tremble)]

    def _move(self, number: int) -> None:
        bit = 1 << number
        if self.fill & bit and self.pumps:
            self.air[number] += 6 / self.fill.bit_count()
        over = self.air[number] - self.slack
        if over > 0 and not self.vent & bit:
            self.air[number] = self.slack + over * LEFT_AFTER_A_TICK
        self.tenths[number] = max(0, int(over))
        self.most = max(self.most, over / 10)


def dead(*stuck: tuple[int, int], coil_ms: int = 0) -> tuple[Rig, Bladders]:
    """A device of which some sensors are stuck, from the start, at so many tenths."""
    board = Bladders(said=dict(stuck))
    rig = Rig(make_config(contact_ms=CONTACT_MS, session_ms=600_000, pad_ms=600_000, coil_ms=coil_ms), board)
    return rig, board


def felt(*channels: int, coil_ms: int = 0) -> tuple[Rig, Bladders]:
    """A device in the fifth second of a session in which these bladders have been in contact with 10 mmHg."""
    rig, board = dead(coil_ms=coil_ms)
    rig.play(*((0, channel, 10, 0.1) for channel in channels), until_s=5)
    rig.step(4.9)
    assert rig.core.state == wire.RUNNING
    return rig, board


def massage(rig: Rig, stroke_s: float, pause_s: float, *channels: int, low: float = 0, high: float = 40) -> None:
    """Stroke after stroke, in mmHg, until the device faults; at most a minute. A session is begun if none is on."""
    if rig.core.state == wire.IDLE:
        rig.play(until_s=0.5)
        rig.step(0.2)
    begin_s = at_s = rig.core.session_ms(rig.now_ms) // 500 / 2 + 0.5
    while rig.core.state != wire.FAULTED and at_s < begin_s + 60:
        end_s = at_s + stroke_s + pause_s
        rows = [(at_s, c, high, 0.1) for c in channels] + [(at_s + stroke_s, c, low, 0) for c in channels]
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


@pytest.mark.parametrize("stuck", [30, 45, 59])
@pytest.mark.parametrize(("stroke_s", "pause_s"), STROKES)
def test_nor_where_both_show_a_little_and_the_command_stays_near_it(
    stroke_s: float, pause_s: float, stuck: int
) -> None:
    rig, board = dead((FOOT, stuck), (CALF, stuck))
    massage(rig, stroke_s, pause_s, FOOT, CALF, low=stuck / 10, high=10)
    assert rig.the_fault()[0] == wire.FAULT_FILL_TIMEOUT
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


FELT_MOST_MMHG = 20 + RISE_MMHG_S * 0.25 + 10 + 2
"""What has to move a reading, what was felt before, and what a coil lets through."""


@pytest.mark.parametrize("coil_ms", [0, 20])
@pytest.mark.parametrize("low", [0, 3.5])
@pytest.mark.parametrize("stuck", [30, 31, 47, 52, 60])
def test_nor_where_the_sensor_sticks_at_a_little_once_it_was_felt(stuck: int, low: float, coil_ms: int) -> None:
    rig, board = felt(CALF, coil_ms=coil_ms)
    board.said = {CALF: stuck}
    massage(rig, 0.2, 0.3, CALF, low=low, high=10)
    assert rig.the_fault() == (wire.FAULT_SENSOR, CALF)
    assert board.most <= FELT_MOST_MMHG


@pytest.mark.parametrize("low", [4, 6])
def test_nor_where_the_hose_of_the_sensor_is_pinched_so_that_it_trembles_about_what_it_last_felt(low: int) -> None:
    rig, board = felt(CALF, coil_ms=20)
    board.said, board.tremble = {CALF: low * 10 - 9}, (0, -6, 3, 6, -3, 5, -5)
    massage(rig, 0.3, 0.5, CALF, low=low)
    assert rig.the_fault() == (wire.FAULT_SENSOR, CALF)
    assert board.most <= 2 * FELT_MOST_MMHG


@pytest.mark.parametrize("stuck", [(30, 30), (52, 52), (47, 58), (58, 61), (92, 80)])
@pytest.mark.parametrize("low", [0, 4, 8])
def test_nor_where_two_do(stuck: tuple[int, int], low: float) -> None:
    rig, board = felt(FOOT, CALF)
    board.said = {FOOT: stuck[0], CALF: stuck[1]}
    massage(rig, 0.3, 0.1, FOOT, CALF, low=low, high=15)
    assert rig.the_fault()[0] in (wire.FAULT_SENSOR, wire.FAULT_FILL_TIMEOUT)
    assert board.most <= 2 * FELT_MOST_MMHG


@pytest.mark.parametrize("below", [16, 17, 18, 19])
def test_a_sensor_that_sticks_so_near_its_command_that_the_valve_only_ticks_is_found(below: int) -> None:
    """What still flows while the coil closes is more here than what a pressure may stray."""
    rig, board = felt(CALF, coil_ms=20)
    board.said = {CALF: 100 - below}
    rig.feed(until_s=14, base_s=5)
    rig.step(8)
    assert rig.the_fault() == (wire.FAULT_SENSOR, CALF)
    assert board.most <= FELT_MOST_MMHG
