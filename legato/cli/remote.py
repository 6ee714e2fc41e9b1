"""The command line of the running service: stop, look on, and steer."""

from typing import Annotated

import typer

from legato.cli.help_groups import SERVICE
from legato.cli.options import ConfigOption, JsonOption

Device = Annotated[
    str | None, typer.Argument(metavar="DEVICE", help="By its name in the service; not needed where there is one.")
]


def add_to(app: typer.Typer) -> None:
    """Adds the commands of this file to the command line."""
    app.command(epilog="Example: legato stop --emergency", rich_help_panel=SERVICE)(stop)
    app.command(epilog="Example: legato status --json", rich_help_panel=SERVICE)(status)
    app.command(epilog="Example: legato watch boots", rich_help_panel=SERVICE)(watch)
    app.command(epilog="Example: legato pause", rich_help_panel=SERVICE)(pause)
    app.command(epilog="Example: legato resume", rich_help_panel=SERVICE)(resume)
    app.command(epilog="Example: legato skip", rich_help_panel=SERVICE)(skip)
    app.command(epilog="Example: legato intensity 60", rich_help_panel=SERVICE)(intensity)
    app.command("clear-fault", epilog="Example: legato clear-fault boots", rich_help_panel=SERVICE)(clear_fault)


def stop(
    device: Annotated[
        str | None, typer.Argument(metavar="DEVICE", help="Only this one, by its name in the service.")
    ] = None,
    emergency: Annotated[
        bool, typer.Option("--emergency", "-e", help="Everything off and open, at once; the device holds it.")
    ] = False,
    port: Annotated[str | None, typer.Option(metavar="PORT", help="The device behind this port.")] = None,
    direct: Annotated[bool, typer.Option("--direct", help="By the devices' own ports, whatever runs.")] = False,
    config: ConfigOption = None,
) -> None:
    """Stop every device, softly or at once: by the running service, or else by the ports of the settings."""
    from legato.cli.commands import stop as command

    raise typer.Exit(command.stop(device, emergency, port, direct, config))


def status(device: Device = None, json: JsonOption = False) -> None:
    """Show what every device of the running service does."""
    from legato.cli.commands import remote as command

    command.status(device, json)


def watch(
    device: Device = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON lines, for programs; of every device.")] = False,
) -> None:
    """Look on while the service plays; Ctrl-C ends the looking, not the massage."""
    from legato.cli.commands import remote as command

    command.watch(device, json)


def pause(device: Device = None) -> None:
    """Hold the massage, and let the pressure out."""
    _ask("pause", device)


def resume(device: Device = None) -> None:
    """Go on after a pause, or after a device was lost and found again."""
    _ask("resume", device)


def skip(device: Device = None) -> None:
    """Go to the next step; a massage that stands still stays there until `legato resume`."""
    _ask("skip", device)


def intensity(
    percent: Annotated[int, typer.Argument(min=0, max=100, metavar="PERCENT", help="Of what was compiled.")],
    device: Device = None,
) -> None:
    """Play weaker, or as strong again as was compiled."""
    _ask("intensity", device, {"percent": percent})


def clear_fault(device: Device = None) -> None:
    """Clear a latched fault or emergency stop, once the air is out."""
    _ask("clear-fault", device)


def _ask(what: str, device: str | None, body: dict[str, int] | None = None) -> None:
    from legato.cli.commands import remote as command

    command.ask(what, device, body)
