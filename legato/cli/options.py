"""Arguments and options shared by commands."""

from pathlib import Path
from typing import Annotated

import typer

Name = Annotated[str, typer.Argument(metavar="NAME")]
RoutineArgument = Annotated[
    str, typer.Argument(metavar="NAME|FILE", help="A routine: built in, NAME.yaml here, your own, or a YAML file.")
]
ConfigOption = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="This file of settings; see `legato config path`.")
]
DeviceOption = Annotated[str, typer.Option("--device", metavar="NAME|FILE", help="A built-in device, or a YAML file.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
PersonOption = Annotated[
    str | None, typer.Option("--person", metavar="NAME", help="Somebody other than the current person.")
]
YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
