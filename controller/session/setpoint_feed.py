"""Which set-points go to the device next, and how far ahead: decided on session time and the room in its queue.

Look-ahead must outlast a stalled host: 2 s queued outlive a stall of 1 s with 0.9 s to spare, 1 s queued do not
(measured). Beyond that it may grow so that frames fill up, up to what the device accepts.
"""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import groupby
from typing import Final

from legato.controller.link.host_messages import SetPoints, pack_rows
from legato.firmware import wire
from legato.profiles.schedule import TICK_MS, SetPoint

AHEAD_MS: Final = 10_000
"""Nothing goes further ahead than this; the device refuses beyond 10.5 s."""

REFILL_MS: Final = 2_500
"""Below this a frame goes even if it is not full: half a second to be lost in before 2 s are left."""

ROWS_BYTES: Final = wire.MAX_PAYLOAD - 4
"""What a frame has for rows once the head (base, watermark) is in."""


class SetpointFeed:
    """The set-points of one stretch of a schedule, in order, from `start_ms` to `end_ms`; each is handed out once."""

    def __init__(self, rows: Sequence[SetPoint], start_ms: int, end_ms: int) -> None:
        self._rows = _likes_together(rows)
        self._at = 0
        self._end_ms = end_ms
        self.complete_ms = start_ms
        self.is_done = False

    def next_frame(self, session_ms: int, room: int) -> SetPoints | None:
        """The next frame worth sending when session time is `session_ms` and the device takes `room` more set-points.

        None: wait.
        """
        if self.is_done:
            return None
        horizon_ms = min(session_ms + AHEAD_MS, self._end_ms)
        stop = self._stop(horizon_ms, room)
        is_full = stop < self._reach(horizon_ms) and stop - self._at < room
        if not is_full and self.complete_ms - session_ms >= REFILL_MS:
            return None
        return self._cut(stop, horizon_ms)

    def _reach(self, horizon_ms: int) -> int:
        """Index after the last set-point that may go now."""
        if horizon_ms == self._end_ms:
            return len(self._rows)
        return bisect_left(self._rows, horizon_ms, lo=self._at, key=lambda row: row.when_ms)

    def _stop(self, horizon_ms: int, room: int) -> int:
        """Index after the last set-point that fits: in time, in the device's queue, and in a frame."""
        rows = self._rows[self._at : min(self._reach(horizon_ms), self._at + max(room, 0))]
        left = ROWS_BYTES
        for i, packed in enumerate(pack_rows(self._base_ms, rows)):
            left -= len(packed)
            if left < 0:
                return self._at + i
        return self._at + len(rows)

    @property
    def _base_ms(self) -> int:
        return self._rows[self._at].when_ms if self._at < len(self._rows) else self.complete_ms

    def _cut(self, stop: int, horizon_ms: int) -> SetPoints | None:
        """The frame up to `stop`; None where it would be no news to the device."""
        complete_ms = horizon_ms // TICK_MS * TICK_MS
        if stop < len(self._rows):
            complete_ms = min(complete_ms, self._rows[stop].when_ms)
        is_end = stop == len(self._rows) and horizon_ms == self._end_ms
        if stop == self._at and not is_end and complete_ms <= self.complete_ms:
            return None
        rows = tuple(self._rows[self._at : stop])
        frame = SetPoints(min(self._base_ms, complete_ms), complete_ms, rows, is_end)
        self._at, self.complete_ms, self.is_done = stop, complete_ms, is_end
        return frame


def _likes_together(rows: Sequence[SetPoint]) -> list[SetPoint]:
    """`rows` with those of one moment that ask the same side by side: the wire then says it once.

    A moment in which a channel has several rows stays as it is, since there the order matters.
    """
    out: list[SetPoint] = []
    for _, moment in groupby(rows, key=lambda row: row.when_ms):
        group = list(moment)
        if len({row.channel for row in group}) == len(group):
            group.sort(key=lambda row: (row.target, row.ramp_ms))
        out += group
    return out
