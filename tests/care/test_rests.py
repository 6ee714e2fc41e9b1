"""How long a person has to rest before the next massage: between two, in a day, after cold, after an old clot."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from pydantic import ValidationError

from legato.care.courses import course
from legato.care.entries import BEGUN, PARTIAL, Enrolment, RecordedSession
from legato.care.followed_courses import FollowedCourse, followed_courses
from legato.care.rests import RequiredRest, rests
from legato.care.screening import DatedAnswer, screen
from legato.profiles.profile import Profile

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=timezone(timedelta(hours=1)))
TOMORROW = datetime(2026, 11, 22, 4, 0, tzinfo=NOW.tzinfo)
COOL = {"do": "cool", "from": "shin", "seconds": 600}


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def session(ended_before_min: float, lasted_min: float = 20, **fields: object) -> RecordedSession:
    """A massage that ended so many minutes ago."""
    started = NOW - minutes(ended_before_min + lasted_min)
    plain = {
        "person": "ada",
        "routine": "goddard",
        "device": "boots-6",
        "started": started,
        "duration_s": lasted_min * 60,
    }
    return RecordedSession.model_validate({**plain, **fields})


@pytest.fixture
def gliding(routine: Callable[..., Profile]) -> Profile:
    return routine()


def test_a_first_massage_may_begin_at_once(gliding: Profile) -> None:
    assert rests(gliding, minutes(60), None, (), NOW) == ()


def test_half_an_hour_belongs_between_two_massages(gliding: Profile) -> None:
    (rest,) = rests(gliding, minutes(20), None, [session(10)], NOW)
    assert rest == RequiredRest("30 minutes of rest are required between two massages.", NOW + minutes(20))
    assert rests(gliding, minutes(20), None, [session(29.9)], NOW)
    assert rests(gliding, minutes(20), None, [session(30)], NOW) == ()


def test_the_last_massage_counts_however_the_diary_is_ordered(gliding: Profile) -> None:
    (rest,) = rests(gliding, minutes(20), None, [session(5), session(600), session(25)], NOW)
    assert rest.until == NOW + minutes(25)


@pytest.mark.parametrize("outcome", ["completed", "stopped", "emergency_stopped", "link_lost"])
def test_it_is_the_time_that_counts_not_how_it_ended(gliding: Profile, outcome: str) -> None:
    assert rests(gliding, minutes(20), None, [session(10, 5, outcome=outcome)], NOW)
    assert rests(gliding, minutes(20), None, [session(10, 4.9, outcome=outcome)], NOW) == ()


def test_what_only_began_counts_as_long_as_it_was_planned(gliding: Profile) -> None:
    begun = session(0, 10).model_copy(update={"outcome": BEGUN, "duration_s": 1800.0})
    (rest,) = rests(gliding, minutes(20), None, [begun], NOW)
    assert rest.until == begun.started + minutes(60)


def test_two_hours_a_day_are_enough(gliding: Profile) -> None:
    done = [session(300, 60), session(100, 40)]
    assert rests(gliding, minutes(20), None, done, NOW) == ()
    (rest,) = rests(gliding, minutes(21), None, done, NOW)
    assert rest == RequiredRest("120 minutes of massage a day is the limit; 100 have been played.", TOMORROW)


def test_a_day_that_is_full_is_known_before_the_length_of_the_next_one(gliding: Profile) -> None:
    assert rests(gliding, timedelta(), None, [session(300, 60), session(100, 60)], NOW)[0].until == TOMORROW


def test_yesterday_counts_no_longer_and_a_day_ends_at_four_in_the_morning(gliding: Profile) -> None:
    late = NOW.replace(day=22, hour=3, minute=59)
    done = [session(40, 60), session(200, 60)]
    assert rests(gliding, minutes(10), None, done, late)[0].until == TOMORROW
    assert rests(gliding, minutes(10), None, done, TOMORROW) == ()


def test_a_day_is_the_persons_own_wherever_the_diary_was_written(gliding: Profile) -> None:
    done = [s.model_copy(update={"started": s.started.astimezone(UTC)}) for s in (session(300, 60), session(100, 60))]
    assert rests(gliding, minutes(20), None, done, NOW)[0].until == datetime(2026, 11, 22, 4, tzinfo=UTC)


def test_cold_skin_rests_before_the_next_cold_but_not_before_a_glide(routine: Callable[..., Profile]) -> None:
    icy, cold = (
        routine(COOL, {"do": "hold", "from": "calf", "pressure_mmhg": 20, "seconds": 5}),
        session(35, cold_s=600),
    )
    (rest,) = rests(icy, minutes(15), None, [cold], NOW)
    assert rest == RequiredRest("Cold skin needs 45 minutes of rest before it is cooled again.", NOW + minutes(10))
    assert rests(routine(), minutes(15), None, [cold], NOW) == ()
    assert rests(icy, minutes(15), None, [session(35, cold_s=59)], NOW) == ()


@pytest.mark.parametrize(("answer", "is_bound"), [("yes", True), ("unsure", True), ("no", False)])
def test_after_an_old_clot_two_sessions_of_half_an_hour_a_day_are_enough(
    gliding: Profile, answering: Callable[..., dict[str, DatedAnswer]], today: date, answer: str, is_bound: bool
) -> None:
    result = screen(answering(dvt_history=answer), today)
    twice = rests(gliding, minutes(20), result, [session(400), session(100)], NOW)
    assert [rest.until for rest in twice] == [TOMORROW] * is_bound
    assert rests(gliding, minutes(30), result, [session(100)], NOW) == ()
    long = rests(gliding, minutes(31), result, (), NOW)
    assert [(rest.until, "takes 31" in rest.reason) for rest in long] == [(None, True)] * is_bound


def test_the_longest_rest_is_told_first(gliding: Profile) -> None:
    found = rests(gliding, minutes(20), None, [session(300, 60), session(10, 60)], NOW)
    assert [rest.until for rest in found] == [TOMORROW, NOW + minutes(20)]


def test_a_rest_counts_from_the_end_by_the_clock_however_long_the_pauses_were(gliding: Profile) -> None:
    paused = session(30, 20, duration_s=600.0, ended=NOW - minutes(10))
    (rest,) = rests(gliding, minutes(20), None, [paused], NOW)
    assert rest.until == NOW + minutes(20)


def test_what_was_skipped_was_no_massage(gliding: Profile) -> None:
    skipped = session(1, 2, duration_s=14.0, pressed_s=40.0, planned_s=331.0, ended=NOW, outcome=PARTIAL)
    assert rests(gliding, minutes(20), None, [skipped], NOW) == ()


def test_what_pressed_longer_than_was_played_counts_as_long_as_it_pressed(gliding: Profile) -> None:
    repeated = session(10, 10, duration_s=200.0, pressed_s=310.0, ended=NOW - minutes(5))
    assert rests(gliding, minutes(20), None, [repeated], NOW)


def test_what_was_simulated_was_no_massage(gliding: Profile) -> None:
    assert rests(gliding, minutes(20), None, [session(0, 60, simulated=True)] * 3, NOW) == ()


def test_an_end_in_the_future_asks_for_the_whole_rest_from_now_and_no_longer(gliding: Profile) -> None:
    (rest,) = rests(gliding, minutes(20), None, [session(-100_000)], NOW)
    assert rest.until == NOW + minutes(30)
    assert rest.reason.endswith("The clock has been changed since; the rest counts from 20:00 as it is now.")


@pytest.mark.parametrize("hours", [-11, -1, 0, 1, 12])
def test_another_time_zone_shortens_no_rest(gliding: Profile, hours: int) -> None:
    there = NOW.astimezone(timezone(timedelta(hours=hours)))
    assert rests(gliding, minutes(20), None, [session(10)], there)[0].until == NOW + minutes(20)
    full = [session(300, 60), session(100, 60)]
    (rest,) = rests(gliding, minutes(20), None, full, there)
    assert rest.until is not None
    assert rest.until >= TOMORROW


def test_whoever_travels_into_the_next_day_has_not_rested_until_it_is_over_at_home_too(gliding: Profile) -> None:
    full, auckland = [session(300, 60), session(100, 60)], timezone(timedelta(hours=13))
    assert rests(gliding, minutes(20), None, full, (TOMORROW - minutes(1)).astimezone(auckland))
    assert rests(gliding, minutes(20), None, full, (TOMORROW + timedelta(days=1)).astimezone(auckland)) == ()


def test_the_hour_that_comes_twice_in_autumn_counts_twice(gliding: Profile) -> None:
    summer, winter = timezone(timedelta(hours=2)), timezone(timedelta(hours=1))
    ended = datetime(2026, 10, 25, 2, 50, tzinfo=summer)
    past = session(0, 20, started=ended - minutes(20), ended=ended)
    assert rests(gliding, minutes(20), None, [past], datetime(2026, 10, 25, 2, 15, tzinfo=winter))
    assert rests(gliding, minutes(20), None, [past], datetime(2026, 10, 25, 2, 20, tzinfo=winter)) == ()


def weekly(*sessions: RecordedSession, since_days: float = 30, **chosen: str) -> tuple[FollowedCourse, ...]:
    """A course that plays goddard, or what was chosen, and wants 48 hours between two sessions."""
    started = NOW - timedelta(days=since_days)
    enrolled = Enrolment.model_validate(
        {"person": "ada", "course": "weekly", "routine": "goddard", "started": started, **chosen}
    )
    return followed_courses([enrolled], sessions)


def test_the_sessions_of_a_course_are_as_far_apart_as_it_says(gliding: Profile) -> None:
    last = session(24 * 60, 20)
    (rest,) = rests(gliding, minutes(20), None, [last], NOW, weekly(last))
    assert rest == RequiredRest(
        "Sessions of the course weekly are at least 48 hours apart.", last.started + timedelta(hours=48)
    )
    (following,) = weekly(last)
    assert rest.until == following.plan(NOW).not_before, "and the planner says the same"
    assert rests(gliding, minutes(20), None, [session(48 * 60 - 20)], NOW, weekly(last)) == ()


@pytest.mark.parametrize(
    "past",
    [
        session(24 * 60, routine="foot_relax"), session(24 * 60, outcome="stopped"), session(24 * 60, outcome=PARTIAL),
        session(24 * 60, simulated=True),
    ],
    ids=["another routine", "stopped", "partial", "simulated"],
)  # fmt: skip
def test_only_a_session_of_the_course_asks_for_its_gap(gliding: Profile, past: RecordedSession) -> None:
    assert rests(gliding, minutes(20), None, [past], NOW, weekly(past)) == ()


def test_a_gap_is_for_the_routine_that_was_chosen_and_from_the_start_of_the_course(gliding: Profile) -> None:
    last = session(24 * 60)
    assert rests(gliding, minutes(20), None, [last], NOW, weekly(last, routine="foot_relax")) == ()
    assert rests(gliding, minutes(20), None, [last], NOW, weekly(last, since_days=0.5)) == ()


def test_a_clock_that_was_set_back_ends_no_gap(gliding: Profile) -> None:
    ahead = session(-10_000)
    (rest,) = [r for r in rests(gliding, minutes(20), None, [ahead], NOW, weekly(ahead)) if "course" in r.reason]
    assert rest.until == NOW - minutes(20) + timedelta(hours=48)


def test_a_course_that_is_done_still_wants_its_last_session_to_rest(routine: Callable[..., Profile]) -> None:
    firm = routine(name="neuromuscular")
    five = [session(24 * 60 * days, routine="neuromuscular") for days in (29, 22, 15, 8, 1)]
    enrolled = Enrolment(
        person="ada", course="neuromuscular", routine="neuromuscular", started=NOW - timedelta(days=30)
    )
    (rest,) = rests(firm, minutes(20), None, five, NOW, followed_courses([enrolled], five))
    assert rest.until == five[-1].started + timedelta(hours=course("neuromuscular").min_gap_h)


def test_a_moment_without_a_time_zone_is_no_moment() -> None:
    with pytest.raises(ValidationError, match="timezone"):
        session(0, 20, ended=datetime(2026, 11, 21, 20))  # noqa: DTZ001 - the point
