"""The whole host in real time, over a real terminal."""

import asyncio
import random

from legato.controller.pair.pair import Pair
from legato.controller.ports.opening import open_port
from legato.controller.ports.port import Port
from legato.controller.session.events import Started, Telemetry
from legato.controller.session.session import Session
from legato.firmware import wire
from legato.profiles.load import device as load_device
from legato.profiles.schedule import Schedule, SetPoint
from legato.sim.device import SimDevice, as_simulated
from legato.sim.pty import PtyPort
from tests.host import SINGLE, squeezes


def test_it_works_in_real_time_over_a_real_tty() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        device = SimDevice(SINGLE, 1, loop)
        terminal = PtyPort(device, loop)
        device.start()

        async def opener() -> Port:
            return await open_port(terminal.name, {})

        try:
            async with Session(opener, random.Random(1)) as session:
                assert session.device == as_simulated(SINGLE)
                playing = asyncio.create_task(session.play(squeezes(SINGLE)))
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


def test_two_devices_play_as_one_in_real_time_over_two_real_ttys() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        devices = [SimDevice(load_device(f"boot-6-{side}"), seed, loop) for seed, side in enumerate(("left", "right"))]
        terminals = [PtyPort(device, loop) for device in devices]
        for device in devices:
            device.start()

        def session(terminal: PtyPort) -> Session:
            return Session(lambda: open_port(terminal.name, {}), random.Random(1), waits=True)

        try:
            async with Pair(session(terminals[0]), session(terminals[1])) as pair:
                rows = tuple(SetPoint(500, channel.index, 6.0, 2_000) for channel in pair.device.channels)
                playing = asyncio.create_task(pair.play(Schedule("both", pair.device, rows, 20_000)))
                with pair.events.subscribe() as events:
                    async for event in events:
                        if isinstance(event, Telemetry) and event.session_ms >= 1_000:
                            break
                assert [device.core.state for device in devices] == [wire.RUNNING] * 2
                await pair.emergency_stop()
                assert (await playing).kind == "emergency_stopped"
                assert [device.core.state for device in devices] == [wire.FAULTED] * 2
        finally:
            for device, terminal in zip(devices, terminals, strict=True):
                device.stop()
                terminal.close()

    asyncio.run(main())
