"""The courses that a person follows: the state of each, and the adherence day by day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from legato.care.courses import Course, courses
from legato.care.entries import COMPLETED, Enrolment, RecordedSession, massages
from legato.care.errors import named
from legato.care.planner import CoursePlan, CourseState, day_of, plan


@dataclass(frozen=True, slots=True)
class FollowedCourse:
    """A course with its chosen routine, when it was started, and the times of its sessions."""

    course: Course
    since: datetime
    sessions: tuple[datetime, ...]

    def plan(self, now: datetime) -> CoursePlan:
        """Its state `now`."""
        return plan(self.course, self.since.date(), self.sessions, now)

    def asks_for(self, routine: str, now: datetime) -> bool:
        """Whether this is its routine, and there are sessions to come."""
        is_over = self.plan(now).state in (CourseState.FINISHED, CourseState.LAPSED)
        return self.course.routine == routine and not is_over

    def adherence(self, now: datetime) -> Iterator[tuple[date, int]]:
        """For each day until `now` on which it is known: the adherence in %."""
        for days in range((now - self.since).days + 1):
            moment = self.since + timedelta(days=days)
            found = plan(self.course, self.since.date(), [s for s in self.sessions if s <= moment], moment)
            if found.adherence_pct is not None:
                yield day_of(moment), found.adherence_pct


def followed_courses(
    enrolments: Iterable[Enrolment], sessions: Iterable[RecordedSession]
) -> tuple[FollowedCourse, ...]:
    """The courses among `enrolments` that are still running, each with its completed massages."""
    completed = [s for s in massages(sessions) if s.outcome == COMPLETED]
    running = [e for e in enrolments if e.stopped is None and e.course in courses()]
    return tuple(_following(enrolment, completed) for enrolment in running)


def find_followed(following: Iterable[FollowedCourse], name: str) -> FollowedCourse:
    """The one called `name`.

    Raises:
        UnknownName: that course is not followed.
    """
    return named("running course", name, {f.course.name: f for f in following})


def session_name(course: Course) -> str:
    """The name of a session of `course` in the diary: its routine, or the course itself if it is done by hand."""
    return course.routine or course.name


def _following(enrolment: Enrolment, completed: list[RecordedSession]) -> FollowedCourse:
    course = courses()[enrolment.course].model_copy(update={"routine": enrolment.routine})
    name, since = session_name(course), enrolment.started
    return FollowedCourse(
        course, since, tuple(s.started for s in completed if s.routine == name and s.started >= since)
    )
