"""The command line. Each command is in a file of its own, imported only when called."""

import gc
import os
import signal
import sys
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer

from legato.app import DEFAULT_DEVICE
from legato.cli import care, hardware, mqtt, remote, routines, service
from legato.cli import faults as cli_faults
from legato.cli.exit_codes import Exit, explained, is_unread
from legato.cli.help_groups import PLAYING, ROUTINES, SIMULATOR
from legato.cli.options import DeviceOption, JsonOption, PersonOption, RoutineArgument
from legato.errors import UsageError
from legato.process.signals import ending_signals

EXIT_CODES = (
    "Exit codes: 0 done (a soft stop, too), 1 internal error, 2 usage, 3 invalid file, 4 port, "
    "5 link lost or not stopped, 6 refused, 7 emergency stop, 8 device fault, "
    "129/130/131/143 hang-up, Ctrl-C, Ctrl-\\, SIGTERM (the device is vented first), 141 nobody reads the output."
)

app = typer.Typer(
    help="Legato, the open controller for massage hardware: play routines on leg massagers, real or simulated.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

ForPerson = Annotated[
    str | None, typer.Option("--person", metavar="NAME", help="As it would play for this person; default: nobody.")
]
MinutesOption = Annotated[
    float | None, typer.Option(min=1, help="At the length closest to this; as written by default.")
]
RecordOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Record the traffic on the wire, for `legato monitor`.")
]
SeedOption = Annotated[int, typer.Option(help="Seed of everything random in the simulator.")]
StrictOption = Annotated[
    bool, typer.Option("--strict", help="Refuse (exit 6) what would be clipped, dropped or slowed.")
]


class Kind(StrEnum):
    """The kinds of file."""

    PROFILE = "profile"
    DEVICE = "device"


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"legato {version('legato')}")
        raise typer.Exit


@app.callback()
def _root(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None: ...


@app.command(rich_help_panel=ROUTINES, epilog="Example: legato profiles --picture routines.png")
def profiles(
    by_device: Annotated[
        bool, typer.Option("--by-device", help="Also show how each plays on every built-in device.")
    ] = False,
    by_person: Annotated[
        bool, typer.Option("--by-person", help="Also show which of them each known person may play.")
    ] = False,
    picture: Annotated[Path | None, typer.Option(help="Draw all of them into this file (.png, .svg or .pdf).")] = None,
    device: DeviceOption = DEFAULT_DEVICE,
    json: JsonOption = False,
) -> None:
    """List the built-in routines, one line each."""
    from legato.cli.commands import by_person as persons
    from legato.cli.commands import listing

    if by_device and by_person:
        raise UsageError("legato profiles: --by-device and --by-person both print; ask for one at a time")
    if picture is not None:
        listing.contact_sheet(device, picture)
    if by_device:
        listing.profiles_by_device(json)
    elif by_person:
        persons.profiles_by_person(device, json)
    elif json or picture is None:
        listing.profiles(json)


@app.command(rich_help_panel=ROUTINES, epilog="Example: legato devices")
def devices(json: JsonOption = False) -> None:
    """List the built-in devices, one line each."""
    from legato.cli.commands import listing

    listing.devices(json)


@app.command(rich_help_panel=ROUTINES, epilog="Example: legato show goddard")
def show(
    name: Annotated[str, typer.Argument(metavar="NAME|FILE", help="A routine or a device.")],
    device: DeviceOption = DEFAULT_DEVICE,
    minutes: MinutesOption = None,
    json: JsonOption = False,
) -> None:
    """Explain one routine or device; with --minutes, the routine at the length closest to it on a device."""
    from legato.cli.commands import show as command

    command.show(name, device, minutes, json)


@app.command(rich_help_panel=ROUTINES, epilog="Example: legato check my-routine.yaml --device wrap-3")
def check(
    names: Annotated[list[str] | None, typer.Argument(metavar="NAME|FILE...", help="Routines or devices.")] = None,
    device: Annotated[
        str | None, typer.Option(metavar="NAME|FILE", help="Compile routines for this device too.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every built-in routine on every built-in device: all deviations.")
    ] = False,
    person: ForPerson = None,
    minutes: MinutesOption = None,
    strict: StrictOption = False,
    json: JsonOption = False,
) -> None:
    """Check routines or device descriptions; with a device, also say what would be clipped, dropped or slowed."""
    from legato.cli.commands import check as command
    from legato.cli.commands import check_all

    if everything == bool(names):
        raise typer.BadParameter("give names, or --all")
    if minutes is not None and (everything or device is None):
        raise typer.BadParameter("--minutes is for names on a --device: how long a routine lasts depends on it")
    if everything:
        raise typer.Exit(check_all.check_all(device, json))

    raise typer.Exit(command.check(names or [], device, person, minutes, strict, json))


@app.command(rich_help_panel=ROUTINES, epilog="Example: legato preview goddard --device wrap-3 --picture plan.png")
def preview(
    name: RoutineArgument,
    device: DeviceOption = DEFAULT_DEVICE,
    person: ForPerson = None,
    minutes: MinutesOption = None,
    picture: Annotated[Path | None, typer.Option(help="Draw it into this file (.png, .svg or .pdf).")] = None,
    strict: StrictOption = False,
    json: JsonOption = False,
) -> None:
    """Show a routine as it would play: duration, heat map, steps. Nothing is simulated."""
    from legato.cli.commands import preview as command

    command.preview(name, device, person, minutes, picture, strict, json)


@app.command(rich_help_panel=SIMULATOR, epilog="Example: legato replay goddard --seed 7 --out out/mine")
def replay(
    name: RoutineArgument,
    device: DeviceOption = DEFAULT_DEVICE,
    person: ForPerson = None,
    minutes: MinutesOption = None,
    seed: SeedOption = 0,
    answers: Annotated[
        str, typer.Option(metavar="S,S...", help="Seconds after which to answer each question, or never; default: 0.")
    ] = "",
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Write files here; default: out/NAME.")] = None,
    faults: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A script of faults; see `legato faults`.")
    ] = None,
    record: RecordOption = None,
    strict: StrictOption = False,
    json: JsonOption = False,
) -> None:
    """Run the whole stack on the simulator, in virtual time: trace, schedule, summary and picture."""
    from legato.cli.commands import replay as command

    raise typer.Exit(command.replay(name, device, person, minutes, seed, answers, faults, out, record, strict, json))


@app.command(
    rich_help_panel=SIMULATOR,
    epilog="Example: legato sim --pty /tmp/massager & legato play goddard --port /tmp/massager",
)
def sim(
    device: DeviceOption = DEFAULT_DEVICE,
    pty: Annotated[Path | None, typer.Option(help="A name for the tty; default: its own path.")] = None,
    tcp: Annotated[str | None, typer.Option(metavar="HOST:PORT", help="Listen here instead of on a tty.")] = None,
    seed: SeedOption = 0,
    trace: Annotated[Path | None, typer.Option(help="Write what the leg feels to this CSV file.")] = None,
    control: Annotated[
        Path | None, typer.Option(metavar="SOCKET", help="Accept faults on this socket, one `{kind: ...}` a line.")
    ] = None,
) -> None:
    """Simulate a massager in real time, on a tty or TCP port. Print `ready PATH`; end on Ctrl-C or SIGTERM (exit 0)."""
    from legato.cli.commands import sim as command

    command.sim(device, pty, tcp, seed, trace, control)


@app.command(rich_help_panel=PLAYING, epilog="Example: legato play goddard --port sim://boots-6")
def play(
    name: RoutineArgument,
    port: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PORT",
            help="A tty, sim://DEVICE, socket://HOST:PORT or rfc2217://HOST:PORT. Give two to play two devices as one, "
            "such as a boot for each leg. Not needed if a service is running.",
        ),
    ] = None,
    device_id: Annotated[
        str | None, typer.Option("--device-id", metavar="ID", help="This device of the running service.")
    ] = None,
    device: Annotated[
        list[str] | None, typer.Option(metavar="NAME|FILE", help="Require this device; one per port.")
    ] = None,
    person: PersonOption = None,
    minutes: MinutesOption = None,
    acknowledge: Annotated[bool, typer.Option("--acknowledge", help="Do not ask: cautions are understood.")] = False,
    strict: StrictOption = False,
    clear_fault: Annotated[
        bool, typer.Option("--clear-fault", help="First clear a fault latched in the device.")
    ] = False,
    keys: Annotated[bool, typer.Option("--keys", help="Read keys from stdin even if it is not a terminal.")] = False,
    record: RecordOption = None,
    keep_simulated: Annotated[
        bool,
        typer.Option("--keep-simulated", help="Keep a simulated run in the diary; it is marked and never counted."),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print events as JSON lines, for programs.")] = False,
) -> None:
    """Play a routine live, by the running service or on a port; Ctrl-C stops it softly.

    Keys: space pause/resume, + and - intensity, s skip, q stop, x or Esc emergency stop.
    """
    from legato.cli.commands import play as command
    from legato.cli.commands import play_remote as remote

    who = command.For(person, acknowledge, keep_simulated, minutes)
    if (of_service := remote.device_for(port or [], device_id)) is not None:
        remote.insist_on_nothing_else(device, strict, record)
        raise typer.Exit(remote.play(*of_service, name, who, clear_fault, keys, json))
    raise typer.Exit(command.play(name, port or [], device or [], who, strict, clear_fault, keys, record, json))


@app.command(rich_help_panel=PLAYING, epilog="Example: legato ports")
def ports(json: JsonOption = False) -> None:
    """List the serial ports, with their by-id names."""
    from legato.cli.commands import ports as command

    command.ports(json)


@app.command(rich_help_panel=ROUTINES, epilog="Example: legato schema profile > profile.schema.json")
def schema(
    kind: Kind,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print a page that lists all fields instead.")] = False,
    json: Annotated[bool, typer.Option("--json", help="For symmetry: a schema is JSON anyway.")] = True,  # noqa: ARG001
) -> None:
    """Print the JSON Schema of routine or device files, for editors."""
    from legato.cli.commands import listing

    if markdown:
        listing.reference(kind.value)
    else:
        listing.schema(kind.value)


care.add_to(app)
routines.add_to(app)
hardware.add_to(app)
cli_faults.add_to(app)
mqtt.add_to(app)
service.add_to(app)
remote.add_to(app)


def run(args: list[str], of: typer.Typer = app, name: str = "legato") -> int:
    """Runs one command and returns its exit code; whatever goes wrong is one line on stderr."""
    try:
        return of(args, prog_name=name, standalone_mode=False) or 0
    except BaseException as error:
        if is_unread(error):
            return Exit.UNREAD
        if isinstance(error, SystemExit) or os.environ.get("LEGATO_DEBUG"):
            raise
        code, message = explained(error)
        for line in message.splitlines():
            print(_printable(line), file=sys.stderr)
        return code


def main() -> NoReturn:
    """The entry point: like `run`; a signal ends it with 128 plus its number, after every `finally` block has run."""
    for number in ending_signals():
        if number != signal.SIGINT:  # Python raises KeyboardInterrupt by itself
            signal.signal(number, _leave)
    try:
        sys.exit(run(sys.argv[1:]))
    finally:
        # The process is ending; a last search for reference cycles would take a quarter of a second.
        gc.freeze()


def _printable(line: str) -> str:
    from legato.profiles.errors import printable

    return printable(line)


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)
