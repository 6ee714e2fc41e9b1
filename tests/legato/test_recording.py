"""What a run leaves in the diary."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from controller.events import Ended, Event, Outcome, OutcomeKind, Started, Telemetry
from legato.progress import Progress
from legato.recording import Recording
from legato.views import Listener
from profiles.schedule import Schedule

NOW = datetime(2026, 11, 21, 20, tzinfo=UTC)


def telemetry(session_ms: int, *measured: float | None) -> Telemetry:
    return Telemetry(session_ms, session_ms, "run", (0.0,) * len(measured), measured, 100, 2000, 1.0, 0, 0, 0, 0)


@pytest.fixture
def recorded(plan: Schedule) -> Callable[..., Recording]:
    """A recording of these events, played on `wrap-3` for ada."""

    def record(*events: Event) -> Recording:
        recording = Recording("ada", "crest", lambda _: Listener(lambda _: None), lambda: NOW)
        progress = Progress(plan)
        view = recording.watch(progress)
        for event in events:
            progress.take(event)
            view.show(event)
        view.close()
        return recording

    return record


def channels(plan: Schedule, mmhg: float) -> tuple[float | None, ...]:
    """Every chamber at `mmhg`, one without a reading, everything else far above."""
    values = [mmhg if c.unit == "mmHg" else 400.0 for c in plan.device.channels]
    return (None, *values[1:])


@pytest.mark.parametrize("kind", ["completed", "emergency_stopped", "link_lost"])
def test_a_run_is_kept_with_its_outcome_its_time_and_its_peak(
    recorded: Callable[..., Recording], plan: Schedule, kind: OutcomeKind
) -> None:
    events = (Started(0), telemetry(1000, *channels(plan, 35.14)), telemetry(61_500, *channels(plan, 5)))
    entry = recorded(*events, Ended(Outcome(kind))).entry
    assert entry is not None
    assert (entry.person, entry.routine, entry.device, entry.started) == ("ada", "crest", "wrap-3", NOW)
    assert (entry.outcome, entry.duration_s, entry.peak_mmhg) == (kind, 61.5, 35.1)


def test_a_run_that_was_cut_short_is_kept_as_stopped(recorded: Callable[..., Recording]) -> None:
    entry = recorded(Started(0)).entry
    assert entry is not None
    assert entry.outcome == "stopped"


def test_what_never_started_is_not_kept(recorded: Callable[..., Recording]) -> None:
    assert recorded(Ended(Outcome("refused"))).entry is None


def test_the_view_beside_it_sees_everything(plan: Schedule) -> None:
    seen: list[Event] = []
    view = Recording("ada", "crest", lambda _: Listener(seen.append), lambda: NOW).watch(Progress(plan))
    view.show(Started(0))
    assert seen == [Started(0)]
