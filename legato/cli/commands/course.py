"""`legato course`: a routine over days and weeks, and how well it is kept to."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from legato.app import people, routine_lookup
from legato.care.courses import course, courses
from legato.care.entries import Enrolment, Session
from legato.care.following import Following, followed, only, session_name
from legato.care.planner import State, upcoming
from legato.errors import UsageError
from legato.extras import insist_on
from legato.files import insist_on_file
from legato.profiles.profile import Profile
from legato.terminal import output

EXPORTED = 12
"""Days of an open-ended course that go into a calendar."""

_SAID = {
    State.TOO_EARLY: "too early",
    State.WAITING: "not due yet",
    State.DUE: "due",
    State.OVERDUE: "overdue",
    State.FINISHED: "finished",
    State.LAPSED: "ran out of days",
}


def start(name: str, routine: str | None, person: str | None) -> None:
    """Begins a course today, with its own routine or another one that this person may have."""
    who = begin(name, routine, person, routine_lookup.profile)
    output.say(f"{course(name).title}: started for {who}")
    output.data(_line(only(followed_by(who), name), people.now()))


def begin(name: str, routine: str | None, person: str | None, find: Callable[[str], Profile]) -> str:
    """The same without a word; `find` knows routines by their names. Returns for whom.

    Raises:
        UsageError: it is followed already, or not for this person.
        UnknownName: no such course or person.
    """
    chosen, who = course(name), people.one(person)
    wanted = routine or chosen.routine
    played = find(wanted) if wanted is not None else None
    routine = None if played is None else played.name
    if played is not None:
        people.admit(played, who)
    if any(f.course.name == name for f in followed_by(who.name)):
        raise UsageError(f"{who.name} already follows {name}; `legato course stop {name}` ends that")
    with people.diary() as diary:
        diary.add(Enrolment(person=who.name, course=name, routine=routine, started=people.now()))
    return who.name


def stop(name: str, person: str | None) -> None:
    """Ends a course."""
    output.say(f"{name}: stopped for {end(name, person)}")


def end(name: str, person: str | None) -> str:
    """The same without a word; returns for whom.

    Raises:
        UnknownName: it is not followed, or no such person.
    """
    who = people.one(person).name
    only(followed_by(who), name)
    with people.diary() as diary:
        diary.stop(who, name, people.now())
    return who


def done(name: str, person: str | None) -> None:
    """Notes a session of a course that was done without Legato."""
    who = people.one(person).name
    routine = session_name(only(followed_by(who), name).course)
    with people.diary() as diary:
        diary.add(Session(person=who, routine=routine, started=people.now()))
    output.say(f"{name}: noted for {who}")
    output.data(_line(only(followed_by(who), name), people.now()))


def status(person: str | None, json: bool) -> None:
    """How each course of a person stands, or which courses there are."""
    who, now = people.one(person).name, people.now()
    found = followed_by(who)
    if json:
        output.as_json([_as_dict(following, now) for following in found])
        return
    for following in found:
        output.data(_line(following, now))
    if not found:
        output.say(f"{who} follows no course; there are {', '.join(courses())}")


def next_due(person: str | None, json: bool) -> None:
    """What to do next: the session that is due first."""
    who, now = people.one(person).name, people.now()
    due = [(f.plan(now).due or date.max, f.course.name, f) for f in followed_by(who) if f.plan(now).due]
    first = min(due, default=None, key=lambda entry: entry[:2])
    if json:
        output.as_json(_as_dict(first[2], now) if first else {})
    elif first is None:
        output.say(f"nothing is due for {who}")
    else:
        output.data(_line(first[2], now))


def export(name: str, out: Path | None, person: str | None) -> None:
    """Writes the days still to come as an iCalendar file."""
    insist_on("icalendar")
    # Imported here: no other command needs its extra.
    from legato.care.ical import calendar

    who, now = people.one(person).name, people.now()
    following = only(followed_by(who), name)
    days = upcoming(following.course, following.plan(now), now.date(), EXPORTED)
    path = out or Path(f"{name}.ics")
    insist_on_file(path)
    path.write_bytes(calendar(following.course, days, who, now))
    output.say(f"{len(days)} days written to {path}")


def followed_by(who: str) -> tuple[Following, ...]:
    """The courses that somebody follows."""
    with people.diary() as diary:
        return followed(diary.enrolments(who), diary.sessions(who))


def _line(following: Following, now: datetime) -> str:
    course, p = following.course, following.plan(now)
    of = f" of {course.sessions}" if course.sessions else ""
    when = _when(p.due, now.date()) if p.due else ""
    rest = f", not before {p.not_before:%Y-%m-%d %H:%M}" if p.state is State.TOO_EARLY else ""
    kept = f", kept to {p.adherence_pct} %" if p.adherence_pct is not None else ""
    jumped = f"; {p.misdated} dated in the future, has the clock jumped?" if p.misdated else ""
    return f"{course.name}: {_SAID[p.state]}{when}{rest}, {p.done}{of} done{kept}{jumped}"


def _when(due: date, today: date) -> str:
    """By the calendar: at two in the morning, the evening before is yesterday."""
    if due < today:
        return f" since {due}"
    return ", next today" if due == today else f", next {due}"


def _as_dict(following: Following, now: datetime) -> dict[str, Any]:
    p = following.plan(now)
    return {
        "course": following.course.name,
        "routine": following.course.routine,
        "state": p.state.value,
        "due": p.due and p.due.isoformat(),
        "not_before": p.not_before and p.not_before.isoformat(),
        "done": p.done,
        "sessions": following.course.sessions,
        "adherence_pct": p.adherence_pct,
        "misdated": p.misdated,
    }
