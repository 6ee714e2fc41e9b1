"""`legato course`: a routine over days and weeks, and how well it is kept to."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from legato.app import courses, people, wall_clock
from legato.care.courses import courses as all_courses
from legato.care.following import Following
from legato.care.planner import State
from legato.extras import insist_on
from legato.files import insist_on_file
from legato.terminal import output, remarks

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
    begun = courses.begin(name, routine, person, remarks.routine)
    remarks.show(begun.admission)
    output.say(f"{begun.following.course.title}: started for {begun.person}")
    output.data(_line(begun.following, wall_clock.now()))


def stop(name: str, person: str | None) -> None:
    """Ends a course."""
    output.say(f"{name}: stopped for {courses.end(name, person)}")


def done(name: str, person: str | None) -> None:
    """Notes a session of a course that was done without Legato."""
    who, following = courses.done(name, person)
    output.say(f"{name}: noted for {who}")
    output.data(_line(following, wall_clock.now()))


def status(person: str | None, json: bool) -> None:
    """How each course of a person stands, or which courses there are."""
    who, now = people.one(person).name, wall_clock.now()
    found = courses.followed_by(who)
    if json:
        output.as_json([_as_dict(following, now) for following in found])
        return
    for following in found:
        output.data(_line(following, now))
    if not found:
        output.say(f"{who} follows no course; there are {', '.join(all_courses())}")


def next_due(person: str | None, json: bool) -> None:
    """What to do next: the session that is due first."""
    who, now = people.one(person).name, wall_clock.now()
    first = courses.next_due(who)
    if json:
        output.as_json(_as_dict(first, now) if first else {})
    elif first is None:
        output.say(f"nothing is due for {who}")
    else:
        output.data(_line(first, now))


def export(name: str, out: Path | None, person: str | None) -> None:
    """Writes the days still to come as an iCalendar file."""
    insist_on("icalendar")
    written, days = courses.calendar(name, person)
    path = out or Path(f"{name}.ics")
    insist_on_file(path)
    path.write_bytes(written)
    output.say(f"{days} days written to {path}")


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
