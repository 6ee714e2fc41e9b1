"""Every kind of fault is drilled: the action taken, a second fault on top, the recovery, the invariants throughout."""

import pytest

from legato.drills import DRILLS, judged, tried
from sim.faults.script import KINDS


@pytest.mark.parametrize("number", range(len(DRILLS)), ids=lambda n: f"{n}-{DRILLS[n][0]['kind']}")
def test_a_fault_is_met_and_survived(number: int) -> None:
    row, expected = tried(number)
    assert {test for test, passed in judged(row, expected).items() if not passed} == set(), row


def test_every_kind_is_drilled() -> None:
    assert {fields["kind"] for fields, _ in DRILLS} == set(KINDS)
    assert len(KINDS) >= 24
