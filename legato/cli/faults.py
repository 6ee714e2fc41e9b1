"""The commands that show what happens when things go wrong: faults, drills and random sessions."""

from pathlib import Path
from typing import Annotated

import typer

from legato.cli.help_groups import SIMULATOR
from legato.cli.options import JsonOption
from legato.errors import UsageError


def add_to(app: typer.Typer) -> None:
    """Adds the commands of this file to the command line."""
    app.command(epilog="Example: legato faults --drill", rich_help_panel=SIMULATOR)(faults)
    app.command(epilog="Example: legato soak --sessions 1000 --seed 1 --jobs 2", rich_help_panel=SIMULATOR)(soak)


def faults(
    drill: Annotated[
        bool, typer.Option("--drill", help="Run the drill of each: action, second fault, recovery, invariants.")
    ] = False,
    write: Annotated[
        Path | None, typer.Option(metavar="FILE", help="With --drill: write its table into this Markdown page.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """List the faults that `replay --faults` and `sim --control` know, with their fields."""
    from legato.cli.commands import faults as command

    if write is not None and not drill:
        raise UsageError("legato faults: --write writes the table of --drill, so give --drill too")
    raise typer.Exit(command.drill(json, write) if drill else command.faults(json))


def soak(
    sessions: Annotated[int, typer.Option(min=1, help="How many sessions.")] = 200,
    seed: Annotated[int, typer.Option(help="Seed of the first session; the others count up from it.")] = 0,
    jobs: Annotated[int, typer.Option(min=1, help="How many processes share the work.")] = 1,
    json: JsonOption = False,
) -> None:
    """Play random routines with random faults through the whole stack; exit 1 if an invariant is broken."""
    from legato.cli.commands import soak as command

    raise typer.Exit(command.soak(sessions, seed, jobs, json))
