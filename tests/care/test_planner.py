"""A course knows what is due, overdue and too early, and how well it was kept to."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from legato.care.courses import course
from legato.care.errors import UnknownName
from legato.care.planner import CourseState, plan, upcoming

STARTED = date(2026, 11, 2)


def evening(day: int, hour: int = 20) -> datetime:
    """An evening of November 2026; days run on into December."""
    return datetime(2026, 11, 1, hour, tzinfo=UTC) + timedelta(days=day - 1)


def test_a_course_starts_due() -> None:
    assert plan(course("neuromuscular"), STARTED, [], evening(2)).state is CourseState.DUE


def test_five_neuromuscular_sessions_are_seven_days_apart_give_or_take_two() -> None:
    states = {d: plan(course("neuromuscular"), STARTED, [evening(2)], evening(d)).state for d in (3, 6, 7, 11, 12)}
    assert states == {
        3: CourseState.TOO_EARLY, 6: CourseState.WAITING, 7: CourseState.DUE, 11: CourseState.DUE,
        12: CourseState.OVERDUE,
    }  # fmt: skip


def test_forty_eight_hours_lie_between_neuromuscular_sessions() -> None:
    found = plan(course("neuromuscular"), STARTED, [evening(2)], evening(4, 19))
    assert found.state is CourseState.TOO_EARLY
    assert found.not_before == evening(4)


def test_five_sessions_finish_the_course() -> None:
    found = plan(course("neuromuscular"), STARTED, [evening(d) for d in (2, 9, 16, 23, 30)], evening(30, 21))
    assert (found.state, found.done, found.adherence_pct, found.due) == (CourseState.FINISHED, 5, 100, None)


def test_after_thirty_five_days_an_unfinished_course_has_lapsed() -> None:
    assert plan(course("neuromuscular"), STARTED, [evening(2)], evening(37)).state is CourseState.OVERDUE
    assert plan(course("neuromuscular"), STARTED, [evening(2)], evening(38)).state is CourseState.LAPSED


def test_a_session_within_the_minimum_gap_does_not_count() -> None:
    assert plan(course("neuromuscular"), STARTED, [evening(2), evening(3)], evening(9)).done == 1


def test_an_athlete_waits_twenty_hours() -> None:
    morning = evening(3, 15)
    assert plan(course("daily"), STARTED, [evening(2)], morning).state is CourseState.TOO_EARLY
    assert plan(course("daily"), STARTED, [evening(2)], evening(3, 16)).state is CourseState.DUE


def test_biweekly_means_every_fourteen_days() -> None:
    assert plan(course("biweekly"), STARTED, [evening(2)], evening(5)).due == date(2026, 11, 16)


def test_twice_a_month_is_not_every_fourteen_days() -> None:
    found = plan(course("twice_monthly"), STARTED, [evening(16)], evening(18))
    assert found.due == date(2026, 12, 1)
    assert upcoming(course("twice_monthly"), found, date(2026, 11, 18), 4) == (
        date(2026, 12, 1), date(2026, 12, 15), date(2027, 1, 1), date(2027, 1, 15),
    )  # fmt: skip


def test_a_little_before_the_fifteenth_counts_for_the_fifteenth() -> None:
    assert plan(course("twice_monthly"), STARTED, [evening(14)], evening(17)).due == date(2026, 12, 1)
    assert plan(course("twice_monthly"), STARTED, [evening(10)], evening(13)).due == date(2026, 11, 15)


def test_restless_legs_get_every_evening_for_four_weeks() -> None:
    found = plan(course("rls"), STARTED, [evening(d) for d in range(2, 30)], evening(29, 22))
    assert (found.state, found.done) == (CourseState.FINISHED, 28)


def test_a_session_past_midnight_belongs_to_the_evening_before() -> None:
    late = evening(2) + timedelta(hours=5)
    assert plan(course("rls"), STARTED, [late], evening(3, 23)).state is CourseState.DUE


def test_a_course_that_is_started_in_the_night_is_due_then_and_kept_to_until_its_first_day_is_over() -> None:
    night = datetime(2026, 11, 21, 2, 7, tzinfo=UTC)
    daily = course("daily")
    assert (plan(daily, night.date(), (), night).state, plan(daily, night.date(), (), night).due) == (
        CourseState.DUE,
        night.date(),
    )
    assert plan(daily, night.date(), (), night + timedelta(hours=20)).state is CourseState.DUE
    assert plan(daily, night.date(), (night,), night).adherence_pct == 100


def test_adherence_is_what_was_done_of_what_was_due() -> None:
    assert plan(course("rls"), STARTED, [], evening(2)).adherence_pct is None
    assert plan(course("rls"), STARTED, [evening(d) for d in (2, 3, 5, 6)], evening(7)).adherence_pct == 80


def test_a_clock_that_jumped_ahead_leaves_no_trace_once_it_is_right_again() -> None:
    before = plan(course("rls"), STARTED, [evening(2)], evening(3))
    assert plan(course("rls"), STARTED, [evening(2)], evening(5000)).state is CourseState.LAPSED
    assert plan(course("rls"), STARTED, [evening(2)], evening(3)) == before


def test_a_session_dated_in_the_future_counts_but_blocks_nothing() -> None:
    found = plan(course("rls"), STARTED, [evening(2), evening(5000)], evening(3))
    assert (found.state, found.done, found.misdated) == (CourseState.DUE, 2, 1)


def test_a_minimum_gap_does_not_care_about_time_zones() -> None:
    there = evening(2).astimezone(timezone(timedelta(hours=9)))
    assert plan(course("neuromuscular"), STARTED, [there], evening(4, 19)).state is CourseState.TOO_EARLY


def test_only_what_is_left_of_a_course_is_still_to_come() -> None:
    found = plan(course("neuromuscular"), STARTED, [evening(2), evening(9)], evening(10))
    assert upcoming(course("neuromuscular"), found, date(2026, 11, 10), 12) == (
        date(2026, 11, 16), date(2026, 11, 23), date(2026, 11, 30),
    )  # fmt: skip


def test_what_is_overdue_comes_today() -> None:
    found = plan(course("weekly"), STARTED, [], evening(20))
    assert upcoming(course("weekly"), found, date(2026, 11, 20), 2) == (date(2026, 11, 20), date(2026, 11, 27))


def test_nothing_comes_after_the_end() -> None:
    found = plan(course("neuromuscular"), STARTED, [], evening(60))
    assert upcoming(course("neuromuscular"), found, date(2026, 12, 30), 12) == ()


def test_a_course_that_does_not_exist_is_named_with_those_that_do() -> None:
    with pytest.raises(UnknownName, match='did you mean "weekly"'):
        course("weakly")


def test_nothing_is_still_to_come_after_the_days_have_run_out() -> None:
    found = plan(course("neuromuscular"), STARTED, [], evening(20))
    days = upcoming(course("neuromuscular"), found, date(2026, 11, 20), 12)
    assert days == (date(2026, 11, 20), date(2026, 11, 27), date(2026, 12, 4))
