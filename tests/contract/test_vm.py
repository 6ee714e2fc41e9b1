"""The contract in a real MicroPython VM, in real time, behind a pseudo terminal: few rules, and not in a hurry."""

import asyncio
import os
import subprocess
import sys
import tty
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from controller.tty import open_tty
from legato.conform.kit import Report, conform
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


def test_the_firmware_in_the_vm_keeps_the_rules(terminal: str) -> None:
    async def main() -> Report:
        port = open_tty(terminal)
        try:
            rules = [rule for rule in RULES if rule.name in QUICK]
            return await conform(port, rules, Random(1), lambda _: None)
        finally:
            await port.close()

    report = asyncio.run(main())
    assert [(verdict.rule.name, verdict.broken) for verdict in report.failed] == []
    assert len(report.verdicts) == len(QUICK)
