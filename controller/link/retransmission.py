"""What is on its way to the device, and when it goes again: requests each by itself, set-points as a window.

Both wait for an answer as long as `RoundTripEstimator` says: RFC 6298, with a floor for short lines. A request goes
again until it is settled, the urgent ones first. The device takes set-point frames in order only, and says which it
expects next; every such word acknowledges all before it, and what is not acknowledged goes again from there on (go-
back-N).
"""

from collections import deque
from collections.abc import Callable, Container
from dataclasses import dataclass
from itertools import islice
from typing import Final

from legato.controller.errors import NoAnswer
from legato.controller.link.host_messages import Request
from legato.controller.link.traffic import Traffic
from legato.firmware import wire

PATIENCE_S: Final = 5.0
"""How long something is sent again and again before the device counts as gone."""

FLOOR_S: Final = 0.05
CEILING_S: Final = 1.0
INITIAL_S: Final = 0.1
_ALPHA: Final = 1 / 8
_BETA: Final = 1 / 4

SIZE: Final = 4
"""Frames on their way at once; at 115200 baud four full ones are 50 ms of line."""

DOUBLINGS: Final = 2
"""On a noisy line many quick tries help more than waiting does."""

URGENCY: Final = {wire.ESTOP: 0, wire.STOP: 1, wire.PAUSE: 2}
"""What is urgent; the lowest goes first."""

_ORDINARY: Final = len(URGENCY)


class RoundTripEstimator:
    """Smoothed round trip and its variation. Only answers to frames sent once are samples (Karn's rule)."""

    def __init__(self) -> None:
        self.round_trip_s = 0.0
        self._variation_s = 0.0

    @property
    def timeout_s(self) -> float:
        """How long to wait."""
        if not self.round_trip_s:
            return INITIAL_S
        return min(max(self.round_trip_s + 4 * self._variation_s, FLOOR_S), CEILING_S)

    def sample(self, round_trip_s: float) -> None:
        """Takes the round trip of a frame that was sent once."""
        if self.round_trip_s:
            self._variation_s += _BETA * (abs(self.round_trip_s - round_trip_s) - self._variation_s)
            self.round_trip_s += _ALPHA * (round_trip_s - self.round_trip_s)
        else:
            self.round_trip_s, self._variation_s = round_trip_s, round_trip_s / 2


@dataclass(slots=True)
class PendingRequest:
    """A request that is not settled. `first_s` is None until it has gone out once."""

    seq: int
    message: Request
    frame: bytes
    due_s: float
    first_s: float | None = None
    again: bool = False
    is_taken: bool = False
    """Whether the device has answered it: what it reports from then on is later."""

    @property
    def urgency(self) -> int:
        """0 goes first."""
        return URGENCY.get(self.message.kind, _ORDINARY)

    def is_late(self, now_s: float) -> bool:
        """Whether it has been sent again for so long that nobody seems to hear it."""
        return self.first_s is not None and now_s - self.first_s > PATIENCE_S


class PendingRequests:
    """All requests that are not settled, by number."""

    def __init__(self, retry: RoundTripEstimator, traffic: Traffic) -> None:
        self._retry = retry
        self._traffic = traffic
        self._pending: dict[int, PendingRequest] = {}

    @property
    def next_due_s(self) -> float | None:
        """When `output` will have something to send even if nothing else happens."""
        return min([p.due_s for p in self._pending.values()], default=None)

    def add(self, seq: int, message: Request, frame: bytes, now_s: float) -> None:
        """`frame`, which carries `message` under number `seq`, goes at the next `output`."""
        self._pending[seq] = PendingRequest(seq, message, frame, now_s)

    def add_sent(self, seq: int, message: Request, frame: bytes, now_s: float) -> None:
        """The same for one that has just gone out: it goes again until it is settled."""
        self.add(seq, message, frame, now_s)
        self._send(self._pending[seq], now_s)

    def output(self, now_s: float, *, urgent_only: bool) -> list[bytes]:
        """The frames that are due, the urgent first.

        Raises NoAnswer where one has waited too long, but not before a new urgent one has gone, such as a pause.
        """
        if not self._pending:
            return []
        last = _ORDINARY - 1 if urgent_only else _ORDINARY
        due = sorted(
            (p for p in self._pending.values() if p.due_s <= now_s and p.urgency <= last), key=lambda p: p.urgency
        )
        if any(p.first_s is None and p.urgency < _ORDINARY for p in due):
            due = [p for p in due if not p.is_late(now_s)]
        return [self._send(p, now_s) for p in due]

    def settle(self, answered: Callable[[PendingRequest], bool]) -> list[PendingRequest]:
        """Takes out the requests that are `answered`, the oldest first."""
        settled = [pending for pending in self._pending.values() if answered(pending)]
        for pending in settled:
            del self._pending[pending.seq]
        return settled

    def has(self, kinds: Container[int]) -> bool:
        """Whether one of these kinds is not settled yet."""
        return any(pending.message.kind in kinds for pending in self._pending.values())

    def take(self, kind: int, seq: int) -> None:
        """The device has answered this one, and with it all that ask for the same."""
        alike = [pending for pending in self._pending.values() if pending.message.kind == kind]
        if any(pending.seq == seq for pending in alike):
            for pending in alike:
                pending.is_taken = True

    def sent_once_at(self, seq: int) -> float | None:
        """When the request went out, if it went exactly once: only then does its answer measure a round trip (Karn)."""
        pending = self._pending.get(seq)
        return None if pending is None or pending.again else pending.first_s

    def _send(self, pending: PendingRequest, now_s: float) -> bytes:
        if pending.is_late(now_s):
            raise NoAnswer(f"the device has not answered for {PATIENCE_S:g} s")
        if pending.first_s is None:
            pending.first_s = now_s
        else:
            pending.again = True
            self._traffic.resent += 1
        pending.due_s = now_s + self._retry.timeout_s
        self._traffic.other_bytes += len(pending.frame)
        return pending.frame


@dataclass(slots=True)
class Sent:
    """A set-point frame on its way. `first_s` is None until it has gone out once."""

    seq: int
    frame: bytes
    rows: int
    first_s: float | None = None
    again: bool = False


class SendWindow:
    """The frames that are not acknowledged yet, oldest first."""

    def __init__(self, retry: RoundTripEstimator, traffic: Traffic) -> None:
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
        """When `output` will have something to send even if nothing else happens."""
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
        """When the frame went out, if it went exactly once: only then does its answer measure a round trip (Karn)."""
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
