"""What a run leaves in the diary."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

import pytest

import legato
from legato.app import people, wall_clock
from legato.app.diary import open_diary
from legato.care.entries import RecordedSession
from legato.care.person import Person
from legato.controller.session.events import Ended, Event, Outcome, OutcomeKind, Started, Telemetry
from legato.errors import NotAllowed
from legato.profiles import load
from legato.profiles.device import Device
from legato.profiles.profile import Profile
from legato.profiles.restrictions import Restrictions
from legato.profiles.schedule import Schedule
from legato.service.devices.bridge import Start
from legato.service.run.admission import made_ready
from legato.service.run.own_run_policy import OwnRunPolicy
from legato.sim import clock as virtual
from tests.terminal.watched import NOW, Watched


def telemetry(session_ms: int, *measured: float | None) -> Telemetry:
    return Telemetry(session_ms, session_ms, "running", (0.0,) * len(measured), measured, 100, 2000, 1.0, 0, 0, 0, 0)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is always the same moment."""
    monkeypatch.setattr(wall_clock, "now", lambda: NOW)


@dataclass
class Recorded:
    """A run for ada as the supervisor tells it to the run policy, from its beginning on."""

    policy: OwnRunPolicy
    watched: Watched
    device: Device

    def take(self, *events: Event) -> None:
        for event in events:
            self.watched.take(event)
            state, dose = self.watched.standing.state, self.watched.standing.dose
            if isinstance(event, Ended) and state.run is not None and state.last is not None:
                self.policy.ended(state.run, state.last, self.device, dose)

    def settled(self) -> RecordedSession | None:
        """What the diary has of it, once the device is at rest."""
        self.policy.settle()
        with open_diary() as diary:
            return next(iter(diary.sessions("ada")), None)


@pytest.fixture
def recorded(plan: Schedule, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Recorded]:
    """A run of these events of a routine called crest, on `wrap-3`."""
    monkeypatch.setattr("legato.service.run.admission.compiled", lambda _, device, *__: replace(plan, device=device))
    text = b"{format: 1, name: crest, title: Crest, steps: [{do: cool, from: shin, seconds: 60}]}"
    profile = load.parse(text, "crest.yaml")
    assert isinstance(profile, Profile)

    def record(*events: Event, simulated: bool = False, keep_simulated: bool = False) -> Recorded:
        device = plan.device.model_copy(update={"simulated": simulated})
        ada = Person(format=1, name="ada")
        policy = OwnRunPolicy(pytest.fail)
        ready_for = partial(made_ready, profile, ada, restrictions=Restrictions(), minutes=None)
        policy.plan(partial(ready_for, keep_simulated=keep_simulated), profile.cold_s)
        ready = asyncio.run(policy.prepare(Start(routine="crest"), device))
        watched = Watched(ready)
        policy.begun(watched.run, device)
        run = Recorded(policy, watched, device)
        run.take(*events)
        return run

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
    recorded: Callable[..., Recorded], plan: Schedule, kind: OutcomeKind
) -> None:
    events = (Started(0), *running(60_000, channels(plan, 35.14)))
    entry = recorded(*events, Ended(Outcome(kind))).settled()
    assert entry is not None
    assert (entry.person, entry.routine, entry.device, entry.started) == ("ada", "crest", "wrap-3", NOW)
    assert (entry.outcome, entry.duration_s, entry.peak_mmhg) == (kind, 60.0, 35.1)
    assert (entry.planned_s, entry.pressed_s) == (60.0, 60.0)


def test_it_ends_when_the_clock_says_so_however_little_was_played(
    recorded: Callable[..., Recorded], plan: Schedule, monkeypatch: pytest.MonkeyPatch
) -> None:
    running_on = recorded(Started(0), *running(14_000, channels(plan, 5)))
    later = NOW + timedelta(seconds=55)
    monkeypatch.setattr("tests.terminal.watched.NOW", later)
    running_on.take(Ended(Outcome("stopped")))
    entry = running_on.settled()
    assert entry is not None
    assert (entry.started, entry.end, entry.duration_s, entry.pressed_s) == (NOW, later, 14.0, 0.0)


def test_what_was_skipped_is_not_done(recorded: Callable[..., Recorded], plan: Schedule) -> None:
    skipped = replace(telemetry(59_000, *channels(plan, 35)), device_ms=10_100)
    entry = recorded(*running(10_000, channels(plan, 35)), skipped, Ended(Outcome("completed"))).settled()
    assert entry is not None
    assert (entry.outcome, entry.duration_s, entry.played_pct) == ("partial", 11.0, 18)


def test_a_run_on_a_simulator_leaves_nothing(recorded: Callable[..., Recorded], plan: Schedule) -> None:
    rehearsed = recorded(Started(0), *running(5_000, channels(plan, 35)), simulated=True)
    assert kept() == []
    rehearsed.take(Ended(Outcome("stopped")))
    assert rehearsed.settled() is None


def test_a_run_on_a_simulator_is_kept_where_that_is_asked_for_and_is_marked(
    recorded: Callable[..., Recorded], plan: Schedule
) -> None:
    events = (Started(0), *running(60_000, channels(plan, 35)), Ended(Outcome("stopped")))
    entry = recorded(*events, simulated=True, keep_simulated=True).settled()
    assert entry is not None
    assert (entry.outcome, entry.simulated) == ("stopped", True)


def test_a_run_that_was_cut_short_is_kept_as_stopped() -> None:
    people.store().save(Person(format=1, name="ada"))
    routine = load.profile("goddard")

    async def act() -> None:
        async with legato.connect("sim://boots-6") as device:
            device.play(routine, person="ada", acknowledged=True, keep_simulated=True)
            await asyncio.sleep(60.0)

    virtual.run(act())
    assert [outcome for outcome, _ in kept()] == ["stopped"]


def test_a_run_is_in_the_diary_from_its_beginning_as_it_is_planned(
    recorded: Callable[..., Recorded], plan: Schedule
) -> None:
    plays = recorded(Started(0), *running(1500, channels(plan, 5)))
    assert kept() == [("begun", 60.0)]
    plays.take(Ended(Outcome("stopped")))
    plays.settled()
    assert kept() == [("stopped", 1.5)]


def test_what_never_started_leaves_nothing_in_the_diary(recorded: Callable[..., Recorded]) -> None:
    refused = recorded(Ended(Outcome("refused")))
    assert kept() == [("begun", 60.0)]
    assert refused.settled() is None


@pytest.mark.parametrize(("session_ms", "cold_s"), [(20_000, 20), (90_000, 60)])
def test_cold_is_kept_as_far_as_it_may_have_come(
    recorded: Callable[..., Recorded], plan: Schedule, session_ms: int, cold_s: float
) -> None:
    entry = recorded(Started(0), *running(session_ms, channels(plan, 5)), Ended(Outcome("stopped"))).settled()
    assert entry is not None
    assert entry.cold_s == cold_s


def test_a_massage_that_would_come_too_soon_is_refused_before_anything_is_armed(
    plan: Schedule, recorded: Callable[..., Recorded]
) -> None:
    recorded(Started(0), *running(600_000, channels(plan, 5)), Ended(Outcome("stopped"))).settled()
    with pytest.raises(NotAllowed, match="Cold skin needs 45 minutes of rest"):
        recorded()
    assert kept() == [("stopped", 600.0)]


def test_an_entry_knows_when_the_computer_was_switched_on_by_the_clock_of_its_time(
    recorded: Callable[..., Recorded],
) -> None:
    running_on = recorded(Started(0), Ended(Outcome("stopped")))
    entry, clock = running_on.settled(), wall_clock.reading()
    assert entry is not None
    assert entry.boot == clock.boot
    assert not clock.changed_since(entry)
    if entry.booted is not None and clock.booted is not None:
        changed = replace(clock, booted=clock.booted + timedelta(hours=2))
        assert round(changed.changed_since(entry) / timedelta(minutes=1)) == 120
