"""How far a run is: what has been played is counted once, however a run ends."""

import pytest

from legato.controller.session.events import Outcome, Telemetry
from legato.service.devices.run_progress import RunProgress
from tests.host import SINGLE, squeezes

PLAYED_MS = 2_000


@pytest.fixture
def progress() -> RunProgress:
    """Two seconds into a run."""
    made = RunProgress()
    made.begin(squeezes(SINGLE))
    for session_ms in range(0, PLAYED_MS + 1, 100):
        made.take(telemetry(session_ms))
    return made


def telemetry(session_ms: int) -> Telemetry:
    nothing = (0.0,) * len(SINGLE.channels)
    return Telemetry(session_ms, session_ms, "running", nothing, nothing, 4096, 0, 0.0, 0, 0, 0, 0)


def test_a_second_end_counts_nothing_again(progress: RunProgress) -> None:
    played_s = progress.massage_s
    assert played_s > 0
    for _ in range(2):
        progress.end(Outcome("stopped"))
        assert progress.massage_s == played_s


def test_a_run_whose_end_was_never_heard_of_is_counted(progress: RunProgress) -> None:
    played_s = progress.massage_s
    progress.begin(squeezes(SINGLE))
    assert progress.massage_s == played_s
