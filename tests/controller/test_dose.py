"""What a person got of a run, read from what the device says."""

from collections.abc import Iterator

import pytest

from legato.controller.session.dose import Dose, DoseMeter
from legato.controller.session.events import Ended, Event, Outcome, Started, Telemetry
from legato.profiles.schedule import Schedule
from tests.host import SINGLE, squeezes

CLOCK = 1 << 30


@pytest.fixture
def schedule() -> Schedule:
    """Two squeezes in 24 s, the second from 12 s on."""
    return squeezes(SINGLE)


def status(session_ms: int, device_ms: int, mmhg: float | None = 0.0, state: str = "running") -> Telemetry:
    """What a device of one chamber says; it is commanded to 30 mmHg."""
    return Telemetry(session_ms, device_ms % CLOCK, state, (30.0,), (mmhg,), 100, 2000, 1.0, 0, 0, 0, 0)


def running(begin_ms: int, end_ms: int, at_ms: int = 0, mmhg: float | None = 30.0) -> Iterator[Telemetry]:
    """Session time from here to there, a status every 100 ms; the device's clock is ahead of it by `at_ms`."""
    for session_ms in range(begin_ms, end_ms + 1, 100):
        yield status(session_ms, session_ms + at_ms, mmhg)


def dose(schedule: Schedule, *events: Event) -> Dose:
    meter = DoseMeter(schedule)
    for event in events:
        meter.take(event)
    return meter.dose


COMPLETED = Ended(Outcome("completed"))


def test_a_routine_that_was_played_through_is_whole(schedule: Schedule) -> None:
    got = dose(schedule, Started(0), *running(0, 23_900), COMPLETED)
    assert got == Dose(True, True, 24_000, 23_900, 30.0)


def test_what_was_skipped_is_not_played(schedule: Schedule) -> None:
    got = dose(schedule, *running(0, 2_000), *running(12_000, 23_900, -9_900), COMPLETED)
    assert (got.is_whole, got.played_ms) == (False, 14_000)


def test_a_skip_during_a_long_pause_is_not_played_either(schedule: Schedule) -> None:
    paused = [status(2_000, at_ms, 4.0, "paused") for at_ms in range(2_100, 42_000, 100)]
    moved = [status(12_000, at_ms, 4.0, "paused") for at_ms in range(42_000, 50_000, 100)]
    got = dose(schedule, *running(0, 2_000), *paused, *moved, *running(12_000, 23_900, 38_000), COMPLETED)
    assert (got.is_whole, got.played_ms) == (False, 14_000)


def test_a_pause_takes_nothing_away_and_does_not_press(schedule: Schedule) -> None:
    paused = [status(2_050, at_ms, 4.0, "paused") for at_ms in range(2_100, 42_000, 100)]
    got = dose(schedule, *running(0, 2_000), *paused, *running(2_100, 23_900, 40_000), COMPLETED)
    assert got.is_whole
    assert got.pressed_ms == pytest.approx(24_000, abs=200)


def test_what_was_played_twice_counts_once_but_has_pressed_twice(schedule: Schedule) -> None:
    got = dose(schedule, *running(0, 8_000), *running(4_000, 10_000, 4_100))
    assert (got.played_ms, got.pressed_ms) == (10_000, 14_100)


def test_a_status_that_was_lost_is_no_skip(schedule: Schedule) -> None:
    got = dose(schedule, *running(0, 2_000), *running(3_500, 23_900), COMPLETED)
    assert (got.is_whole, got.pressed_ms) == (True, 23_900)


def test_the_clock_of_a_device_may_begin_anew(schedule: Schedule) -> None:
    got = dose(schedule, *running(0, 23_900, CLOCK - 5_000), COMPLETED)
    assert (got.is_whole, got.pressed_ms) == (True, 23_900)


def test_what_is_loose_does_not_press_and_a_chamber_without_a_gauge_presses_as_commanded(schedule: Schedule) -> None:
    assert dose(schedule, *running(0, 5_000, mmhg=10.0)).pressed_ms == 0
    assert dose(schedule, *running(0, 5_000, mmhg=None)).pressed_ms == 5_000


@pytest.mark.parametrize(("state", "has_begun"), [("idle", False), ("armed", False), ("refill", True)])
def test_it_has_begun_once_air_goes_in(schedule: Schedule, state: str, has_begun: bool) -> None:
    assert dose(schedule, status(0, 0, 0.0, state), Ended(Outcome("stopped"))).has_begun is has_begun
