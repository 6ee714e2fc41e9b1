"""The command line of the person: screening, settings, courses, diary and recommendations."""

from pathlib import Path
from typing import Annotated

import typer

from legato import DEFAULT_DEVICE
from legato.care.habits import Budget, Often
from legato.cli.help_groups import PEOPLE

PersonOption = Annotated[
    str | None, typer.Option("--person", metavar="NAME", help="Somebody else than the current person.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Name = Annotated[str, typer.Argument(metavar="NAME")]
Scale = Annotated[int | None, typer.Option(min=0, max=10, help="From 0 to 10.")]

person_app = typer.Typer(help="The people of this computer and their settings.", no_args_is_help=True)
course_app = typer.Typer(
    help="Routines over days and weeks: what is due, and how well it is kept to.", no_args_is_help=True
)


def add_to(app: typer.Typer) -> None:
    """Adds the commands of this file to the command line."""
    app.command(epilog="Example: legato screen --person ada --answers ada.yaml", rich_help_panel=PEOPLE)(screen)
    app.command(epilog="Example: legato recommend after a run --minutes 20", rich_help_panel=PEOPLE)(recommend)
    app.command(epilog="Example: legato guide foot", rich_help_panel=PEOPLE)(guide)
    app.command(epilog="Example: legato choose --minutes 20 --often weekly", rich_help_panel=PEOPLE)(choose)
    app.command(epilog="Example: legato note --before --pain 4", rich_help_panel=PEOPLE)(note)
    app.command(epilog="Example: legato history --picture pain.png", rich_help_panel=PEOPLE)(history)
    app.add_typer(person_app, name="person", rich_help_panel=PEOPLE)
    app.add_typer(course_app, name="course", rich_help_panel=PEOPLE)


def screen(
    person: PersonOption = None,
    answers: Annotated[
        Path | None, typer.Option(help="Take the answers from this YAML file: a line `question: yes|no|unsure` each.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Ask everything once more, since something changed.")] = False,
    show: Annotated[bool, typer.Option("--show", help="Ask nothing; show what is known.")] = False,
    questions: Annotated[bool, typer.Option("--questions", help="Ask nothing; list all questions.")] = False,
    json: JsonOption = False,
) -> None:
    """Answer, one at a time, the questions that must be answered before a massage; only open ones are asked."""
    from legato.app import people
    from legato.cli.commands import screen as command

    command.insist_on_one(answers=answers, again=again, show=show, questions=questions)
    if questions:
        command.questions(json)
    elif show:
        command.show(people.one(person), json)
    else:
        command.screen_person(person, answers, again, json)


def recommend(
    need: Annotated[
        list[str], typer.Argument(metavar="NEED...", help="In your own words: cramps, after a run, sleep.")
    ],
    device: Annotated[
        str, typer.Option("--device", metavar="NAME|FILE", help="A built-in device, or a YAML file.")
    ] = DEFAULT_DEVICE,
    minutes: Annotated[float | None, typer.Option(min=1, help="No longer than this.")] = None,
    person: PersonOption = None,
    json: JsonOption = False,
) -> None:
    """Find the routine that fits a need, and what to do beside a massage or instead."""
    from legato.cli.commands import recommend as command

    command.recommend_for(need, device, minutes, person, json)


def guide(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="A technique; without it all are listed.")] = None,
    person: PersonOption = None,
    json: JsonOption = False,
) -> None:
    """Show how to massage by hand, on a roller or a ball, step by step, without a device."""
    from legato.cli.commands import guide as command

    if name is None:
        command.listed(json)
    else:
        command.show(name, person, json)


def choose(
    minutes: Annotated[float | None, typer.Option(min=5, help="No longer than this, the way there included.")] = None,
    budget: Annotated[Budget | None, typer.Option(help="What it may cost.")] = None,
    often: Annotated[Often | None, typer.Option(help="How often it is to be.")] = None,
    json: JsonOption = False,
) -> None:
    """Choose between a professional, a chair, a massager, a roller and your own hands."""
    from legato.cli.commands import choose as command

    command.choose(minutes, budget, often, json)


def note(
    before: Annotated[bool, typer.Option("--before/--after", help="Before or after a massage.")],
    pain: Scale = None,
    tension: Scale = None,
    sleep: Scale = None,
    swelling: Annotated[float | None, typer.Option(metavar="CM", min=5, max=150, help="Girth of the leg.")] = None,
    text: Annotated[str, typer.Option(help="Anything else.")] = "",
    person: PersonOption = None,
) -> None:
    """Note in the diary how it is: pain, tension and sleep from 0 to 10, swelling in cm."""
    from legato.care.entries import Moment
    from legato.cli.commands import note as command

    command.note(Moment.BEFORE if before else Moment.AFTER, pain, tension, sleep, swelling, text, person)


def history(
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a table.")] = None,
    picture: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw pain and massages over time.")] = None,
    for_therapist: Annotated[bool, typer.Option("--for-therapist", help="One page to take along.")] = False,
    person: PersonOption = None,
    json: JsonOption = False,
) -> None:
    """Show the massages so far, with what was noted before and after each."""
    from legato.cli.commands import history as command

    command.history(person, json, csv, picture, for_therapist)


@person_app.command("list")
def person_list(json: JsonOption = False) -> None:
    """List everybody; the current one is marked."""
    from legato.cli.commands import person

    person.everyone(json)


@person_app.command("use")
def person_use(name: Name) -> None:
    """Make somebody the current person."""
    from legato.cli.commands import person

    person.use(name)


@person_app.command("set", epilog="Example: legato person set --comfort-cap 40 --medicine warfarin")
def person_set(
    name: PersonOption = None,
    comfort_cap: Annotated[float | None, typer.Option(metavar="MMHG", help="Never more pressure than this.")] = None,
    leg: Annotated[float | None, typer.Option(metavar="CM", help="From the sole to the groin.")] = None,
    condition: Annotated[list[str] | None, typer.Option(help="For the therapist's page; may be repeated.")] = None,
    medicine: Annotated[list[str] | None, typer.Option(help="For the therapist's page; may be repeated.")] = None,
    json: JsonOption = False,
) -> None:
    """Change settings; what is not given stays. Somebody new is made."""
    from legato.cli.commands import person

    person.change(name, comfort_cap, leg, condition, medicine, json)


@person_app.command("show")
def person_show(name: Annotated[str | None, typer.Argument(metavar="NAME")] = None, json: JsonOption = False) -> None:
    """Show somebody's settings."""
    from legato.cli.commands import person

    person.show(name, json)


@course_app.command("start", epilog="Example: legato course start rls")
def course_start(
    name: Name,
    routine: Annotated[str | None, typer.Option(metavar="NAME", help="Another routine than the course's own.")] = None,
    person: PersonOption = None,
) -> None:
    """Begin a course today: neuromuscular, rls, daily, weekly, biweekly, twice_monthly or professional."""
    from legato.cli.commands import course

    course.start(name, routine, person)


@course_app.command("next")
def course_next(person: PersonOption = None, json: JsonOption = False) -> None:
    """Say what is due first."""
    from legato.cli.commands import course

    course.next_due(person, json)


@course_app.command("status")
def course_status(person: PersonOption = None, json: JsonOption = False) -> None:
    """Show how each course stands."""
    from legato.cli.commands import course

    course.status(person, json)


@course_app.command("done", epilog="Example: legato course done professional")
def course_done(name: Name, person: PersonOption = None) -> None:
    """Note a session that was done without Legato, such as a professional massage."""
    from legato.cli.commands import course

    course.done(name, person)


@course_app.command("stop")
def course_stop(name: Name, person: PersonOption = None) -> None:
    """End a course."""
    from legato.cli.commands import course

    course.stop(name, person)


@course_app.command("export", epilog="Example: legato course export rls --out rls.ics")
def course_export(
    name: Name,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="NAME.ics unless given.")] = None,
    person: PersonOption = None,
) -> None:
    """Write the days to come as an iCalendar file."""
    from legato.cli.commands import course

    course.export(name, out, person)
