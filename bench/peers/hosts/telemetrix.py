"""telemetrix-aio: an analog write for each set-point."""

import asyncio

from telemetrix_aio.telemetrix_aio import TelemetrixAIO

from bench.peers.hosts.timing import on_time
from bench.stress.hosting import Report, host
from bench.stress.work import ACTUATORS, Ideal


async def stream(port: str, seconds: float) -> Report:
    """It asks the port for bytes all the time, whether or not there are any; so it comes."""
    loop = asyncio.get_running_loop()
    board = TelemetrixAIO(com_port=port, arduino_wait=0, autostart=False, loop=loop, close_loop_on_shutdown=False)
    await board.start_aio()
    for number in range(ACTUATORS):
        await board.set_pin_mode_analog_output(number)

    async def write(ideal: Ideal) -> None:
        await board.analog_write(ideal.actuator, ideal.value)

    try:
        return await on_time(write, seconds)
    finally:
        board.the_task.cancel()


if __name__ == "__main__":
    host(stream)
