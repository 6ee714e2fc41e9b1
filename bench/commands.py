"""`python -m bench`: every budget, measured on this machine, and what it costs to do more of everything."""

import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path

from bench import fleet, processes, replays, service, stack
from bench.budget import Measure, table
from bench.stress import budgets as times
from bench.stress import machine
from bench.table import Table, markdown, show
from legato.cli.exit_codes import Exit
from legato.profiles import load
from legato.terminal import output
from legato.tools import measured_page

BUDGETS = "budgets"


def _over_mqtt() -> Table:
    from bench import sites  # needs legato[mqtt], and a mosquitto

    return sites.table()


def _stack() -> Iterator[Measure]:
    return chain(stack.measures(), times.measures(load.device("boots-6")), processes.measures())


def _panel() -> Iterator[Measure]:
    from bench.panel import budgets  # needs playwright, which only the tests bring, and a Chromium

    return budgets.measures()


_BUDGETS: dict[str, tuple[str, Callable[[], Iterator[Measure]]]] = {
    BUDGETS: ("Budgets", _stack),
    "panel": ("The panel", _panel),
}

_TABLES: dict[str, Callable[[], Table]] = {
    "fleet": fleet.table,
    "mqtt": _over_mqtt,
    "service": service.table,
    "speed": replays.speed,
    "wire": replays.wire_cost,
}


def bench(parts: Sequence[str], json: bool, write: Path | None) -> Exit:
    """Measures, prints, puts the tables into the page `write`, and fails where a budget is missed.

    `parts` are budgets, fleet, mqtt, panel, service, speed and wire.
    """
    measures: dict[str, list[Measure]] = {}
    tables: dict[str, Table] = {}
    for part in parts:
        if part in _BUDGETS:
            title, measure = _BUDGETS[part]
            measures[part] = _one_by_one(measure)
            tables[part] = table(measures[part], title)
        else:
            output.say(f"measuring: {part}")
            tables[part] = _TABLES[part]()
    _tell(measures, tables, json)
    if write is not None:
        measured_page.write(write, {part: _dated(part, table) for part, table in tables.items()})
    return Exit.DONE if all(m.is_kept for m in chain(*measures.values())) else Exit.FAILED


def _one_by_one(measure: Callable[[], Iterator[Measure]]) -> list[Measure]:
    done: list[Measure] = []
    for one in measure():
        output.say(f"measured: {one.what}")
        done.append(one)
    return done


def _tell(measures: dict[str, list[Measure]], tables: dict[str, Table], json: bool) -> None:
    if json:
        budgets = {part: [m.as_dict() for m in all_of_it] for part, all_of_it in measures.items()}
        output.as_json({**{part: table.as_dict() for part, table in tables.items()}, BUDGETS: [], **budgets})
        return
    for each in tables.values():
        show(each, output.console(sys.stdout))


def _dated(part: str, table: Table) -> str:
    """The table for the page, with the command that made it and the machine's kind."""
    return f"`python -m bench {part}` on {machine.kind()}:\n\n{markdown(table)}"


def draw_stalls(picture: Path) -> None:
    """Stops and kills hosts in the middle of a squeeze, all at the same time, and draws what the leg felt."""
    from bench import stalls  # draws, which `python -m bench` alone need not pay for

    output.say("half a minute: three devices, three hosts")
    with ThreadPoolExecutor(len(stalls.STALLS)) as pool:
        stalls.draw(list(pool.map(stalls.felt, stalls.STALLS)), picture)
    output.data(str(picture))
