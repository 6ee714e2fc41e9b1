"""`make conform`: the tables of the conformance kit for every device that we have, sound and broken.

Each simulated device (virtual time), the firmware in a MicroPython VM behind a terminal (in real time: a minute), and
for every rule a firmware that breaks it. Exit code 1 where a sound device breaks a rule, or a broken one is not caught.
"""

import asyncio
import sys
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from legato.controller.ports.tty import open_tty
from legato.profiles import load
from legato.tools.conform import report
from legato.tools.conform.kit import Report, RuleVerdict, conform
from legato.tools.conform.rules import RULES
from tests.contract.broken import BROKEN
from tests.contract.simulated import conformed
from tests.contract.unixport import behind_a_terminal


def main() -> int:
    """Prints all tables, then what they come to."""
    sound = {f"sim://{name}": _simulated(name) for name in load.builtin_devices()}
    sound["wrap-3 in a MicroPython VM"] = _in_a_vm("wrap-3")
    caught = [_broken(rule.name) for rule in RULES]
    print()
    for name, found in sound.items():
        print(f"{name}: {report.last_line(found)}")
    print(f"{sum(caught)} of {len(caught)} firmwares that break a rule are caught")
    return 0 if all(caught) and all(found.conforms for found in sound.values()) else 1


def _simulated(name: str) -> Report:
    _head(f"sim://{name}")
    found = conformed(name)
    for verdict in found.verdicts:
        print(report.line(verdict))
    return found


def _in_a_vm(name: str) -> Report:
    with TemporaryDirectory() as folder, behind_a_terminal(name, Path(folder)) as terminal:
        _head(f"{name} in a MicroPython VM behind {terminal}")
        return asyncio.run(_on(terminal))


async def _on(terminal: str) -> Report:
    port = open_tty(terminal)
    try:
        return await conform(port, RULES, Random(1), _tell)
    finally:
        await port.close()


def _broken(name: str) -> bool:
    """Whether the kit catches the firmware that breaks this rule."""
    _head(f"a firmware that breaks {name}")
    (verdict,) = conformed("wrap-3", [name], BROKEN[name][0]).verdicts
    _tell(verdict)
    return verdict.broken is not None


def _head(text: str) -> None:
    print(f"\n== {text}", flush=True)


def _tell(verdict: RuleVerdict) -> None:
    print(report.line(verdict), flush=True)


if __name__ == "__main__":
    sys.exit(main())
