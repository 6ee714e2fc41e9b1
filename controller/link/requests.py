"""Requests that wait for their answer, and go again until they have it; the urgent ones first."""

from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Final

from legato.controller.errors import NoAnswer
from legato.controller.link.host_messages import Request
from legato.controller.link.retransmission import PATIENCE_S, Retry
from legato.controller.link.traffic import Traffic
from legato.firmware import wire

_URGENCY: Final = {wire.ESTOP: 0, wire.STOP: 1, wire.PAUSE: 2}
_ORDINARY: Final = len(_URGENCY)

_FRESH_START: Final = b"\0"
"""Goes before what is urgent, so that the rest of a frame that was cut off cannot swallow it."""


@dataclass(slots=True)
class Pending:
    """A request that is not settled. `first_s` is None until it has gone out once."""

    seq: int
    message: Request
    frame: bytes
    due_s: float
    first_s: float | None = None
    again: bool = False
    is_taken: bool = False
    """Whether the device has answered it: what it tells from then on, it tells after it."""

    @property
    def urgency(self) -> int:
        """0 goes first."""
        return _URGENCY.get(self.message.kind, _ORDINARY)

    def is_late(self, now_s: float) -> bool:
        """Whether it has gone again for so long that nobody seems to hear it."""
        return self.first_s is not None and now_s - self.first_s > PATIENCE_S


class Requests:
    """All requests that are not settled, by number."""

    def __init__(self, retry: Retry, traffic: Traffic) -> None:
        self._retry = retry
        self._traffic = traffic
        self._pending: dict[int, Pending] = {}

    @property
    def next_due_s(self) -> float | None:
        """When `output` has something to say even if nothing else happens."""
        return min([p.due_s for p in self._pending.values()], default=None)

    def add(self, seq: int, message: Request, frame: bytes, now_s: float) -> None:
        """`frame`, which carries `message` under number `seq`, goes at the next `output`."""
        if message.kind in _URGENCY:
            frame = _FRESH_START + frame
        self._pending[seq] = Pending(seq, message, frame, now_s)

    def output(self, now_s: float, *, urgent_only: bool) -> list[bytes]:
        """The frames that are due, the urgent first.

        Raises NoAnswer where one has waited too long, but not before a new one that is urgent has gone.
        """
        if not self._pending:
            return []
        last = _ORDINARY - 1 if urgent_only else _ORDINARY
        due = sorted(
            (p for p in self._pending.values() if p.due_s <= now_s and p.urgency <= last), key=lambda p: p.urgency
        )
        if any(p.first_s is None and p.urgency < _ORDINARY for p in due):
            due = [p for p in due if not p.is_late(now_s)]
        return [self._sent(p, now_s) for p in due]

    def settle(self, answered: Callable[[Pending], bool]) -> list[Pending]:
        """Takes out the requests that are `answered`, the oldest first."""
        settled = [pending for pending in self._pending.values() if answered(pending)]
        for pending in settled:
            del self._pending[pending.seq]
        return settled

    def has(self, kinds: Container[int]) -> bool:
        """Whether one of these kinds is not settled yet."""
        return any(pending.message.kind in kinds for pending in self._pending.values())

    def take(self, kind: int, seq: int) -> None:
        """The device has answered this one; who asks twice for the same means one thing."""
        alike = [pending for pending in self._pending.values() if pending.message.kind == kind]
        if any(pending.seq == seq for pending in alike):
            for pending in alike:
                pending.is_taken = True

    def sent_once_at(self, seq: int) -> float | None:
        """When the request went out, if it went exactly once: only then does its answer tell a round trip (Karn)."""
        pending = self._pending.get(seq)
        return None if pending is None or pending.again else pending.first_s

    def _sent(self, pending: Pending, now_s: float) -> bytes:
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
