"""The table of the side channels: what fails beside a massage, in every way it can, and what became of the massage."""

import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.matrix import beside, broker, clients, diary, streams, supervisor
from tests.matrix.stand import Found, Way, cell

CELLS: Final[dict[str, dict[str, Way]]] = {
    channel: ways
    for kind in (streams, supervisor, broker, diary, clients, beside)
    for channel, ways in kind.WAYS.items()
}

AT_ONCE: Final = 2
"""Cells side by side: most of the time each waits for the clock."""

_COLUMNS: Final = ("side channel", "fails", "started", "set-points lost", "stop confirmed", "how it was told")


def main(*only: str) -> int:
    """Prints a line for each cell asked for (`log`, or `log/blocked`), or for all of them; 1 where one is wrong."""
    print(_line(*_COLUMNS), flush=True)
    began_s, wrong, cells = time.monotonic(), 0, list(_cells(only))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for channel, name, found in pool.map(lambda one: (*one[:2], _tried(one[2])), cells):
            wrong += bool(found.wrong)
            print(_row(channel, name, found), flush=True)
    print(f"{len(cells) - wrong} of {len(cells)} cells are as they should be ({time.monotonic() - began_s:.0f} s)")
    return int(wrong > 0)


def _cells(only: tuple[str, ...]) -> Iterator[tuple[str, str, Way]]:
    cells = [(channel, name, way) for channel, ways in CELLS.items() for name, way in ways.items()]
    known = {word for channel, name, _ in cells for word in (channel, f"{channel}/{name}")}
    if unknown := set(only) - known:
        sys.exit(f"no such side channel: {', '.join(unknown)}; there are {', '.join(sorted(known))}")
    yield from (one for one in cells if not only or {one[0], f"{one[0]}/{one[1]}"} & set(only))


def _tried(way: Way) -> Found:
    with TemporaryDirectory() as folder:
        try:
            return cell(way, Path(folder))
        except Exception as error:
            return Found(wrong=f"{type(error).__name__}: {error}")


def _row(channel: str, name: str, found: Found) -> str:
    lost = "-" if found.lost is None else f"{found.lost} of {found.of}"
    told = f"WRONG: {found.wrong}" if found.wrong else found.told[:100]
    return _line(channel, name, found.started or "no", lost, found.stopped or "no", told)


def _line(channel: str, name: str, started: str, lost: str, stopped: str, told: str) -> str:
    return f"{channel:<13} {name:<20} {started:<8} {lost:<16} {stopped:<15} {told}"
