"""What the matrix counts as lost, and what it puts down to a machine that had too much to do."""

from collections.abc import Sequence
from pathlib import Path

import legato
from tests.matrix.stand import ROUTINE
from tests.matrix.trace import CHANNELS, DEVICE, lost_setpoints, stood_still

BY_MS = 3_000


def traced(folder: Path, sampled_ms: Sequence[int], deaf_ms: range = range(0)) -> Path:
    """A device that does what it is told, but goes on with what it did while it is `deaf_ms`; and its routine."""
    (folder / "beats.yaml").write_text(ROUTINE)
    schedule = legato.compile(folder / "beats.yaml", DEVICE)
    lines = ["head"]
    for before, at in zip((0, *sampled_ms), sampled_ms, strict=False):
        # What a process that did not get to run writes down first is what it did before.
        done = schedule.targets_at(before if at - before > 100 else deaf_ms.start if at in deaf_ms else at)
        lines += [f"{at},{at},{name},{done[n]},0,0,%,running" for n, name in enumerate(CHANNELS)]
    (folder / "trace").write_text("\n".join([*lines, ""]))
    return folder / "trace"


def lost(trace: Path) -> int:
    return lost_setpoints(legato.compile(trace.parent / "beats.yaml", DEVICE), trace, BY_MS)[0]


def test_a_device_that_does_what_it_is_told_has_lost_nothing(tmp_path: Path) -> None:
    trace = traced(tmp_path, range(0, BY_MS + 500, 100))
    assert (lost(trace), stood_still(trace)) == (0, False)


def test_what_a_device_does_not_get_is_lost(tmp_path: Path) -> None:
    assert lost(traced(tmp_path, range(0, BY_MS + 500, 100), deaf_ms=range(1_600, 2_600))) > 0


def test_what_has_not_come_by_the_end_is_lost(tmp_path: Path) -> None:
    assert lost(traced(tmp_path, range(0, 1_600, 100))) > 0


def test_a_process_that_did_not_get_to_run_is_late_and_has_lost_nothing(tmp_path: Path) -> None:
    trace = traced(tmp_path, [*range(0, 1_400, 100), *range(1_900, BY_MS + 500, 100)])
    assert (lost(trace), stood_still(trace)) == (0, False)


def test_a_device_that_had_to_be_lost_is_known_by_its_clock(tmp_path: Path) -> None:
    assert stood_still(traced(tmp_path, [*range(0, 1_700, 100), *range(3_200, BY_MS + 500, 100)]))
