"""The commands that run the service, show its settings, and have systemd run it."""

from pathlib import Path
from typing import Annotated

import typer

from legato.cli.help_groups import SERVICE
from legato.cli.options import ConfigOption, JsonOption, YesOption

UserOption = Annotated[bool, typer.Option("--user", help="Only for you, without root, instead of the whole machine.")]
RootOption = Annotated[Path, typer.Option(metavar="DIR", help="Use this folder as /, to prepare an image.")]

config_app = typer.Typer(help="The settings of the service.", no_args_is_help=True)
service_app = typer.Typer(help="Run the service under systemd, and check its health.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Adds the commands of this file to the command line."""
    app.command(epilog="Example: legato serve --port sim://boots-6", rich_help_panel=SERVICE)(serve)
    app.add_typer(config_app, name="config", rich_help_panel=SERVICE)
    app.add_typer(service_app, name="service", rich_help_panel=SERVICE)


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


@config_app.command("show", epilog="Example: legato config show --json")
def config_show(config: ConfigOption = None, json: JsonOption = False) -> None:
    """Show every setting and its origin: an environment variable, a line of the file, or the default."""
    from legato.cli.commands import config as command

    command.show(config, json)


@config_app.command("path", epilog="Example: legato config path")
def config_path(json: JsonOption = False) -> None:
    """Show where the settings file is looked for."""
    from legato.cli.commands import config as command

    command.path(json)


@service_app.command("install", epilog="Example: sudo legato service install")
def service_install(
    user: UserOption = False,
    print_only: Annotated[bool, typer.Option("--print", help="Print the files; write nothing.")] = False,
    yes: YesOption = False,
    root: RootOption = Path("/"),
) -> None:
    """Write a systemd unit, udev rules for the configured devices, and initial settings; asks first."""
    from legato.cli.commands import service as command

    command.install(user, print_only, yes, root)


@service_app.command("uninstall", epilog="Example: sudo legato service uninstall")
def service_uninstall(user: UserOption = False, yes: YesOption = False, root: RootOption = Path("/")) -> None:
    """Remove the unit and the rules; settings and diary are kept."""
    from legato.cli.commands import service as command

    command.uninstall(user, yes, root)


@service_app.command("health", epilog="Example: legato service health || systemctl restart legato")
def service_health() -> None:
    """Ask the running service whether it serves all its devices, as a container's health check does."""
    from legato.cli.commands import health as command

    command.run()
