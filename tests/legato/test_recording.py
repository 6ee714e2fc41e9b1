"""What a run leaves in the diary."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from care.person import Person
from controller.events import Ended, Event, Outcome, OutcomeKind, Started, Telemetry
from legato import people
from legato.errors import CommandError
from legato.progress import Progress
from legato.recording import Recording
from legato.views import Listener
from profiles import load
from profiles.profile import Profile
from profiles.schedule import Schedule

NOW = datetime(2026, 11, 21, 20, tzinfo=UTC)


def telemetry(session_ms: int, *measured: float | None) -> Telemetry:
    return Telemetry(session_ms, session_ms, "run", (0.0,) * len(measured), measured, 100, 2000, 1.0, 0, 0, 0, 0)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is always the same moment."""
    monkeypatch.setattr(people, "now", lambda: NOW)


@pytest.fixture
def recording() -> Callable[..., Recording]:
    """A recording for ada of a routine called crest."""

    def make(show: Callable[[Event], None] = lambda _: None) -> Recording:
        text = b"{format: 1, name: crest, title: Crest, steps: [{do: cool, from: shin, seconds: 60}]}"
        profile = load.parse(text, "crest.yaml")
        assert isinstance(profile, Profile)
        return Recording(Person(format=1, name="ada"), profile, lambda _: Listener(show))

    return make


@pytest.fixture
def recorded(plan: Schedule, recording: Callable[..., Recording]) -> Callable[..., Recording]:
    """A recording of these events, played on `wrap-3` for ada."""

    def record(*events: Event) -> Recording:
        made, progress = recording(), Progress(plan)
        view = made.watch(progress)
        for event in events:
            progress.take(event)
            view.show(event)
        view.close()
        return made

    return record


def kept() -> list[tuple[str, float]]:
    """Outcome and duration of what is in the diary of ada."""
    with people.diary() as diary:
        return [(session.outcome, session.duration_s) for session in diary.sessions("ada")]


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


def test_the_view_beside_it_sees_everything(plan: Schedule, recording: Callable[..., Recording]) -> None:
    seen: list[Event] = []
    view = recording(seen.append).watch(Progress(plan))
    view.show(Started(0))
    assert seen == [Started(0)]


def test_a_run_is_in_the_diary_from_its_beginning_as_it_is_planned(
    recorded: Callable[..., Recording], plan: Schedule
) -> None:
    running = recorded(Started(0), telemetry(1500, *channels(plan, 5)))
    assert kept() == [("begun", 60.0)]
    running.settle()
    assert kept() == [("stopped", 1.5)]


def test_what_never_started_leaves_nothing_in_the_diary(recorded: Callable[..., Recording]) -> None:
    refused = recorded(Ended(Outcome("refused")))
    assert kept() == [("begun", 60.0)]
    refused.settle()
    assert kept() == []


@pytest.mark.parametrize(("session_ms", "cold_s"), [(20_000, 20), (90_000, 60)])
def test_cold_is_kept_as_far_as_it_may_have_come(
    recorded: Callable[..., Recording], plan: Schedule, session_ms: int, cold_s: float
) -> None:
    entry = recorded(Started(0), telemetry(session_ms, *channels(plan, 5))).entry
    assert entry is not None
    assert entry.cold_s == cold_s


def test_a_massage_that_would_come_too_soon_is_refused_before_the_view_opens(
    plan: Schedule, recorded: Callable[..., Recording], recording: Callable[..., Recording]
) -> None:
    recorded(Started(0), telemetry(600_000, *channels(plan, 5))).settle()
    opened: list[Event] = []
    with pytest.raises(CommandError, match="Cold skin needs 45 minutes of rest"):
        recording(opened.append).watch(Progress(plan))
    assert kept() == [("stopped", 600.0)]
