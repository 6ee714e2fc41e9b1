"""`legato bench`: every budget, measured on this machine, and what it costs to do more of everything."""

import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path

from legato import output
from legato.bench import fleet, page, processes, replays, service, stack
from legato.bench.budget import Measure, table
from legato.bench.fire import budgets as times
from legato.bench.fire import machine
from legato.bench.table import Table, markdown, show
from legato.errors import Exit
from profiles import load

BUDGETS = "budgets"


def _over_mqtt() -> Table:
    from legato.bench import sites  # needs legato[mqtt], and a mosquitto

    return sites.table()


_TABLES: dict[str, Callable[[], Table]] = {
    "fleet": fleet.table,
    "mqtt": _over_mqtt,
    "service": service.table,
    "speed": replays.speed,
    "wire": replays.wire_cost,
}


def bench(parts: Sequence[str], json: bool, write: Path | None) -> Exit:
    """Measures, prints, puts the tables into the page `write`, and fails where a budget is missed.

    `parts` are budgets, fleet, mqtt, service, speed and wire.
    """
    measures: list[Measure] = []
    tables: dict[str, Table] = {}
    for part in parts:
        if part == BUDGETS:
            measures = _budgets()
            tables[part] = table(measures)
        else:
            output.say(f"measuring: {part}")
            tables[part] = _TABLES[part]()
    _tell(measures, tables, json)
    if write is not None:
        page.write(write, {part: _dated(part, table) for part, table in tables.items()})
    return Exit.DONE if all(m.is_kept for m in measures) else Exit.FAILED


def _budgets() -> list[Measure]:
    done: list[Measure] = []
    for measure in chain(stack.measures(), times.measures(load.device("boots-6")), processes.measures()):
        output.say(f"measured: {measure.what}")
        done.append(measure)
    return done


def _tell(measures: list[Measure], tables: dict[str, Table], json: bool) -> None:
    if json:
        data = {part: table.as_dict() for part, table in tables.items()}
        output.as_json({**data, "budgets": [m.as_dict() for m in measures]})
        return
    for each in tables.values():
        show(each, output.console(sys.stdout))


def _dated(part: str, table: Table) -> str:
    """The table for the page, with the command that made it and the machine's kind."""
    return f"`legato bench {part}` on {machine.kind()}:\n\n{markdown(table)}"


def draw_stalls(picture: Path) -> None:
    """Stops and kills hosts in the middle of a squeeze, all at the same time, and draws what the leg felt."""
    from legato.bench import stalls  # draws, which `legato bench` alone need not pay for

    output.say("half a minute: three devices, three hosts")
    with ThreadPoolExecutor(len(stalls.STALLS)) as pool:
        stalls.draw(list(pool.map(stalls.felt, stalls.STALLS)), picture)
    output.data(str(picture))
