"""The whole host in real time, over a real terminal."""

import asyncio
import random
from collections.abc import Callable

from controller.events import Started
from controller.port import Port, open_port
from controller.session import Session
from profiles.device import Device
from profiles.schedule import Schedule
from sim.device import SimDevice
from sim.pty import PtyPort

Squeezes = Callable[..., Schedule]


def test_it_works_in_real_time_over_a_real_tty(single: Device, make_squeezes: Squeezes) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        device = SimDevice(single, 1, loop)
        terminal = PtyPort(device, loop)
        device.start()

        async def opener() -> Port:
            return await open_port(terminal.name, {})

        try:
            async with Session(opener, random.Random(1)) as session:
                assert session.device == single
                playing = asyncio.create_task(session.play(make_squeezes(single)))
                with session.events.subscribe() as events:
                    async for event in events:
                        if isinstance(event, Started):
                            break
                await session.emergency_stop()
                assert (await playing).kind == "emergency_stopped"
        finally:
            device.stop()
            terminal.close()

    asyncio.run(main())
