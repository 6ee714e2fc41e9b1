"""A device in the manner of GRBL: lines of G-code, a receive buffer, a planner of a few blocks, an `ok` for each line.

A block is a move in inverse time (G93): `G1 X57 F6000` sends axis X to 57 and takes 1/6000 of a minute. The actuator
goes there when the block begins, and the next block begins when this one ends. The eight axes are those of grblHAL.
"""

import asyncio
import re
from collections import deque

from bench.peers.devices.writing import Writing
from bench.stress.stand import Notebook, serve

AXES = "XYZABCUV"
BUFFER_BYTES = 128
"""GRBL's receive buffer; a host that counts characters keeps it full and never overruns it."""

PLANNER_BLOCKS = 16
_MOVE = re.compile(rb"G1([XYZABCUV])(\d+)F(\d+)")


def move(actuator: int, value: int, span_ms: int) -> bytes:
    """What the host sends for one set-point."""
    return b"G1%c%dF%d\n" % (ord(AXES[actuator]), value, 60_000 // span_ms)


class Planner(Writing):
    """Times are seconds of the loop; a planner that runs dry goes on as soon as something comes."""

    def __init__(self, loop: asyncio.AbstractEventLoop, notebook: Notebook) -> None:
        super().__init__(notebook)
        self._loop = loop
        self._lines: deque[bytes] = deque()
        self._blocks: deque[tuple[int, int, float]] = deque()
        self._is_moving = False

    def feed(self, data: bytes) -> None:
        self._held += data
        *whole, rest = self._held.split(b"\n")
        self._lines.extend(bytes(line) for line in whole)
        self._held = rest
        self._plan()

    def _plan(self) -> None:
        """Takes lines from the receive buffer while there are free blocks."""
        while self._lines and len(self._blocks) < PLANNER_BLOCKS:
            found = _MOVE.fullmatch(self._lines.popleft())
            if found is not None:
                axis, value, rate = found.groups()
                self._blocks.append((AXES.index(axis.decode()), int(value), 60.0 / int(rate)))
            self.send(b"ok\r\n")
        if self._blocks and not self._is_moving:
            self._begin(self._loop.time())

    def _begin(self, at_s: float) -> None:
        actuator, value, span_s = self._blocks.popleft()
        self._is_moving = True
        self.write(actuator, value)
        self._loop.call_at(at_s + span_s, self._end, at_s + span_s)
        self._plan()

    def _end(self, at_s: float) -> None:
        self._is_moving = False
        if self._blocks:
            self._begin(at_s)


if __name__ == "__main__":
    serve(Planner)
