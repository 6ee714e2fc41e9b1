"""Courses: a routine over days and weeks, begun and ended for a person, and where each stands."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from pydantic import AwareDatetime

from legato.app import people, routine_library, wall_clock
from legato.app.admission import Admission, admit
from legato.app.diary import open_diary
from legato.app.model import Frozen
from legato.care.courses import course
from legato.care.entries import Enrolment, RecordedSession
from legato.care.followed_courses import FollowedCourse, find_followed, followed_courses, session_name
from legato.care.planner import CourseState, upcoming
from legato.errors import UsageError
from legato.profiles.profile import Profile

EXPORTED = 12
"""Days of an open-ended course that go into a calendar."""

_ASKS = (CourseState.DUE, CourseState.OVERDUE)


class CourseStanding(Frozen):
    """Where a course stands; dates as YYYY-MM-DD."""

    course: str
    title: str
    routine: str | None
    state: CourseState
    due: str | None
    not_before: AwareDatetime | None
    done: int
    sessions: int | None
    adherence_pct: int | None


@dataclass(frozen=True, slots=True)
class Begun:
    """A course that begins: for whom, where it stands, and what is to be borne in mind with its routine."""

    person: str
    following: FollowedCourse
    admission: Admission


def standings(name: str) -> list[CourseStanding]:
    """Where the courses of a person stand; raises what `people.one` raises, and DiaryError."""
    return [_standing(following) for following in followed_by(people.one(name).name)]


def followed_by(who: str) -> tuple[FollowedCourse, ...]:
    """The courses that the person of this name follows.

    Raises:
        DiaryError: the diary cannot be read.
    """
    with open_diary() as diary:
        return followed_courses(diary.enrolments(who), diary.sessions(who))


def begin(
    which: str, routine: str | None, person: str | None, find: Callable[[str], Profile] = routine_library.find
) -> Begun:
    """Begins a course today, with its own routine or another one; `find` knows routines by their names.

    Raises:
        UsageError: it is followed already.
        NotAllowed: its routine is not for this person.
        UnknownName: no such course, routine or person.
    """
    chosen, who = course(which), people.one(person)
    wanted = routine or chosen.routine
    played = find(wanted) if wanted is not None else None
    admission = Admission() if played is None else admit(played, who)
    if any(f.course.name == which for f in followed_by(who.name)):
        raise UsageError(f"{who.name} already follows {which}; `legato course stop {which}` ends that")
    name = None if played is None else played.name
    with open_diary() as diary:
        diary.add(Enrolment(person=who.name, course=which, routine=name, started=wall_clock.now()))
    return Begun(who.name, find_followed(followed_by(who.name), which), admission)


def end(which: str, person: str | None) -> str:
    """Ends a course; returns for whom.

    Raises:
        UnknownName: it is not followed, or no such person.
    """
    who = people.one(person).name
    find_followed(followed_by(who), which)
    with open_diary() as diary:
        diary.stop(who, which, wall_clock.now())
    return who


def done(which: str, person: str | None) -> tuple[str, FollowedCourse]:
    """Notes a session of a course that was done without Legato; returns for whom, and where it stands then.

    Raises:
        UnknownName: it is not followed, or no such person.
    """
    who = people.one(person).name
    routine = session_name(find_followed(followed_by(who), which).course)
    with open_diary() as diary:
        diary.add(RecordedSession(person=who, routine=routine, started=wall_clock.now()))
    return who, find_followed(followed_by(who), which)


def next_due(who: str) -> FollowedCourse | None:
    """What the person of this name does next: the course of which a session is due first."""
    now = wall_clock.now()
    due = [(f.plan(now).due or date.max, f.course.name, f) for f in followed_by(who) if f.plan(now).due]
    first = min(due, default=None, key=lambda entry: entry[:2])
    return first and first[2]


def is_any_due() -> bool:
    """Whether a course of anybody's is due."""
    now = wall_clock.now()
    following = (one for name in people.store().names() for one in followed_by(name))
    return any(one.plan(now).state in _ASKS for one in following)


def calendar(which: str, person: str | None) -> tuple[bytes, int]:
    """The days still to come as an iCalendar file, and how many there are; needs the extra `calendar`.

    Raises:
        UnknownName: it is not followed, or no such person.
    """
    # Imported here: nothing else needs its extra.
    from legato.care import ical

    who, now = people.one(person).name, wall_clock.now()
    following = find_followed(followed_by(who), which)
    days = upcoming(following.course, following.plan(now), now.date(), EXPORTED)
    return ical.calendar(following.course, days, who, now), len(days)


def _standing(following: FollowedCourse) -> CourseStanding:
    plan, followed_courses = following.plan(wall_clock.now()), following.course
    return CourseStanding(
        course=followed_courses.name,
        title=followed_courses.title,
        routine=followed_courses.routine,
        state=plan.state,
        due=plan.due.isoformat() if plan.due else None,
        not_before=plan.not_before,
        done=plan.done,
        sessions=followed_courses.sessions,
        adherence_pct=plan.adherence_pct,
    )
