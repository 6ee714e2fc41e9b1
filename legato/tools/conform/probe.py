"""A host that can send anything, valid or not, and records all traffic."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from legato.controller.errors import WrongProtocol
from legato.controller.link.device_messages import DeviceMessage, parse
from legato.controller.ports.port import Port
from legato.firmware import wire
from legato.tools.conform.broken import Broken

ANSWER_S: Final = 0.5
"""A device replies within this; the slowest line needs 15 ms for the longest frame."""

_LINES_KEPT: Final = 200

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Heard:
    """A valid frame from the device."""

    at_s: float
    seq: int
    session: int
    message: DeviceMessage


@dataclass(frozen=True, slots=True)
class PassedBytes:
    """Bytes on the line, to or from the device: one write, or one frame with its zero byte."""

    at_s: float
    is_ours: bool
    data: bytes


class Probe:
    """One port. `heard` and `passed` are the traffic since `begin`; `breaches` are frames that match no layout.

    A lost connection breaks the rule being tested, which may have made the device fall off the bus: `lost` says why,
    and any write or wait from then on raises Broken.
    """

    def __init__(self, port: Port) -> None:
        self.lost = ""
        self.heard: list[Heard] = []
        self.passed: deque[PassedBytes] = deque(maxlen=_LINES_KEPT)
        self.breaches: list[str] = []
        self._port = port
        self._loop = asyncio.get_running_loop()
        self._decoder = wire.Decoder()
        self._rest = b""
        self._news = asyncio.Event()
        self._mark = 0
        self._seq = 0

    def begin(self) -> None:
        """Forgets the traffic so far."""
        self.heard.clear()
        self.passed.clear()
        self.breaches.clear()
        self._mark = 0

    def next_seq(self) -> int:
        """The sequence number for the next request."""
        self._seq = (self._seq + 1) & 0xFF
        return self._seq

    def mark(self) -> None:
        """From now on only later frames count."""
        self._mark = len(self.heard)

    def since_mark(self) -> list[Heard]:
        """The frames heard since the mark."""
        return self.heard[self._mark :]

    def write(self, data: bytes) -> None:
        """Writes any bytes to the line; raises Broken if it is lost."""
        self.passed.append(PassedBytes(self._loop.time(), True, data))
        try:
            self._port.write(data)
        except OSError as error:
            self._lose(error)
            raise Broken(self.lost) from error

    async def listen(self) -> None:
        """Reads from the device until the line is lost."""
        while not self.lost:
            try:
                self._take(await self._port.read())
            except OSError as error:
                self._lose(error)

    def _lose(self, error: OSError) -> None:
        self.lost = f"the line was lost: {error}"
        self._news.set()

    async def until(self, picks: Callable[[Heard], T | None], within_s: float, what: str) -> T:
        """The first result of `picks` for a frame since the mark; raises Broken if `what` does not come in time."""
        at = self._mark
        try:
            async with asyncio.timeout(within_s):
                while True:
                    for heard in self.heard[at:]:
                        picked = picks(heard)
                        if picked is not None:
                            return picked
                    if self.lost:
                        raise Broken(self.lost)
                    at = len(self.heard)
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise Broken(f"no {what} within {within_s:g} s") from None

    def _take(self, data: bytes) -> None:
        now_s = self._loop.time()
        *whole, self._rest = (self._rest + data).split(b"\0")
        for part in whole:
            self.passed.append(PassedBytes(now_s, False, part + b"\0"))
            for frame in self._decoder.feed(part + b"\0"):
                self._understand(frame, now_s)
        self._news.set()

    def _understand(self, frame: tuple[int, int, int, bytes], now_s: float) -> None:
        kind, seq, session, payload = frame
        try:
            self.heard.append(Heard(now_s, seq, session, parse(kind, payload)))
        except (ValueError, WrongProtocol) as bad:
            self.breaches.append(str(bad))
