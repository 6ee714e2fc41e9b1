"""`legato faults`: the faults that can be simulated, and what happens then."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from legato.cli.exit_codes import Exit
from legato.profiles.expectation import expectation, resolved
from legato.sim.faults.script import KINDS, schema
from legato.terminal import output
from legato.tools import measured_page
from legato.tools.drills.drill import COLUMNS, Row
from legato.tools.drills.drills import DRILLS, judged, tried

PART = "drills"
"""The name of the table in the page that holds it."""

_COMMON = ("kind", "at_s", "for_s")


def faults(json: bool) -> Exit:
    """Lists every kind of fault with its fields."""
    kinds = [_described(kind) for kind in KINDS]
    if json:
        output.as_json(kinds)
        return Exit.DONE
    for kind in kinds:
        output.data(f"{kind['kind']} ({kind['place']}): {kind['what']}")
        for field, meaning in kind["fields"].items():
            output.data(f"    {field}: {meaning}")
    output.say("each also takes at_s and, if it can pass, for_s; a script is format: 1, faults: [...]")
    return Exit.DONE


def drill(json: bool, write: Path | None) -> Exit:
    """Runs every drill, prints the results and puts them into the page `write`; fails if one is not as expected."""
    rows = []
    for number in range(len(DRILLS)):
        row, expected = tried(number)
        rows.append((row, all(judged(row, expected).values())))
        output.say(f"{number + 1} of {len(DRILLS)}: {row.kind}")
    if json:
        output.as_json([asdict(row) | {"broken": [*map(str, row.broken)], "passes": good} for row, good in rows])
    else:
        output.columns([(*COLUMNS, ""), *((*row.cells, "ok" if good else "FAILED") for row, good in rows)])
    if write is not None:
        measured_page.write(write, {PART: _markdown([row for row, _ in rows])})
    return Exit.DONE if all(good for _, good in rows) else Exit.FAILED


def _markdown(rows: Sequence[Row]) -> str:
    lines = (COLUMNS, ("---",) * len(COLUMNS), *(row.cells for row in rows))
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _described(kind: str) -> dict[str, Any]:
    root = schema()
    model = root["$defs"][KINDS[kind].__name__]
    fields = {name: part for name, part in model["properties"].items() if name not in _COMMON}
    meanings = {name: expectation(resolved(part, root)) for name, part in fields.items()}
    # Python's -OO removes docstrings, and with them the description of a model.
    return {"kind": kind, "place": KINDS[kind].place, "what": model.get("description", ""), "fields": meanings}
