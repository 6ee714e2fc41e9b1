"""The command line of the person: screening, settings, courses, diary and recommendations."""

from pathlib import Path
from typing import Annotated

import typer

from legato.app import DEFAULT_DEVICE
from legato.care.habits import Budget, Often
from legato.cli.course import app as course_commands
from legato.cli.help_groups import PEOPLE
from legato.cli.options import DeviceOption, JsonOption, PersonOption
from legato.cli.person import app as person_commands

Scale = Annotated[int | None, typer.Option(min=0, max=10, help="From 0 to 10.")]


def add_to(app: typer.Typer) -> None:
    """Adds the commands of this file to the command line."""
    app.command(epilog="Example: legato screen --person ada --answers ada.yaml", rich_help_panel=PEOPLE)(screen)
    app.command(epilog="Example: legato recommend after a run --minutes 20", rich_help_panel=PEOPLE)(recommend)
    app.command(epilog="Example: legato guide foot", rich_help_panel=PEOPLE)(guide)
    app.command(epilog="Example: legato choose --minutes 20 --often weekly", rich_help_panel=PEOPLE)(choose)
    app.command(epilog="Example: legato note --before --pain 4", rich_help_panel=PEOPLE)(note)
    app.command(epilog="Example: legato history --picture pain.png", rich_help_panel=PEOPLE)(history)
    app.add_typer(person_commands, name="person", rich_help_panel=PEOPLE)
    app.add_typer(course_commands, name="course", rich_help_panel=PEOPLE)


def screen(
    person: PersonOption = None,
    answers: Annotated[
        Path | None, typer.Option(help="Read the answers from this YAML file, one `question: yes|no|unsure` a line.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Ask everything again, because something changed.")] = False,
    show: Annotated[bool, typer.Option("--show", help="Ask nothing; show what is known.")] = False,
    questions: Annotated[bool, typer.Option("--questions", help="Ask nothing; list all questions.")] = False,
    json: JsonOption = False,
) -> None:
    """Answer, one at a time, the questions that come before a massage; only unanswered ones are asked."""
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
    device: DeviceOption = DEFAULT_DEVICE,
    minutes: Annotated[float | None, typer.Option(min=1, help="No longer than this.")] = None,
    person: PersonOption = None,
    json: JsonOption = False,
) -> None:
    """Find the routine that fits a need, and what to do besides or instead of a massage."""
    from legato.cli.commands import recommend as command

    command.recommend_for(need, device, minutes, person, json)


def guide(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="A technique; without one, all are listed.")
    ] = None,
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
    minutes: Annotated[float | None, typer.Option(min=5, help="No longer than this, travel included.")] = None,
    budget: Annotated[Budget | None, typer.Option(help="What it may cost.")] = None,
    often: Annotated[Often | None, typer.Option(help="How often.")] = None,
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
    swelling: Annotated[
        float | None, typer.Option(metavar="CM", min=5, max=150, help="Circumference of the leg.")
    ] = None,
    text: Annotated[str, typer.Option(help="Anything else.")] = "",
    person: PersonOption = None,
) -> None:
    """Note in the diary how you feel: pain, tension and sleep from 0 to 10, swelling in cm."""
    from legato.care.entries import Moment
    from legato.cli.commands import note as command

    command.note(Moment.BEFORE if before else Moment.AFTER, pain, tension, sleep, swelling, text, person)


def history(
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a CSV table.")] = None,
    picture: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw pain and massages over time.")] = None,
    for_therapist: Annotated[bool, typer.Option("--for-therapist", help="Print one page to take along.")] = False,
    person: PersonOption = None,
    json: JsonOption = False,
) -> None:
    """Show the massages so far, with what was noted before and after each."""
    from legato.cli.commands import history as command

    command.history(person, json, csv, picture, for_therapist)
