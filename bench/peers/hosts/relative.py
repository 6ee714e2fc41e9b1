"""A streamer on asyncio with a task for each actuator that writes, sleeps 100 ms, and writes again."""

import asyncio

import serial

from bench.peers.devices.lines import line
from bench.peers.hosts.absolute import BAUD
from bench.peers.hosts.timing import DRAIN_S
from bench.stress.hosting import Report, host, started
from bench.stress.work import ACTUATORS, PERIOD_MS, STAGGER_MS, Ideal, work


async def stream(port: str, seconds: float) -> Report:
    """The first example of every tutorial."""
    ideals = list(work(seconds))
    with serial.Serial(port, BAUD) as device:
        origin_s = asyncio.get_running_loop().time()
        started()
        await asyncio.gather(*(_one(device, ideals[actuator::ACTUATORS], actuator) for actuator in range(ACTUATORS)))
        await asyncio.sleep(DRAIN_S)
    return {"origin_s": origin_s}


async def _one(device: serial.Serial, ideals: list[Ideal], actuator: int) -> None:
    await asyncio.sleep(actuator * STAGGER_MS / 1000.0)
    for ideal in ideals:
        device.write(line(actuator, ideal.value))
        await asyncio.sleep(PERIOD_MS / 1000.0)


if __name__ == "__main__":
    host(stream)
