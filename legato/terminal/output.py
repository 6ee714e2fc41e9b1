"""Where output goes: data to stdout, messages to the person to stderr; colour only on a terminal that allows it."""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

from rich.console import Console

PLAIN_WIDTH = 80
"""Width of a picture in characters if there is no terminal to measure."""


def data(text: str) -> None:
    """Prints one piece of the requested data."""
    print(text, flush=True)


def as_json(value: Mapping[str, Any] | Sequence[Any]) -> None:
    """Prints the requested data as JSON, for programs."""
    data(_json(value, indent=2))


def as_json_line(value: Mapping[str, Any]) -> None:
    """Prints one event of a stream, for programs: one object per line."""
    data(_json(value, separators=(",", ":")))


def _json(value: Any, **how: Any) -> str:
    """Lossless JSON: characters that stdout cannot encode are escaped, since a replacement would change the text."""
    text = json.dumps(value, ensure_ascii=False, **how)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return json.dumps(value, **how)
    return text


def say(text: str) -> None:
    """Prints a message to the person at the terminal, never data."""
    print(text, file=sys.stderr, flush=True)


def columns(rows: Sequence[Sequence[str]]) -> None:
    """Prints rows with aligned columns; the last column is not padded."""
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=False)]
        data("  ".join([*cells, row[-1]]).rstrip())


def console(stream: TextIO | None = None) -> Console:
    """A rich console on `stream` (default: stdout): escape codes only on a terminal, no colour under NO_COLOR."""
    file = stream or sys.stdout
    width = None if file.isatty() else PLAIN_WIDTH
    return Console(file=file, width=width, force_terminal=file.isatty(), highlight=False, soft_wrap=True)
