"""A G-code sender that counts characters: it keeps the device's receive buffer full, and the device keeps the time."""

import asyncio
from collections import deque

import serial

from bench.peers.devices.grbl import BUFFER_BYTES, move
from bench.peers.hosts.absolute import BAUD
from bench.stress.hosting import Report, host, started
from bench.stress.work import ACTUATORS, PERIOD_MS, STAGGER_MS, Ideal, work

_PLANNED_S = 0.6
"""What the planner still holds when the last line is confirmed takes less than this."""


class Sender:
    """Lengths of the lines that are on their way or in the buffer, oldest first; each `ok` takes one away."""

    def __init__(self, device: serial.Serial) -> None:
        self._device = device
        self._unconfirmed: deque[int] = deque()
        self._confirmed = asyncio.Event()
        self._held = b""

    async def send(self, line: bytes) -> None:
        """Waits until there is room for `line`."""
        while sum(self._unconfirmed) + len(line) >= BUFFER_BYTES:
            await self._wait()
        self._unconfirmed.append(len(line))
        self._device.write(line)

    async def finish(self) -> None:
        """Waits until every line is confirmed."""
        while self._unconfirmed:
            await self._wait()

    def hear(self) -> None:
        """Reads what the device says."""
        *whole, self._held = (self._held + self._device.read(self._device.in_waiting)).split(b"\n")
        for _ in whole:
            self._unconfirmed.popleft()
        self._confirmed.set()

    async def _wait(self) -> None:
        self._confirmed.clear()
        await self._confirmed.wait()


async def stream(port: str, seconds: float) -> Report:
    """A block for each set-point, which lasts until the next; between two moments of eight, the last one waits."""
    loop = asyncio.get_running_loop()
    with serial.Serial(port, BAUD, timeout=0) as device:
        sender = Sender(device)
        loop.add_reader(device.fileno(), sender.hear)
        await sender.send(b"G93\n")
        await sender.finish()
        origin_s = loop.time()
        started()
        for ideal in work(seconds):
            await sender.send(move(ideal.actuator, ideal.value, _span_ms(ideal)))
        await sender.finish()
        await asyncio.sleep(_PLANNED_S)
        loop.remove_reader(device.fileno())
    return {"origin_s": origin_s}


def _span_ms(ideal: Ideal) -> int:
    """Until the next set-point of all."""
    is_last = ideal.actuator == ACTUATORS - 1
    return PERIOD_MS - (ACTUATORS - 1) * STAGGER_MS if is_last else STAGGER_MS


if __name__ == "__main__":
    host(stream)
