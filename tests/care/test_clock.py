"""A clock that is changed, by people or by the net, shortens no rest and lengthens none."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from legato.care.clock import Clock, dated
from legato.care.diary import Diary
from legato.care.entries import BEGUN, RecordedSession

NOW = datetime(2026, 11, 21, 20, tzinfo=UTC)
BOOTED = NOW - timedelta(hours=5)
HOUR = timedelta(hours=1)


def session(ended: datetime, boot: str | None = "one") -> RecordedSession:
    """Twenty minutes of massage that ended at `ended`, by the clock of that time."""
    plain = {"person": "ada", "routine": "goddard", "device": "boots-6", "duration_s": 1200.0}
    times = {"started": ended - timedelta(minutes=20), "ended": ended, "boot": boot, "booted": boot and BOOTED}
    return RecordedSession.model_validate({**plain, **times})


def begun(started: datetime) -> RecordedSession:
    """What plays, or what a power cut took the end from."""
    return session(started).model_copy(update={"outcome": BEGUN, "started": started, "ended": None})


def ends(clock: Clock, *sessions: RecordedSession) -> list[timedelta]:
    """How long ago each ended by this clock."""
    return [clock.now - found.end for found in dated(sessions, clock)]


@pytest.fixture
def diary(tmp_path: Path) -> Iterator[Diary]:
    with Diary(tmp_path / "diary.sqlite3", NOW) as opened:
        yield opened


@pytest.mark.parametrize("change", [-7 * HOUR, -HOUR, timedelta(), HOUR, 30 * HOUR])
def test_while_the_computer_runs_the_time_that_has_passed_counts(change: timedelta) -> None:
    later = NOW + timedelta(minutes=10)
    clock = Clock(later + change, "one", BOOTED + change)
    assert ends(clock, session(NOW)) == [timedelta(minutes=10)]


def test_what_only_begun_ends_as_long_after_its_beginning_as_it_was_planned() -> None:
    assert ends(Clock(NOW + HOUR, "one", BOOTED + HOUR), begun(NOW)) == [-timedelta(minutes=20)]


def test_a_clock_that_is_trimmed_is_not_changed() -> None:
    assert dated([session(NOW)], Clock(NOW, "one", BOOTED + timedelta(seconds=1))) == (session(NOW),)


@pytest.mark.parametrize("boot", ["two", None])
def test_an_end_that_lies_in_the_future_after_a_restart_is_now(boot: str | None) -> None:
    clock = Clock(NOW - HOUR, boot, NOW - 2 * HOUR if boot else None)
    assert ends(clock, session(NOW)) == [timedelta()]
    assert ends(clock, begun(NOW)) == [timedelta()]


def test_sessions_of_a_wrong_clock_keep_their_distance() -> None:
    wrong = [session(NOW + timedelta(days=days), None) for days in (300, 299, 0)]
    assert ends(Clock(NOW), *wrong) == [timedelta(), timedelta(days=1), timedelta()]


def test_the_rest_counts_from_when_the_change_was_first_seen_and_is_no_longer_than_that(diary: Diary) -> None:
    diary.add(session(NOW + HOUR))
    (seen,) = diary.date("ada", Clock(NOW, "two", BOOTED))
    assert seen.end == NOW
    for minutes in (1, 29):
        later = NOW + timedelta(minutes=minutes)
        assert diary.date("ada", Clock(later, "two", BOOTED)) == (seen,)
    assert diary.sessions("ada")[0].ended == NOW + HOUR


def test_a_clock_that_is_set_back_once_more_begins_the_rest_once_more(diary: Diary) -> None:
    diary.add(session(NOW + HOUR))
    diary.date("ada", Clock(NOW, "two", BOOTED))
    (seen,) = diary.date("ada", Clock(NOW - HOUR, "three", BOOTED))
    assert seen.end == NOW - HOUR


def test_a_diary_from_before_clocks_were_watched_is_dated_by_what_it_says(diary: Diary) -> None:
    old = session(NOW, None).model_copy(update={"ended": None})
    diary.add(old)
    assert diary.date("ada", Clock(NOW, "one", BOOTED)) == (old,)
