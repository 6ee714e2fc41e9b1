"""The schedule: curves from set-points, and how to take up in the middle."""

import pytest

from legato.profiles import load
from legato.profiles.compiler import compile  # noqa: A004 - the field's own word
from legato.profiles.envelope import envelope
from legato.profiles.schedule import TICK_MS, Schedule, SetPoint, Track


def test_a_track_runs_straight_to_its_target_and_stays() -> None:
    track = Track.of([SetPoint(1000, 0, 20.0, 2000)], 10_000)
    assert [track.at(t) for t in (0, 1000, 2000, 3000, 9000, 99_000)] == [0.0, 0.0, 10.0, 20.0, 20.0, 20.0]


def test_a_setpoint_without_ramp_is_a_jump() -> None:
    track = Track.of([SetPoint(1000, 0, 20.0, 0)], 5000)
    assert (track.at(999), track.at(1000)) == (0.0, 20.0)


def test_a_new_setpoint_ends_a_ramp_that_is_under_way() -> None:
    track = Track.of([SetPoint(0, 0, 40.0, 4000), SetPoint(2000, 0, 0.0, 1000)], 5000)
    assert [track.at(t) for t in (2000, 2500, 3000, 4000)] == [20.0, 10.0, 0.0, 0.0]


@pytest.fixture(scope="module")
def goddard() -> Schedule:
    device = load.device("boots-6")
    return compile(load.profile("goddard"), device, envelope(device))


@pytest.mark.parametrize("session_ms", [0, 20_000, 55_210, 60_000, 180_000, 300_000])
def test_a_snapshot_puts_a_fresh_device_where_the_schedule_is(goddard: Schedule, session_ms: int) -> None:
    resumed = Schedule(
        goddard.profile,
        goddard.device,
        goddard.snapshot_at(session_ms) + goddard.after(session_ms),
        goddard.duration_ms,
    )
    for now in range(session_ms, goddard.duration_ms, 730):
        # Half-units where it takes up, whole ticks for the rest of a ramp.
        assert resumed.targets_at(now) == pytest.approx(goddard.targets_at(now), abs=0.6)


def test_a_snapshot_is_made_of_whole_half_units_and_ticks(goddard: Schedule) -> None:
    for session_ms in range(0, goddard.duration_ms, 1370):
        for s in goddard.snapshot_at(session_ms):
            assert (s.target * 2) % 1 == 0
            assert s.ramp_ms % TICK_MS == 0


def test_nothing_is_left_after_the_end(goddard: Schedule) -> None:
    assert goddard.snapshot_at(goddard.duration_ms) == goddard.after(goddard.duration_ms) == ()
