"""A table of measurements, for a terminal and for a page."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table as RichTable


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` of cells under `columns`, the first of which names the row; `note` says how it was measured."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain data, as in `--json`."""
        return asdict(self)


def markdown(table: Table) -> str:
    """The table as a page has it."""
    rule = ("---", *("---:" for _ in table.columns[1:]))
    lines = [f"| {' | '.join(cells)} |" for cells in (table.columns, rule, *table.rows)]
    note = ("", table.note) if table.note else ()
    return "\n".join((f"**{table.title}**", "", *lines, *note)) + "\n"


def show(table: Table, console: Console) -> None:
    """The table for a person at a terminal."""
    drawn = RichTable(box=None, pad_edge=False, title=escape(table.title), title_justify="left", title_style="bold")
    for number, name in enumerate(table.columns):
        drawn.add_column(escape(name), justify="right" if number else "left", overflow="fold")
    for row in table.rows:
        drawn.add_row(*(escape(cell) for cell in row))
    console.print(drawn)
    console.print(f"{escape(table.note)}\n", style="dim", highlight=False)
