"""The contract in a real MicroPython VM, in real time, behind a pseudo terminal: few rules, and not in a hurry.

Rules have deadlines, and a busy machine may keep the VM or the kit from the processor for as long. A rule that is
broken is therefore tried again, on its own; what the firmware does wrong, it does wrong every time.
"""

import asyncio
import os
import subprocess
import sys
import tty
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from controller.errors import NotLegato
from controller.tty import open_tty
from legato.conform.kit import conform
from legato.conform.rule import Rule
from legato.conform.rules import RULES
from legato.devicefile import as_micropython
from profiles import load

ROOT = Path(__file__).parents[2]
MICROPYTHON = Path(sys.executable).parent / "micropython"

QUICK = (
    "byte_by_byte",
    "bad_crc",
    "junk_flood",
    "description_hash",
    "stale_boot",
    "stale_nonce",
    "stale_session",
    "duplicates",
    "reordering",
    "queue_limit",
    "over_limit",
    "pause_and_resume",
    "completes",
    "silence",
    "estop_at_once",
    "latched",
)

TRIES = 5


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[str]:
    """The name of a terminal behind which the firmware for `wrap-3` runs in a VM."""
    (tmp_path / "device.py").write_text(as_micropython(load.device("wrap-3")))
    master, slave = os.openpty()
    tty.setraw(slave)
    command = [str(MICROPYTHON), str(ROOT / "firmware" / "ports" / "unix" / "main.py")]
    environment = {**os.environ, "MICROPYPATH": f"{ROOT}:{tmp_path}"}
    with subprocess.Popen(command, stdin=master, stdout=master, env=environment) as vm:  # noqa: S603 - our own tool
        try:
            yield os.ttyname(slave)
        finally:
            vm.kill()
            os.close(master)
            os.close(slave)


@pytest.mark.timeout(300)  # in real time, and perhaps more than once
def test_the_firmware_in_the_vm_keeps_the_rules(terminal: str) -> None:
    left = [rule for rule in RULES if rule.name in QUICK]
    assert len(left) == len(QUICK)
    broken = asyncio.run(broken_rules(terminal, left))
    for _ in range(TRIES - 1):
        if broken:
            broken = asyncio.run(broken_rules(terminal, list(broken)))
    assert {rule.name: why for rule, why in broken.items()} == {}


async def broken_rules(terminal: str, rules: list[Rule]) -> dict[Rule, str]:
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
