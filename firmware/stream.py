"""The one numbered stream, set-point frames: each is checked as a whole, then queued or refused as a whole."""

import struct

from . import wire
from .config import ChannelConfig
from .ramp import Ramp
from .setpoint_queue import SetPointQueue
from .ticks import TICK_MS

HORIZON_MS = 10500
"""Nothing is accepted further ahead of session time than this."""

_HEAD_SIZE = struct.calcsize(wire.SETPOINTS_HEAD)


class SetPointStream:
    """Set-points in order of time, and up to which session ms they are complete (`watermark_ms`)."""

    def __init__(self, channels: list[ChannelConfig], slots: int) -> None:
        self._channels = channels
        self.queue = SetPointQueue(slots)
        self.ramps = [Ramp() for _ in channels]
        """The planned line of each channel, as far as it has been executed."""
        self.begin()

    def begin(self) -> None:
        """A new session: nothing queued, the next frame is number 0."""
        self.expected = 0
        self.seek(0)

    def seek(self, session_ms: int) -> None:
        """Forget what is queued and planned; what comes next starts at `session_ms`, from 0. The numbering goes on."""
        self.queue.clear()
        for ramp in self.ramps:
            ramp.reset()
        self.watermark_ms = session_ms
        self.ended = False
        self._last_ms = session_ms

    def accept(self, seq: int, payload: bytes, session_ms: int) -> int:
        """Queue the frame if it is the next one and sound; returns a reply code. A duplicate is OK, without effect."""
        ahead = (seq - self.expected) & 0xFF
        if ahead >= 0x80:
            return wire.OK
        if ahead:
            return wire.OUT_OF_ORDER
        if len(payload) < _HEAD_SIZE:
            return wire.MALFORMED
        low, span = struct.unpack_from(wire.SETPOINTS_HEAD, payload, 0)
        base = wire.base_near(low, self.watermark_ms // TICK_MS)
        rows = wire.take_rows(payload, _HEAD_SIZE, base)
        if rows is None:
            return wire.MALFORMED
        watermark = base + (span & ~wire.FLAG_END)
        code = self._judge(rows, watermark, session_ms)
        if code == wire.OK:
            self._enqueue(rows, watermark * TICK_MS, bool(span & wire.FLAG_END))
        return code

    def execute(self, session_ms: int) -> int:
        """Put every set-point that is due on its planned line. Returns how late the latest was, in ms."""
        queue = self.queue
        late_ms = 0
        while queue.due(session_ms):
            late_ms = max(late_ms, session_ms - queue.when_ms)
            self.ramps[queue.channel].aim(queue.when_ms, queue.target * 5, queue.ramp_ms)
            queue.drop()
        return late_ms

    def _judge(self, rows: list[tuple[int, int, int, int]], watermark: int, session_ms: int) -> int:
        """Why these rows (times in ticks) cannot be queued, or OK."""
        if self.ended:
            return wire.NOT_NOW
        horizon = (session_ms + HORIZON_MS) // TICK_MS
        if watermark > horizon or (rows and rows[-1][0] > horizon):
            return wire.TOO_FAR_AHEAD
        earliest = max(self.watermark_ms, self._last_ms)
        if watermark * TICK_MS < self.watermark_ms or (rows and rows[0][0] * TICK_MS < earliest):
            return wire.TOO_LATE
        for _, channel, target, ramp in rows:
            if channel >= len(self._channels) or ramp > wire.MAX_RAMP_TICKS:
                return wire.MALFORMED
            if not self._channels[channel].allows(target):
                return wire.OVER_LIMIT
        return wire.OK if len(rows) <= self.queue.free else wire.QUEUE_FULL

    def _enqueue(self, rows: list[tuple[int, int, int, int]], watermark_ms: int, ended: bool) -> None:
        for when, channel, target, ramp in rows:
            self.queue.put(when * TICK_MS, channel, target, ramp * TICK_MS)
        if rows:
            self._last_ms = rows[-1][0] * TICK_MS
        self.watermark_ms = watermark_ms
        self.ended = ended
        self.expected = (self.expected + 1) & 0xFF
