"""`legato faults`: what can be made to go wrong, and what comes of it."""

from typing import Any

from legato import output
from legato.drill import Row
from legato.drills import DRILLS, judged, tried
from legato.errors import Exit
from profiles.expectation import expectation
from profiles.schema import resolved
from sim.faults.script import KINDS, schema

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
    output.say("each also takes at_s and, where it can pass, for_s; several make a script: format: 1, faults: [...]")
    return Exit.DONE


def drill(json: bool) -> Exit:
    """Tries every drill, and prints what was told; fails where it is not what has to be."""
    rows = []
    for number in range(len(DRILLS)):
        row, expected = tried(number)
        rows.append((row, all(judged(row, expected).values())))
        output.say(f"{number + 1} of {len(DRILLS)}: {row.kind}")
    if json:
        output.as_json([_row(row) | {"passes": good} for row, good in rows])
    else:
        _print(rows)
    return Exit.DONE if all(good for _, good in rows) else Exit.FAILED


def _described(kind: str) -> dict[str, Any]:
    root = schema()
    model = root["$defs"][KINDS[kind].__name__]
    fields = {name: part for name, part in model["properties"].items() if name not in _COMMON}
    meanings = {name: expectation(resolved(part, root)) for name, part in fields.items()}
    return {"kind": kind, "place": KINDS[kind].place, "what": model["description"], "fields": meanings}


def _row(row: Row) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "fault": row.fault,
        "action": row.action,
        "second": row.second,
        "recovery": row.recovery,
        "broken": [str(broken) for broken in row.broken],
    }


def _print(rows: list[tuple[Row, bool]]) -> None:
    head = ("fault", "action", "second fault on top", "recovery", "invariants", "")
    output.columns([head, *(_cells(row, good) for row, good in rows)])


def _cells(row: Row, good: bool) -> tuple[str, ...]:
    held = "; ".join(map(str, row.broken)) or "all hold"
    return f"{row.kind} {row.fault}".rstrip(), row.action, row.second, row.recovery, held, "ok" if good else "FAILED"
