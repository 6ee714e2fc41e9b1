"""The conformance kit against a simulated device in virtual time, its firmware tampered with or not."""

import asyncio
from collections.abc import Callable, Sequence
from random import Random

from legato.firmware.core import Core
from legato.profiles import load
from legato.sim import clock
from legato.sim.device import SimDevice
from legato.sim.pipes import MemoryPipe
from legato.tools.conform.kit import Report, conform
from legato.tools.conform.rules import RULES

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
