"""The commands for a running service: stop, watch and control."""

from typing import Annotated

import typer

from legato.cli.help_groups import SERVICE
from legato.cli.options import ConfigOption, JsonOption

Device = Annotated[
    str | None, typer.Argument(metavar="DEVICE", help="Its name in the service; optional if it is the only one.")
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
        str | None, typer.Argument(metavar="DEVICE", help="Only this one; its name in the service.")
    ] = None,
    emergency: Annotated[
        bool,
        typer.Option("--emergency", "-e", help="Everything off, all vents open, immediately; the device latches it."),
    ] = False,
    port: Annotated[str | None, typer.Option(metavar="PORT", help="The device on this port.")] = None,
    direct: Annotated[
        bool, typer.Option("--direct", help="Use the devices' own ports, even if a service runs.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Stop every device, softly or immediately, through the running service or else the ports in the settings."""
    from legato.cli.commands import stop as command

    raise typer.Exit(command.stop(device, emergency, port, direct, config))


def status(device: Device = None, json: JsonOption = False) -> None:
    """Show what every device of the running service is doing."""
    from legato.cli.commands import remote as command

    command.status(device, json)


def watch(
    device: Device = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print JSON lines, for programs; by default of every device.")
    ] = False,
) -> None:
    """Watch while the service plays; Ctrl-C ends the watching, not the massage."""
    from legato.cli.commands import remote as command

    command.watch(device, json)


def pause(device: Device = None) -> None:
    """Pause the massage and release the pressure."""
    _ask("pause", device)


def resume(device: Device = None) -> None:
    """Continue after a pause, or after a device was lost and found again."""
    _ask("resume", device)


def skip(device: Device = None) -> None:
    """Skip to the next step; a paused massage stays paused until `legato resume`."""
    _ask("skip", device)


def intensity(
    percent: Annotated[
        int, typer.Argument(min=0, max=100, metavar="PERCENT", help="Percent of the compiled intensity.")
    ],
    device: Device = None,
) -> None:
    """Play at lower intensity, or go back up to the compiled one."""
    _ask("intensity", device, {"percent": percent})


def clear_fault(device: Device = None) -> None:
    """Clear a latched fault or emergency stop, once the device has vented."""
    _ask("clear-fault", device)


def _ask(what: str, device: str | None, body: dict[str, int] | None = None) -> None:
    from legato.cli.commands import remote as command

    command.ask(what, device, body)
