"""What a run leaves in the diary."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from legato.app import wall_clock
from legato.app.diary import open_diary
from legato.care.person import Person
from legato.controller.session.events import Ended, Event, Outcome, OutcomeKind, Started, Telemetry
from legato.errors import NotAllowed
from legato.profiles import load
from legato.profiles.profile import Profile
from legato.profiles.schedule import Schedule
from legato.terminal.progress import Progress
from legato.terminal.recording import Recording
from legato.terminal.views import Listener

NOW = datetime(2026, 11, 21, 20, tzinfo=UTC)


def telemetry(session_ms: int, *measured: float | None) -> Telemetry:
    return Telemetry(session_ms, session_ms, "running", (0.0,) * len(measured), measured, 100, 2000, 1.0, 0, 0, 0, 0)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is always the same moment."""
    monkeypatch.setattr(wall_clock, "now", lambda: NOW)


@pytest.fixture
def recording() -> Callable[..., Recording]:
    """A recording for ada of a routine called crest."""

    def make(show: Callable[[Event], None] = lambda _: None, *, keep_simulated: bool = False) -> Recording:
        text = b"{format: 1, name: crest, title: Crest, steps: [{do: cool, from: shin, seconds: 60}]}"
        profile = load.parse(text, "crest.yaml")
        assert isinstance(profile, Profile)
        person = Person(format=1, name="ada")
        return Recording(person, profile, lambda _: Listener(show), keep_simulated=keep_simulated)

    return make


@pytest.fixture
def recorded(plan: Schedule, recording: Callable[..., Recording]) -> Callable[..., Recording]:
    """A recording of these events, played on `wrap-3` for ada."""

    def record(*events: Event, simulated: bool = False, keep_simulated: bool = False) -> Recording:
        device = plan.device.model_copy(update={"simulated": simulated})
        made, progress = recording(keep_simulated=keep_simulated), Progress(replace(plan, device=device))
        view = made.watch(progress)
        for event in events:
            progress.take(event)
            view.show(event)
        view.close()
        return made

    return record


def kept() -> list[tuple[str, float]]:
    """Outcome and duration of what is in the diary of ada."""
    with open_diary() as diary:
        return [(session.outcome, session.duration_s) for session in diary.sessions("ada")]


def running(until_ms: int, values: tuple[float | None, ...]) -> Iterator[Telemetry]:
    """A status every second of the run."""
    return (telemetry(session_ms, *values) for session_ms in range(0, until_ms + 1, 500))


def channels(plan: Schedule, mmhg: float) -> tuple[float | None, ...]:
    """Every chamber at `mmhg`, one without a reading, everything else far above."""
    values = [mmhg if c.unit == "mmHg" else 400.0 for c in plan.device.channels]
    return (None, *values[1:])


@pytest.mark.parametrize("kind", ["completed", "emergency_stopped", "link_lost"])
def test_a_run_is_kept_with_its_outcome_its_time_and_its_peak(
    recorded: Callable[..., Recording], plan: Schedule, kind: OutcomeKind
) -> None:
    events = (Started(0), *running(60_000, channels(plan, 35.14)))
    entry = recorded(*events, Ended(Outcome(kind))).entry
    assert entry is not None
    assert (entry.person, entry.routine, entry.device, entry.started) == ("ada", "crest", "wrap-3", NOW)
    assert (entry.outcome, entry.duration_s, entry.peak_mmhg) == (kind, 60.0, 35.1)
    assert (entry.planned_s, entry.pressed_s) == (60.0, 60.0)


def test_it_ends_when_the_clock_says_so_however_little_was_played(
    recorded: Callable[..., Recording], plan: Schedule, monkeypatch: pytest.MonkeyPatch
) -> None:
    running_on = recorded(Started(0), *running(14_000, channels(plan, 5)))
    monkeypatch.setattr(wall_clock, "now", lambda: NOW + timedelta(seconds=55))
    running_on.settle()
    with open_diary() as diary:
        (entry,) = diary.sessions("ada")
    assert (entry.started, entry.end, entry.duration_s, entry.pressed_s) == (NOW, wall_clock.now(), 14.0, 0.0)


def test_what_was_skipped_is_not_done(recorded: Callable[..., Recording], plan: Schedule) -> None:
    skipped = replace(telemetry(59_000, *channels(plan, 35)), device_ms=10_100)
    entry = recorded(*running(10_000, channels(plan, 35)), skipped, Ended(Outcome("completed"))).entry
    assert entry is not None
    assert (entry.outcome, entry.duration_s, entry.played_pct) == ("partial", 11.0, 18)


def test_a_run_on_a_simulator_leaves_nothing(recorded: Callable[..., Recording], plan: Schedule) -> None:
    rehearsed = recorded(Started(0), *running(5_000, channels(plan, 35)), simulated=True)
    assert kept() == []
    rehearsed.settle()
    assert kept() == []


def test_a_run_on_a_simulator_is_kept_where_that_is_asked_for_and_is_marked(
    recorded: Callable[..., Recording], plan: Schedule
) -> None:
    recorded(Started(0), *running(60_000, channels(plan, 35)), simulated=True, keep_simulated=True).settle()
    with open_diary() as diary:
        assert [(entry.outcome, entry.simulated) for entry in diary.sessions("ada")] == [("stopped", True)]


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
    plays = recorded(Started(0), *running(1500, channels(plan, 5)))
    assert kept() == [("begun", 60.0)]
    plays.settle()
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
    entry = recorded(Started(0), *running(session_ms, channels(plan, 5))).entry
    assert entry is not None
    assert entry.cold_s == cold_s


def test_a_massage_that_would_come_too_soon_is_refused_before_the_view_opens(
    plan: Schedule, recorded: Callable[..., Recording], recording: Callable[..., Recording]
) -> None:
    recorded(Started(0), *running(600_000, channels(plan, 5))).settle()
    opened: list[Event] = []
    with pytest.raises(NotAllowed, match="Cold skin needs 45 minutes of rest"):
        recording(opened.append).watch(Progress(plan))
    assert kept() == [("stopped", 600.0)]


def test_an_entry_knows_when_the_computer_was_switched_on_by_the_clock_of_its_time(
    recorded: Callable[..., Recording],
) -> None:
    entry, clock = recorded(Started(0)).entry, wall_clock.reading()
    assert entry is not None
    assert entry.boot == clock.boot
    assert not clock.changed_since(entry)
    if entry.booted is not None and clock.booted is not None:
        changed = replace(clock, booted=clock.booted + timedelta(hours=2))
        assert round(changed.changed_since(entry) / timedelta(minutes=1)) == 120
