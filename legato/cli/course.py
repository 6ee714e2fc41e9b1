"""`legato course`: a routine over days and weeks, and how well it is kept. Imports are deferred until needed."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from legato.cli.options import JsonOption, Name, PersonOption

if TYPE_CHECKING:
    from legato.care.followed_courses import FollowedCourse

app = typer.Typer(help="Routines over days and weeks: what is due, and how well they are kept.", no_args_is_help=True)

_STATES: Final = {
    "too_early": "too early",
    "waiting": "not due yet",
    "due": "due",
    "overdue": "overdue",
    "finished": "finished",
    "lapsed": "ran out of time",
}
"""The states of a course in words."""


@app.command("start", epilog="Example: legato course start rls")
def start(
    name: Name,
    routine: Annotated[str | None, typer.Option(metavar="NAME", help="A routine other than the course's own.")] = None,
    person: PersonOption = None,
) -> None:
    """Start a course today: neuromuscular, rls, daily, weekly, biweekly, twice_monthly or professional."""
    from legato.app import courses, wall_clock
    from legato.terminal import output, remarks

    begun = courses.begin(name, routine, person, remarks.routine)
    remarks.show(begun.admission)
    output.say(f"{begun.following.course.title}: started for {begun.person}")
    output.data(_line(begun.following, wall_clock.now()))


@app.command("next")
def next_due(person: PersonOption = None, json: JsonOption = False) -> None:
    """Show what is due next."""
    from legato.app import courses, people, wall_clock
    from legato.terminal import output

    who, now = people.one(person).name, wall_clock.now()
    first = courses.next_due(who)
    if json:
        output.as_json(_as_dict(first, now) if first else {})
    elif first is None:
        output.say(f"nothing is due for {who}")
    else:
        output.data(_line(first, now))


@app.command("status")
def status(person: PersonOption = None, json: JsonOption = False) -> None:
    """Show the progress of each course."""
    from legato.app import courses, people, wall_clock
    from legato.care.courses import courses as all_courses
    from legato.terminal import output

    who, now = people.one(person).name, wall_clock.now()
    found = courses.followed_by(who)
    if json:
        output.as_json([_as_dict(following, now) for following in found])
        return
    for following in found:
        output.data(_line(following, now))
    if not found:
        output.say(f"{who} follows no course; the courses are {', '.join(all_courses())}")


@app.command("done", epilog="Example: legato course done professional")
def done(name: Name, person: PersonOption = None) -> None:
    """Record a session that was done without Legato, such as a professional massage."""
    from legato.app import courses, wall_clock
    from legato.terminal import output

    who, following = courses.done(name, person)
    output.say(f"{name}: recorded for {who}")
    output.data(_line(following, wall_clock.now()))


@app.command("stop")
def stop(name: Name, person: PersonOption = None) -> None:
    """End a course."""
    from legato.app import courses
    from legato.terminal import output

    output.say(f"{name}: stopped for {courses.end(name, person)}")


@app.command("export", epilog="Example: legato course export rls --out rls.ics")
def export(
    name: Name,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Default: NAME.ics.")] = None,
    person: PersonOption = None,
) -> None:
    """Write the upcoming days as an iCalendar file."""
    from legato.app import courses
    from legato.extras import insist_on
    from legato.files import insist_on_file
    from legato.terminal import output

    insist_on("icalendar")
    written, days = courses.calendar(name, person)
    path = out or Path(f"{name}.ics")
    insist_on_file(path)
    path.write_bytes(written)
    output.say(f"{days} days written to {path}")


def _line(following: "FollowedCourse", now: datetime) -> str:
    course, p = following.course, following.plan(now)
    of = f" of {course.sessions}" if course.sessions else ""
    when = _when(p.due, now.date()) if p.due else ""
    rest = f", not before {p.not_before:%Y-%m-%d %H:%M}" if p.state == "too_early" else ""
    kept = f", {p.adherence_pct} % kept" if p.adherence_pct is not None else ""
    jumped = f"; {p.misdated} dated in the future, has the clock jumped?" if p.misdated else ""
    return f"{course.name}: {_STATES[p.state]}{when}{rest}, {p.done}{of} done{kept}{jumped}"


def _when(due: date, today: date) -> str:
    """By calendar date: at two in the morning, the evening before is yesterday."""
    if due < today:
        return f" since {due}"
    return ", next today" if due == today else f", next {due}"


def _as_dict(following: "FollowedCourse", now: datetime) -> dict[str, Any]:
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
