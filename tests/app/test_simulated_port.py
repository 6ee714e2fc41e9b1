"""A simulated device inside the host's own process."""

import asyncio
import random

from legato.app.compile_for import compiled
from legato.app.simulated_port import open_sim
from legato.controller.session.session import Session
from legato.profiles import load
from legato.sim.clock import VirtualLoop, run


def test_a_computer_that_stalls_for_a_moment_does_not_restart_the_device_inside_it() -> None:
    async def main() -> str:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        schedule = compiled(load.profile("knee_circles"), load.device("boots-6"))
        async with Session(lambda: open_sim("boots-6"), random.Random(0)) as session:
            loop._now_s += 1.2
            return (await session.play(schedule)).kind

    assert run(main()) == "completed"
