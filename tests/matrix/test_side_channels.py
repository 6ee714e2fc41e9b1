"""Of each kind of side channel one that fails, beside a whole service that plays; `make matrix` tries all of them."""

from pathlib import Path

import pytest

from tests.matrix.side_channels import CELLS
from tests.matrix.stand import cell

pytestmark = pytest.mark.timeout(300)
"""Processes that have to come up, and a massage in real time, on a machine that may have a lot to do."""

KINDS = [
    ("stdout", "unread"),
    ("log", "blocked"),
    ("log", "raising"),
    ("supervisor", "full"),
    ("service.json", "no folder"),
    ("broker", "256 MB packet"),
    ("broker", "floods"),
    ("diary", "locked"),
    ("websocket", "deaf"),
]


@pytest.mark.parametrize(("channel", "way"), KINDS)
def test_what_fails_beside_a_massage_costs_no_setpoint_and_no_stop(channel: str, way: str, tmp_path: Path) -> None:
    found = cell(CELLS[channel][way], tmp_path)
    assert found.wrong == ""
    assert (found.lost, found.stopped[:3]) == (0, "yes")
