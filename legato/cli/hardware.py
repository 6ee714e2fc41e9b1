"""The commands for people who build hardware: make a firmware, and test it."""

from pathlib import Path
from typing import Annotated

import typer

from legato.cli.help_groups import HARDWARE
from legato.cli.options import JsonOption, YesOption

PortArgument = Annotated[
    str, typer.Argument(metavar="PORT", help="A tty, sim://DEVICE, socket://HOST:PORT or rfc2217://HOST:PORT.")
]


def add_to(app: typer.Typer) -> None:
    """Adds the commands of this file to the command line."""
    app.command(epilog="Example: legato firmware wrap-3 > device.py", rich_help_panel=HARDWARE)(firmware)
    app.command(epilog="Example: legato conform /dev/ttyACM0 --junit conform.xml", rich_help_panel=HARDWARE)(conform)
    app.command(epilog="Example: legato flash /dev/ttyACM0 --device wrap-3 --board pico", rich_help_panel=HARDWARE)(
        flash
    )
    app.command(epilog="Example: legato calibrate /dev/ttyUSB0 --out my-wrap.yaml", rich_help_panel=HARDWARE)(calibrate)
    app.command(epilog="Example: legato doctor /dev/ttyUSB0", rich_help_panel=HARDWARE)(doctor)
    app.command(epilog="Example: legato monitor wire.jsonl --only setpoints,fault,bad", rich_help_panel=HARDWARE)(
        monitor
    )


def firmware(
    device: Annotated[str, typer.Argument(metavar="NAME|FILE", help="A built-in device, or a YAML file.")],
    c: Annotated[bool, typer.Option("--c", help="Print a C header instead of a MicroPython module.")] = False,
) -> None:
    """Print what a device's firmware has to know: its description as sent on the wire, channels and their limits."""
    from legato.profiles import load
    from legato.terminal import output
    from legato.tools.flash.device_file import as_c, as_micropython

    output.data((as_c if c else as_micropython)(load.device(device)).rstrip("\n"))


def conform(
    port: PortArgument,
    rule: Annotated[list[str] | None, typer.Option(metavar="RULE", help="Test this rule only; repeatable.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask: the device may move.")] = False,
    json: JsonOption = False,
    junit: Annotated[Path | None, typer.Option(metavar="FILE", help="Write JUnit XML into this file.")] = None,
) -> None:
    """Test whether a device follows every rule of docs/reference/protocol.md; exit 1 if not. Low pressure only."""
    from legato.cli.commands import conform as command

    raise typer.Exit(command.conform(port, rule or [], yes, json, junit))


def monitor(
    source: Annotated[str, typer.Argument(metavar="FILE|PORT", help="A recording (`--record`), or a port.")],
    only: Annotated[str, typer.Option(metavar="NAME,...", help="Only these messages: setpoints, fault, bad, ...")] = "",
    follow: Annotated[bool, typer.Option("--follow", help="Keep reading as the recording grows.")] = False,
    seconds: Annotated[float | None, typer.Option("--for", min=0.1, metavar="S", help="Stop after this.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON lines, for programs.")] = False,
) -> None:
    """Show the decoded traffic of a recording, or of a device, which is only asked what it is."""
    from legato.cli.commands import monitor as command

    command.monitor(source, only, follow, seconds, json)


def doctor(
    port: Annotated[
        str | None, typer.Argument(metavar="[PORT]", help="Also check the device on this port; it does not move.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Check this computer, a port and the device on it, and say what to do; exit 0 if it is good enough to play."""
    from legato.cli.commands import doctor as command

    raise typer.Exit(command.doctor(port, json))


def flash(
    port: Annotated[str, typer.Argument(metavar="PORT", help="The port of the board's prompt, usually its USB port.")],
    device: Annotated[str, typer.Option(metavar="NAME|FILE", help="A built-in device, or a YAML file.")],
    board: Annotated[str, typer.Option(metavar="pico|esp32", help="The kind of board.")] = "pico",
    main: Annotated[Path | None, typer.Option(metavar="FILE", help="Your own main.py, for your own wiring.")] = None,
    mpy: Annotated[bool, typer.Option("--mpy", help="Compile the files first (mpy-cross).")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list the files; the port is not opened.")] = False,
    yes: YesOption = False,
    no_input: Annotated[bool, typer.Option("--no-input", help="Never ask: without --yes, refuse.")] = False,
) -> None:
    """Copy the reference firmware onto a MicroPython board at its prompt, verify every file, and restart it."""
    from legato.cli.commands import flash as command

    command.flash(port, device, board, main, mpy, dry_run, command.Consent(yes, not no_input))


def calibrate(
    port: PortArgument,
    out: Annotated[Path, typer.Option(metavar="FILE", help="The device file to write, for `legato flash`.")],
    at: Annotated[float, typer.Option(min=20, max=40, metavar="MMHG", help="The pressure to read the gauge at.")] = 30,
    chamber: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Only this one; may be repeated.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Nobody wears it: ask for readings only.")] = False,
) -> None:
    """Calibrate pressure sensors against a hand gauge, chamber by chamber; a person reads the gauge."""
    from legato.cli.commands import calibrate as command

    raise typer.Exit(command.calibrate_device(port, out, at, chamber or [], yes))
