"""One bridge of a fleet over MQTT, in a process of its own: `MODULE INSTANCE BROKER-PORT DEVICES`.

It is what `legato serve` is to a broker: supervised devices and the MQTT room, without HTTP and diary.
"""

import asyncio
import random
import sys
from datetime import UTC, datetime
from functools import partial

from legato.app.compile_for import compiled
from legato.app.simulated_port import SimPort
from legato.controller.session.dose import Dose
from legato.profiles import load
from legato.profiles.device import Device
from legato.profiles.schedule import Schedule
from legato.service.devices.bridge import Start
from legato.service.devices.endpoint import DeviceEndpoint, PortEnd
from legato.service.devices.fleet import Fleet
from legato.service.devices.run_policy import Prepared
from legato.service.devices.state import Doing, Ending, Run
from legato.service.mqtt.broker import Broker
from legato.service.mqtt.service import Mqtt
from legato.service.mqtt.topics import Topics
from legato.sim.device import SimDevice

ROUTINE = "goddard"


class _Desk:
    """Admits everybody to one routine, which is compiled already, and keeps no diary."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule

    async def prepare(self, wish: Start, _device: Device) -> Prepared:
        return Prepared(self._schedule, wish.routine)

    def begun(self, run: Run, device: Device) -> None:
        """Nobody's massage."""

    def ended(self, run: Run, ending: Ending, device: Device, dose: Dose) -> None:
        """Nobody's massage."""


async def bridge(instance: str, broker_port: int, size: int) -> None:
    """Keeps `size` devices on the broker until stdin ends; says `ready` once all are there."""
    device = load.device("boots-6")
    places = [
        DeviceEndpoint(f"boots-{n}", (PortEnd("sim://boots-6", partial(_opened, device, n), True),))
        for n in range(size)
    ]
    fleet = Fleet(places, _Desk(compiled(load.profile(ROUTINE), device)), random.Random(), _now)  # noqa: S311 - jitter
    broker = Broker("127.0.0.1", broker_port, f"legato-{instance}")
    mqtt = Mqtt(fleet, broker, Topics(instance=instance), random.Random(), _now)  # noqa: S311 - jitter
    tasks = [asyncio.create_task(fleet.run()), asyncio.create_task(mqtt.run())]
    while not (mqtt.link.is_up and all(state.doing is Doing.IDLE for state in fleet.states())):  # noqa: ASYNC110 - a benchmark
        await asyncio.sleep(0.05)
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


async def _opened(device: Device, seed: int) -> SimPort:
    loop = asyncio.get_running_loop()
    return SimPort(SimDevice(device, seed, loop), loop)


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    asyncio.run(bridge(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
