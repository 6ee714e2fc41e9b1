"""A streamer on asyncio that sleeps until the absolute time of each set-point."""

import serial

from legato.bench.fire.hosting import Report, host
from legato.bench.fire.work import Ideal
from peers.devices.lines import line
from peers.hosts.timing import on_time

BAUD = 115_200


async def stream(port: str, seconds: float) -> Report:
    """A line for each set-point."""
    with serial.Serial(port, BAUD) as device:

        async def write(ideal: Ideal) -> None:
            device.write(line(ideal.actuator, ideal.value))

        return await on_time(write, seconds)


if __name__ == "__main__":
    host(stream)
