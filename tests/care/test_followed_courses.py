"""A course is followed with the routine chosen for it, from its start until it is stopped."""

from datetime import UTC, datetime, timedelta

import pytest

from legato.care.entries import Enrolment, RecordedSession
from legato.care.errors import UnknownName
from legato.care.followed_courses import find_followed, followed_courses, session_name
from legato.care.planner import CourseState

STARTED = datetime(2026, 11, 2, 20, tzinfo=UTC)


def session(day: float, routine: str = "rls_evening", outcome: str = "completed") -> RecordedSession:
    return RecordedSession(person="ada", routine=routine, started=STARTED + timedelta(days=day), outcome=outcome)


def enrolment(course: str, routine: str | None, stopped: datetime | None = None) -> Enrolment:
    return Enrolment(person="ada", course=course, routine=routine, started=STARTED, stopped=stopped)


def test_only_completed_sessions_of_its_routine_count() -> None:
    sessions = [session(0), session(1, "goddard"), session(2, outcome="stopped"), session(3)]
    (rls,) = followed_courses([enrolment("rls", "rls_evening")], sessions)
    assert rls.plan(STARTED + timedelta(days=3, hours=1)).done == 2


def test_what_was_simulated_counts_for_no_course() -> None:
    simulated = session(0).model_copy(update={"simulated": True})
    (rls,) = followed_courses([enrolment("rls", "rls_evening")], [simulated, session(1)])
    assert len(rls.sessions) == 1


def test_sessions_before_its_start_do_not_count() -> None:
    (rls,) = followed_courses([enrolment("rls", "rls_evening")], [session(-1)])
    assert rls.plan(STARTED).state is CourseState.DUE


def test_another_routine_may_be_chosen_for_a_course() -> None:
    (weekly,) = followed_courses([enrolment("weekly", "foot_relax")], [session(0, "goddard"), session(7, "foot_relax")])
    assert (weekly.course.routine, len(weekly.sessions)) == ("foot_relax", 1)


def test_a_massage_by_hands_counts_for_the_course_without_a_routine() -> None:
    (professional,) = followed_courses([enrolment("professional", None)], [session(1, "professional")])
    assert session_name(professional.course) == "professional"
    assert len(professional.sessions) == 1


def test_a_stopped_course_is_followed_no_more() -> None:
    following = followed_courses([enrolment("rls", "rls_evening", STARTED), enrolment("weekly", "goddard")], [])
    assert [f.course.name for f in following] == ["weekly"]
    with pytest.raises(UnknownName, match="known are weekly"):
        find_followed(following, "rls")


def test_adherence_is_told_day_by_day() -> None:
    (rls,) = followed_courses([enrolment("rls", "rls_evening")], [session(0), session(2)])
    days = list(rls.adherence(STARTED + timedelta(days=3)))
    assert [percent for _, percent in days] == [100, 100, 100, 67]
    assert days[0][0] == STARTED.date()
