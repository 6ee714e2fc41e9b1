"""Every kind of fault is drilled: the action taken, a second fault on top, the recovery, the invariants throughout."""

from pathlib import Path

import pytest

from legato.sim.faults.script import KINDS
from legato.tools.drills.drills import DRILLS, judged, tried
from tests.front_door import Cli

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "faults.md").read_text("utf-8")
ROWS = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.endswith(" all hold |")]


@pytest.mark.timeout(300)  # a welded relay takes ten minutes of virtual time
@pytest.mark.parametrize("number", range(len(DRILLS)), ids=lambda n: f"{n}-{DRILLS[n][0]['kind']}")
def test_a_fault_is_met_and_survived_as_the_page_says(number: int) -> None:
    row, expected = tried(number)
    assert {test for test, passed in judged(row, expected).items() if not passed} == set(), row
    assert list(row.cells) == ROWS[number]


def test_every_kind_is_drilled() -> None:
    assert {fields["kind"] for fields, _ in DRILLS} == set(KINDS)
    assert len(KINDS) >= 24
    assert len(ROWS) == len(DRILLS)


def test_a_page_is_for_a_drill(cli: Cli, tmp_path: Path) -> None:
    code, _, err = cli("faults", "--write", str(tmp_path / "page.md"))
    assert code == 2
    assert "--drill" in err
