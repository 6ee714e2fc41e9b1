"""Every kind of fault is drilled: the action taken, a second fault on top, the recovery, the invariants throughout."""

import re
from pathlib import Path

import pytest

from legato.drills import DRILLS, judged, tried
from sim.faults.script import KINDS

PAGE = (Path(__file__).parents[2] / "docs" / "faults.md").read_text("utf-8")


@pytest.mark.parametrize("number", range(len(DRILLS)), ids=lambda n: f"{n}-{DRILLS[n][0]['kind']}")
def test_a_fault_is_met_and_survived(number: int) -> None:
    row, expected = tried(number)
    assert {test for test, passed in judged(row, expected).items() if not passed} == set(), row


def test_every_kind_is_drilled() -> None:
    assert {fields["kind"] for fields, _ in DRILLS} == set(KINDS)
    assert len(KINDS) >= 24


def test_the_page_shows_every_drill_with_what_has_to_come_of_it() -> None:
    rows = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.endswith(" all hold |")]
    wanted = [(fields["kind"], True) for fields, _ in DRILLS]
    assert [
        (fault.split()[0], re.fullmatch(expected, action) is not None)
        for (fault, action, *_), (_, expected) in zip(rows, DRILLS, strict=True)
    ] == wanted
