"""The contract in a real MicroPython VM, in real time, behind pseudo terminals: every rule, and not in a hurry.

Rules have deadlines, and a busy machine may keep a VM or the kit from the processor for as long. A rule that is
broken is therefore tried again; what the firmware does wrong, it does wrong every time. Four VMs share the rules, since
most of the time is spent waiting.
"""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random

import pytest

from legato.controller.errors import NotLegato
from legato.controller.ports.tty import open_tty
from legato.tools.conform.kit import conform
from legato.tools.conform.rule import Rule
from legato.tools.conform.rules import RULES
from tests.contract.unixport import behind_a_terminal

VMS = 4
TRIES = 5


@pytest.fixture
def terminals(tmp_path: Path) -> Iterator[list[str]]:
    """Terminals behind each of which the firmware for `wrap-3` runs in a VM of its own."""
    with ExitStack() as stack:
        yield [stack.enter_context(behind_a_terminal("wrap-3", tmp_path)) for _ in range(VMS)]


@pytest.mark.timeout(300)  # in real time, and perhaps more than once
def test_the_firmware_in_the_vm_keeps_every_rule(terminals: list[str]) -> None:
    broken = asyncio.run(broken_of(terminals, list(RULES)))
    for _ in range(TRIES - 1):
        if broken:
            broken = asyncio.run(broken_of(terminals, list(broken)))
    assert {rule.name: why for rule, why in broken.items()} == {}


async def broken_of(terminals: list[str], rules: list[Rule]) -> dict[Rule, str]:
    """Which of `rules`, dealt out among the devices, are broken, and why."""
    shares = [rules[n :: len(terminals)] for n in range(len(terminals))]
    dealt = [broken_on(terminal, share) for terminal, share in zip(terminals, shares, strict=True) if share]
    return {rule: why for broken in await asyncio.gather(*dealt) for rule, why in broken.items()}


async def broken_on(terminal: str, rules: list[Rule]) -> dict[Rule, str]:
    """Which of `rules` the device breaks, and why; all of them where it is not met."""
    port = open_tty(terminal)
    try:
        report = await conform(port, rules, Random(1), lambda _: None)
    except NotLegato as error:
        return dict.fromkeys(rules, str(error))
    finally:
        await port.close()
    assert [verdict.rule for verdict in report.verdicts] == rules
    return {verdict.rule: str(verdict.broken) for verdict in report.failed}
