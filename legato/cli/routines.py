"""The commands for people who write routines: start one, and compare two."""

from pathlib import Path
from typing import Annotated

import typer

from legato.app import DEFAULT_DEVICE
from legato.cli.help_groups import ROUTINES
from legato.cli.options import DeviceOption, JsonOption, RoutineArgument


def add_to(app: typer.Typer) -> None:
    """Adds the commands of this file to the command line."""
    app.command(epilog="Example: legato new evening", rich_help_panel=ROUTINES)(new)
    app.command(epilog="Example: legato diff goddard my-goddard.yaml --picture diff.png", rich_help_panel=ROUTINES)(
        diff
    )


def new(name: Annotated[str, typer.Argument(metavar="NAME", help="The name of the routine.")]) -> None:
    """Write NAME.yaml, a routine to edit: valid as it is, and explained line by line."""
    from legato.cli.commands import new as command

    command.new(name)


def diff(
    first: RoutineArgument,
    second: RoutineArgument,
    device: DeviceOption = DEFAULT_DEVICE,
    picture: Annotated[Path | None, typer.Option(help="Draw them into this file (.png, .svg or .pdf).")] = None,
    json: JsonOption = False,
) -> None:
    """Compare two routines: how long they take, how they press each zone, and which steps differ."""
    from legato.cli.commands import diff as command

    command.diff((first, second), device, picture, json)
