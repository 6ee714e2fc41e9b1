"""The command line for the bridge that runs all day."""

from typing import Annotated

import typer

from legato.cli.help_groups import SERVICE
from legato.cli.options import ConfigOption


def add_to(app: typer.Typer) -> None:
    """Adds the commands of this file to the command line."""
    app.command(epilog="Example: legato serve --port sim://boots-6", rich_help_panel=SERVICE)(serve)


def serve(
    config: ConfigOption = None,
    port: Annotated[
        list[str] | None, typer.Option(metavar="PORT", help="Also serve the device at this port; may be repeated.")
    ] = None,
    host: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Listen here; 127.0.0.1 unless set.")] = None,
    http_port: Annotated[int | None, typer.Option(min=1, max=65535, help="Listen here; 8437 unless set.")] = None,
    open_panel: Annotated[bool, typer.Option("--open", help="Open the panel in the browser once it is ready.")] = False,
) -> None:
    """Keep devices all day and let programs, the panel and other commands use them. A signal vents them first."""
    from legato.cli.commands import serve as command

    raise typer.Exit(command.serve(config, port or [], {"host": host, "port": http_port}, open_panel))
