"""`python -m bench`, in a checkout: every budget, measured on this machine, and what more of everything costs."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bench import commands
from legato.cli.main import run

app = typer.Typer(add_completion=False)


class Measurement(StrEnum):
    """What `bench` can measure by itself."""

    BUDGETS = "budgets"
    FLEET = "fleet"
    MQTT = "mqtt"
    PANEL = "panel"
    SERVICE = "service"
    SPEED = "speed"
    WIRE = "wire"


@app.command(epilog="Example: python -m bench budgets --json")
def bench(
    parts: Annotated[
        list[Measurement] | None,
        typer.Argument(metavar="PART...", help="budgets, fleet, service, speed, wire: all of them. Or mqtt, panel."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    write: Annotated[Path | None, typer.Option(metavar="FILE", help="Put the tables into this Markdown page.")] = None,
    stalls: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Instead, draw what a device does when its host stalls or dies.")
    ] = None,
) -> None:
    """Measure every budget on this machine, and print it beside the budget; exit 1 where one is missed."""
    if stalls is not None:
        commands.draw_stalls(stalls)
        return
    by_itself = [part for part in Measurement if part not in (Measurement.MQTT, Measurement.PANEL)]
    raise typer.Exit(commands.bench(parts or by_itself, json, write))


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:], app, "python -m bench"))
