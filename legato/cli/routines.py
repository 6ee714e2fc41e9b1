"""The command line for whoever writes routines: begin one, and compare two."""

from pathlib import Path
from typing import Annotated

import typer

from legato.app import DEFAULT_DEVICE
from legato.cli.help_groups import ROUTINES

RoutineName = Annotated[
    str, typer.Argument(metavar="NAME|FILE", help="A routine: built in, NAME.yaml here, your own, or a file.")
]


def add_to(app: typer.Typer) -> None:
    """Adds the commands of this file to the command line."""
    app.command(epilog="Example: legato new evening", rich_help_panel=ROUTINES)(new)
    app.command(epilog="Example: legato diff goddard my-goddard.yaml --picture diff.png", rich_help_panel=ROUTINES)(
        diff
    )


def new(name: Annotated[str, typer.Argument(metavar="NAME", help="What the routine is to be called.")]) -> None:
    """Write NAME.yaml, a routine to change: valid as it is, and explained line by line."""
    from legato.cli.commands import new as command

    command.new(name)


def diff(
    first: RoutineName,
    second: RoutineName,
    device: Annotated[
        str, typer.Option("--device", metavar="NAME|FILE", help="A built-in device, or a YAML file.")
    ] = DEFAULT_DEVICE,
    picture: Annotated[Path | None, typer.Option(help="Draw them into this file (.png, .svg or .pdf).")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Show two routines against each other: what they take, what each zone gets, and which steps differ."""
    from legato.cli.commands import diff as command

    command.diff((first, second), device, picture, json)
