"""Where output goes: data on stdout, everything said to a person on stderr; colour only on a terminal that wants it."""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

from rich.console import Console

PLAIN_WIDTH = 80
"""Columns of a picture in characters where there is no terminal to measure."""


def data(text: str) -> None:
    """One piece of what was asked for."""
    print(text, flush=True)


def as_json(value: Mapping[str, Any] | Sequence[Any]) -> None:
    """What was asked for, for programs."""
    data(_json(value, indent=2))


def as_json_line(value: Mapping[str, Any]) -> None:
    """One event of a stream, for programs: an object a line."""
    data(_json(value, separators=(",", ":")))


def _json(value: Any, **how: Any) -> str:
    """JSON that loses nothing: what stdout has no letters for is escaped, since a stand-in would be another text."""
    text = json.dumps(value, ensure_ascii=False, **how)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return json.dumps(value, **how)
    return text


def say(text: str) -> None:
    """A word to the person at the terminal, never data."""
    print(text, file=sys.stderr, flush=True)


def columns(rows: Sequence[Sequence[str]]) -> None:
    """Lines whose cells stand below each other; the last one runs on."""
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=False)]
        data("  ".join([*cells, row[-1]]).rstrip())


def console(stream: TextIO | None = None) -> Console:
    """A rich console on `stream` (stdout unless given): no escapes but on a terminal, no colour under NO_COLOR."""
    file = stream or sys.stdout
    width = None if file.isatty() else PLAIN_WIDTH
    return Console(file=file, width=width, force_terminal=file.isatty(), highlight=False, soft_wrap=True)
