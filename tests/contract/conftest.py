"""What the contract's tests share: the conformance kit against a simulated device in virtual time."""

import asyncio
from collections.abc import Callable, Sequence
from random import Random

import pytest

from firmware.core import Core
from legato.conform.kit import Report, conform
from legato.conform.rules import RULES
from profiles import load
from sim import clock
from sim.device import SimDevice
from sim.pipes import MemoryPipe

Tamper = Callable[[Core], None]


def conformed(device: str, names: Sequence[str] = (), tamper: Tamper = lambda _: None) -> Report:
    """The report on a simulated device whose firmware was tampered with; all rules, or those in `names`."""

    async def main() -> Report:
        loop = asyncio.get_running_loop()
        simulated = SimDevice(load.device(device), 1, loop)
        simulated.start()
        tamper(simulated.core)
        rules = [rule for rule in RULES if not names or rule.name in names]
        return await conform(MemoryPipe(simulated, loop), rules, Random(1), lambda _: None)

    return clock.run(main())


@pytest.fixture
def conformance() -> Callable[..., Report]:
    """`report = conformance("wrap-3", ["bad_crc"], tamper)`"""
    return conformed
