"""Listens to a device: asks only what it is, and sends nothing else."""

import asyncio
from collections.abc import Callable

from legato.controller.errors import WrongProtocol
from legato.controller.link.device_messages import Welcome, parse
from legato.controller.link.handshake import PART_BYTES
from legato.controller.link.host_messages import GetDescription, Hello
from legato.controller.ports.port import Port
from legato.controller.ports.traffic_recorder import Chunk
from legato.firmware import wire
from legato.tools.monitor.frames import Cutter, Frame

ASK_AGAIN_S = 1.0


class Watcher:
    """Sends HELLO until there is a WELCOME, requests the description once, and then only listens.

    Neither counts as a sign of life from a host: an abandoned session ends as if nobody were watching.
    """

    def __init__(self, port: Port, take: Callable[[Chunk], None]) -> None:
        self._port = port
        self._take = take
        self._loop = asyncio.get_running_loop()
        self._began_s = self._loop.time()
        self._cutter = Cutter()
        self._is_met = False
        self._seq = 0

    async def watch(self) -> None:
        """Runs until cancelled; raises OSError when the line is lost."""
        async with asyncio.TaskGroup() as group:
            asking = group.create_task(self._ask())
            try:
                while True:
                    self._hear(await self._port.read())
            finally:
                asking.cancel()

    async def _ask(self) -> None:
        while not self._is_met:
            self._say(Hello())
            await asyncio.sleep(ASK_AGAIN_S)

    def _hear(self, data: bytes) -> None:
        chunk = self._chunk(data, is_ours=False)
        self._take(chunk)
        for frame in self._cutter.feed(chunk):
            if isinstance(frame, Frame) and frame.kind == wire.WELCOME and not self._is_met:
                self._is_met = True
                self._ask_what(frame.payload)

    def _ask_what(self, payload: bytes) -> None:
        for offset in range(0, _description_bytes(payload), PART_BYTES):
            self._say(GetDescription(offset))

    def _say(self, message: Hello | GetDescription) -> None:
        self._seq = (self._seq + 1) & 0xFF
        data = wire.encode(message.kind, self._seq, 0, message.pack())
        self._port.write(data)
        self._take(self._chunk(data, is_ours=True))

    def _chunk(self, data: bytes, *, is_ours: bool) -> Chunk:
        return Chunk(round(self._loop.time() - self._began_s, 6), is_ours, data)


def _description_bytes(payload: bytes) -> int:
    """The length of the description; 0 if the WELCOME is not of this protocol, which the monitor shows anyway."""
    try:
        welcome = parse(wire.WELCOME, payload)
    except (ValueError, WrongProtocol):
        return 0
    return welcome.description_len if isinstance(welcome, Welcome) else 0
