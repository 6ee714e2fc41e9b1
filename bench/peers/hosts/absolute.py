"""A streamer on asyncio that sleeps until the absolute time of each set-point."""

import serial

from bench.peers.devices.lines import line
from bench.peers.hosts.timing import on_time
from bench.stress.hosting import Report, host
from bench.stress.work import Ideal

BAUD = 115_200


async def stream(port: str, seconds: float) -> Report:
    """A line for each set-point."""
    with serial.Serial(port, BAUD) as device:

        async def write(ideal: Ideal) -> None:
            device.write(line(ideal.actuator, ideal.value))

        return await on_time(write, seconds)


if __name__ == "__main__":
    host(stream)
