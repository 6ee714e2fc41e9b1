"""Options that several commands take."""

from typing import Annotated

import typer

PersonOption = Annotated[
    str | None, typer.Option("--person", metavar="NAME", help="Somebody else than the current person.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Name = Annotated[str, typer.Argument(metavar="NAME")]
