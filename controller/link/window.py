"""Go-back-N for the set-point stream: what is on its way, what to send again, and from where.

The device takes set-point frames in order only and tells which number it expects next; every such word acknowledges
all before it.
"""

from collections import deque
from dataclasses import dataclass
from itertools import islice
from typing import Final

from legato.controller.errors import NoAnswer
from legato.controller.link.retransmission import CEILING_S, PATIENCE_S, Retry
from legato.controller.link.traffic import Traffic

SIZE: Final = 4
"""Frames on their way at once; at 115200 baud four full ones are 50 ms of line."""

DOUBLINGS: Final = 2
"""A line with noise needs many tries in short time more than it needs rest."""


@dataclass(slots=True)
class Sent:
    """A set-point frame on its way. `first_s` is None until it has gone out once."""

    seq: int
    frame: bytes
    rows: int
    first_s: float | None = None
    again: bool = False


class Window:
    """The frames that are not acknowledged yet, oldest first."""

    def __init__(self, retry: Retry, traffic: Traffic) -> None:
        self.next_seq = 0
        self._retry = retry
        self._traffic = traffic
        self._frames: deque[Sent] = deque()
        self._cursor = 0
        self._went_back_for: Sent | None = None
        self._due_s = 0.0
        self._progress_s = 0.0
        self._overdue_times = 0

    @property
    def is_open(self) -> bool:
        """Whether another frame may be pushed."""
        return len(self._frames) < SIZE

    @property
    def is_empty(self) -> bool:
        """Whether everything pushed is acknowledged."""
        return not self._frames

    @property
    def rows_in_flight(self) -> int:
        """Set-points that the device may have queued without our knowing."""
        count = 0
        for sent in self._frames:
            count += sent.rows
        return count

    @property
    def next_due_s(self) -> float | None:
        """When `output` has something to say even if nothing else happens."""
        if not self._frames:
            return None
        return self._due_s if self._cursor == len(self._frames) else 0.0

    def push(self, frame: bytes, rows: int, now_s: float) -> None:
        """Adds a frame that carries `next_seq`."""
        if not self._frames:
            self._progress_s = now_s
        self._frames.append(Sent(self.next_seq, frame, rows))
        self._traffic.setpoints += rows
        self.next_seq = (self.next_seq + 1) & 0xFF

    def output(self, now_s: float) -> list[bytes]:
        """The frames to put on the line now: new ones, and all of them where an answer is overdue or a gap was seen."""
        if self._frames and self._cursor == len(self._frames) and self._due_s <= now_s:
            self._overdue(now_s)
        due = list(islice(self._frames, self._cursor, None))
        if due:
            self._cursor = len(self._frames)
            self._due_s = now_s + self._timeout_s
        return [self._account(sent, now_s) for sent in due]

    def acknowledge(self, expected: int, now_s: float) -> None:
        """The device has everything before `expected`. A number from outside the window is old news."""
        if not self._frames:
            return
        count = (expected - self._frames[0].seq) & 0xFF
        if not 0 < count <= len(self._frames):
            return
        for _ in range(count):
            self._frames.popleft()
        self._cursor = max(self._cursor - count, 0)
        self._progress_s = now_s
        self._overdue_times = 0
        self._due_s = now_s + self._timeout_s

    def sent_once_at(self, seq: int) -> float | None:
        """When the frame went out, if it went exactly once: only then does its answer tell a round trip (Karn)."""
        for sent in self._frames:
            if sent.seq == seq:
                return None if sent.again else sent.first_s
        return None

    def missed(self) -> None:
        """The device saw a gap: everything goes again, but once for each gap, however many frames ran into it."""
        if self._frames and self._went_back_for is not self._frames[0]:
            self._went_back_for = self._frames[0]
            self._cursor = 0

    def restart(self, next_seq: int) -> None:
        """Forgets what is on its way (a new session, or the device's queue was emptied).

        The stream goes on at `next_seq`.
        """
        self._frames.clear()
        self._cursor = 0
        self._overdue_times = 0
        self.next_seq = next_seq

    @property
    def _timeout_s(self) -> float:
        """Twice as long for each of the first answers missed in a row: a window is long enough to jam a slow line."""
        return min(self._retry.timeout_s * (1 << min(self._overdue_times, DOUBLINGS)), CEILING_S)

    def _overdue(self, now_s: float) -> None:
        if now_s - self._progress_s > PATIENCE_S:
            raise NoAnswer(f"no set-point confirmed within {PATIENCE_S:g} s")
        self._cursor = 0
        self._overdue_times += 1

    def _account(self, sent: Sent, now_s: float) -> bytes:
        if sent.first_s is None:
            sent.first_s = now_s
        else:
            sent.again = True
            self._traffic.resent += 1
        if sent.rows:
            self._traffic.setpoint_bytes += len(sent.frame)
        else:
            self._traffic.watermark_bytes += len(sent.frame)
        return sent.frame
