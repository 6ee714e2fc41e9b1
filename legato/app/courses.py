"""Courses: a routine over days and weeks, started and ended for a person, and the progress of each."""

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
"""How many days of an open-ended course go into a calendar."""

_ASKS = (CourseState.DUE, CourseState.OVERDUE)


class CourseStanding(Frozen):
    """The progress of a course; dates as YYYY-MM-DD."""

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
    """A course that was started: for whom, its progress, and what to bear in mind with its routine."""

    person: str
    following: FollowedCourse
    admission: Admission


def standings(name: str) -> list[CourseStanding]:
    """The progress of a person's courses; raises what `people.one` raises, and DiaryError."""
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
    """Starts a course today, with its own routine or another one; `find` looks up a routine by name.

    Raises:
        UsageError: it is already followed.
        NotAllowed: its routine is not for this person.
        UnknownName: there is no such course, routine or person.
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
    """Ends a course; returns the person's name.

    Raises:
        UnknownName: it is not followed, or there is no such person.
    """
    who = people.one(person).name
    find_followed(followed_by(who), which)
    with open_diary() as diary:
        diary.stop(who, which, wall_clock.now())
    return who


def done(which: str, person: str | None) -> tuple[str, FollowedCourse]:
    """Records a session of a course that was done without Legato; returns the person's name and the progress then.

    Raises:
        UnknownName: it is not followed, or there is no such person.
    """
    who = people.one(person).name
    routine = session_name(find_followed(followed_by(who), which).course)
    with open_diary() as diary:
        diary.add(RecordedSession(person=who, routine=routine, started=wall_clock.now()))
    return who, find_followed(followed_by(who), which)


def next_due(who: str) -> FollowedCourse | None:
    """The course whose session is due first for the person of this name."""
    now = wall_clock.now()
    due = [(f.plan(now).due or date.max, f.course.name, f) for f in followed_by(who) if f.plan(now).due]
    first = min(due, default=None, key=lambda entry: entry[:2])
    return first and first[2]


def is_any_due() -> bool:
    """Whether any course of any person is due."""
    now = wall_clock.now()
    following = (one for name in people.store().names() for one in followed_by(name))
    return any(one.plan(now).state in _ASKS for one in following)


def calendar(which: str, person: str | None) -> tuple[bytes, int]:
    """The upcoming days as an iCalendar file, and how many there are; needs the extra `calendar`.

    Raises:
        UnknownName: it is not followed, or there is no such person.
    """
    # Imported here because nothing else needs this extra.
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
