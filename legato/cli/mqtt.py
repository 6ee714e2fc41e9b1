"""The commands for the MQTT broker."""

import typer

from legato.cli.options import ConfigOption, JsonOption, YesOption

mqtt = typer.Typer(
    help="The MQTT broker of the service: check the connection, clear what it retains.", no_args_is_help=True
)


def add_to(app: typer.Typer) -> None:
    """Adds the commands of this file to the command line."""
    app.add_typer(mqtt, name="mqtt")


@mqtt.command(epilog="Example: legato mqtt check")
def check(config: ConfigOption = None, json: JsonOption = False) -> None:
    """Check every step to the broker: name, connection, TLS, login, version, and rights to publish and subscribe."""
    from legato.cli.commands import mqtt as command

    raise typer.Exit(command.check(config, json))


@mqtt.command(epilog="Example: legato mqtt purge --yes")
def purge(config: ConfigOption = None, yes: YesOption = False) -> None:
    """Clear everything that the broker retains of this service, Home Assistant's discovery included."""
    from legato.cli.commands import mqtt as command

    raise typer.Exit(command.purge(config, yes))
