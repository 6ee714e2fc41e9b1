"""`python -m bench.peers`: Legato and its peers at the same work; `make bench-peers` installs them first."""

import argparse
import asyncio
import sys
from pathlib import Path

from bench.peers.contest import contest
from bench.peers.contestants import CONTESTANTS
from bench.peers.tables import tables
from bench.stress import machine
from bench.table import markdown, show
from legato.terminal import output
from legato.tools import measured_page

FULL = (20.0, 3)
QUICK = (6.0, 1)
"""Seconds of work, and how often."""


def main() -> None:
    """Measures, prints, and puts the tables into a page."""
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="6 s of work instead of 20, once instead of three times")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the tables into this Markdown page")
    wish = parser.parse_args()
    seconds, runs = QUICK if wish.quick else FULL
    done = asyncio.run(contest(CONTESTANTS, seconds, runs, output.say))
    made = tables(done, CONTESTANTS, seconds, runs)
    for table in made:
        show(table, output.console(sys.stdout))
    if wish.write is not None:
        command = f"make bench-peers{' QUICK=--quick' if wish.quick else ''}"
        head = f"`{command}` on {machine.kind()}:\n"
        measured_page.write(wish.write, {"peers": "\n".join((head, *map(markdown, made)))})


if __name__ == "__main__":
    main()
