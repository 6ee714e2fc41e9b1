"""pymodbus: its asyncio client on a serial line (RTU), a single register written for each set-point."""

from pymodbus import FramerType
from pymodbus.client import AsyncModbusSerialClient

from bench.peers.hosts.absolute import BAUD
from bench.peers.hosts.timing import on_time
from bench.stress.hosting import Report, host
from bench.stress.work import Ideal


async def stream(port: str, seconds: float) -> Report:
    """Each write waits for its answer, as Modbus has it."""
    client = AsyncModbusSerialClient(port, framer=FramerType.RTU, baudrate=BAUD)
    await client.connect()

    async def write(ideal: Ideal) -> None:
        await client.write_register(ideal.actuator, ideal.value, device_id=1)

    try:
        return await on_time(write, seconds)
    finally:
        client.close()


if __name__ == "__main__":
    host(stream)
