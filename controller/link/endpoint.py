"""The host's end of the wire, without any I/O: messages in, bytes out; bytes in, messages out; time is an argument.

Requests go again until they are settled, set-points go back N, stop and emergency stop go again until the device has
answered them and its own status, sent after that, confirms them, and whatever is urgent leaves before whatever is not.
Heartbeats are sent when the session says so, never by the endpoint itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from legato.controller.errors import Misuse, ProtocolError
from legato.controller.link.deframer import Deframer, is_text
from legato.controller.link.device_clock import DeviceClock
from legato.controller.link.device_messages import (
    DescriptionPart,
    DeviceMessage,
    FaultMessage,
    Reply,
    Status,
    Welcome,
    parse,
)
from legato.controller.link.host_messages import FaultSeen, GetDescription, Heartbeat, Request, SetPoints
from legato.controller.link.retransmission import (
    URGENCY,
    PendingRequest,
    PendingRequests,
    RoundTripEstimator,
    SendWindow,
)
from legato.controller.link.traffic import Traffic
from legato.firmware import wire

_HEARTBEATS_KEPT: Final = 8

_FRESH_START: Final = b"\0"
"""Goes before what is urgent, so that the rest of a frame that was cut off cannot swallow it."""


class EndpointState(Enum):
    """How well the two ends know each other."""

    STRANGERS = auto()
    GREETED = auto()
    ARMED = auto()


_MOVES: Final[dict[tuple[EndpointState, int], EndpointState]] = {
    (EndpointState.STRANGERS, wire.HELLO): EndpointState.GREETED,
    (EndpointState.GREETED, wire.ARM): EndpointState.ARMED,
}
"""The state that a settled request leads to; all others change nothing."""

_BY_STRANGERS: Final = frozenset({wire.HELLO, wire.ESTOP})
_BY_ACQUAINTANCES: Final = _BY_STRANGERS | {
    wire.GET_DESCRIPTION,
    wire.ARM,
    wire.STOP,
    wire.CLEAR,
    wire.HEARTBEAT,
    wire.FAULT_SEEN,
}
_MAY_SEND: Final[dict[EndpointState, frozenset[int]]] = {
    EndpointState.STRANGERS: _BY_STRANGERS,
    EndpointState.GREETED: _BY_ACQUAINTANCES,
    EndpointState.ARMED: _BY_ACQUAINTANCES | {wire.SETPOINTS, wire.RUN, wire.TRIM, wire.PAUSE, wire.SEEK, wire.GAIN},
}

_CONFIRMED_BY: Final[dict[int, frozenset[int]]] = {
    wire.STOP: frozenset({wire.IDLE, wire.STOPPING, wire.FAULTED}),
    wire.ESTOP: frozenset({wire.FAULTED}),
}
"""The states of the device, by its own status, that settle what must never be taken on trust.

They count only once it has answered: a status that was under way before says nothing of a frame not yet received.
"""


@dataclass(frozen=True, slots=True)
class Received:
    """A message of the device, and the numbers of the requests that it settles.

    `is_foreign`: it belongs to another session than the armed one, so the device must have restarted.
    """

    message: DeviceMessage
    settles: Sequence[int] = ()
    is_foreign: bool = False


class Endpoint:
    """One connection to one device. Not for reuse: a new port gets a new endpoint."""

    def __init__(self, traffic: Traffic) -> None:
        self.state = EndpointState.STRANGERS
        self.session = 0
        self.boot_id = 0
        self.nonce = 0
        self.free_slots = 0
        self.lost = 0
        self.sound_frames = 0
        """Frames from the device that passed their check."""
        self.bad_there = 0
        """Of ours those that did not, by the device's own count since this connection began."""
        self.channels: int | None = None
        self.clock = DeviceClock()
        self.retry = RoundTripEstimator()
        self.traffic = traffic
        self._decoder = Deframer()
        self._window = SendWindow(self.retry, traffic)
        self._requests = PendingRequests(self.retry, traffic)
        self._ready: list[bytes] = []
        self._heartbeats: dict[int, float] = {}
        self._seq = 0
        self._status_seq: int | None = None
        self._is_at_rest = False
        self._bad_before: int | None = None

    @property
    def is_live(self) -> bool:
        """Whether a session of ours is open, by the device's own word: it then reports ten times a second."""
        return self.state is EndpointState.ARMED and not self._is_at_rest

    @property
    def bad_frames(self) -> int:
        """Frames from the device that did not pass their check."""
        return self._decoder.bad

    @property
    def is_noise(self) -> bool:
        """Whether something has arrived, and it was neither a frame nor text."""
        rest = self.unfinished
        return not self.sound_frames and (self.bad_frames > 0 or (bool(rest) and not is_text(rest)))

    @property
    def text(self) -> bytes:
        """What the device printed between its frames in the data received last."""
        return self._decoder.text

    @property
    def unfinished(self) -> bytes:
        """The tail of what has arrived, where it is not a whole frame yet."""
        return self._decoder.rest

    @property
    def may_feed(self) -> bool:
        """Whether the window takes another set-point frame."""
        return self.state is EndpointState.ARMED and self._window.is_open

    @property
    def all_confirmed(self) -> bool:
        """Whether the device has confirmed every set-point sent so far."""
        return self._window.is_empty

    @property
    def room(self) -> int:
        """Set-points that the device has room for, those on their way already counted."""
        return self.free_slots - self._window.rows_in_flight

    @property
    def owes_stop(self) -> bool:
        """Whether the device has yet to confirm a stop that has gone out, or is about to."""
        return self._requests.has(_CONFIRMED_BY)

    @property
    def next_due_s(self) -> float | None:
        """When `output` will have something to send even if nothing else happens; None: never."""
        return min(
            [due for due in (self._requests.next_due_s, self._window.next_due_s) if due is not None], default=None
        )

    def open_session(self, session: int) -> None:
        """Everything from now on belongs to `session` (1..65535), which the ARM that follows opens.

        Set-points count from 0.
        """
        self.session = session
        self.state = EndpointState.GREETED
        self._is_at_rest = False
        # A soft stop of the session before has nothing left to stop; its device would refuse it for ever.
        self._requests.settle(lambda p: p.message.kind == wire.STOP)
        self.restart_stream(0)

    def restart_stream(self, next_seq: int) -> None:
        """Forgets the set-points in flight; the stream goes on at `next_seq`, the number the device expects."""
        self._window.restart(next_seq)

    def request(self, message: Request, now_s: float) -> int:
        """Queues `message`, to be sent until it is settled.

        Returns its number, see `Received.settles`. Raises Misuse out of turn.
        """
        seq, frame = self._number(message)
        self._requests.add(seq, message, frame, now_s)
        return seq

    def urgent(self, message: Request) -> tuple[int, bytes]:
        """The number of `message`, and the bytes that are to go on the line at once, before anything is kept of it.

        It is `sent` then. Raises Misuse out of turn.
        """
        return self._number(message)

    def sent(self, seq: int, message: Request, frame: bytes, now_s: float) -> None:
        """The bytes of an urgent `message` have just gone out: they go again until it is settled."""
        self._requests.add_sent(seq, message, frame, now_s)

    def feed(self, message: SetPoints, now_s: float) -> None:
        """Queues a set-point frame; raises Misuse where `may_feed` is false."""
        self._check_turn(message.kind)
        if not self._window.is_open:
            raise Misuse("the set-point window is full: wait for the device to confirm")
        frame = wire.encode(message.kind, self._window.next_seq, self.session, message.pack())
        self._window.push(frame, len(message.rows), now_s)

    def heartbeat(self, now_s: float) -> None:
        """Queues one heartbeat; its answer is a sample of the device's clock."""
        seq, frame = self._number(Heartbeat())
        self._heartbeats[seq] = now_s
        if len(self._heartbeats) > _HEARTBEATS_KEPT:
            del self._heartbeats[next(iter(self._heartbeats))]
        self.traffic.heartbeat_bytes += len(frame)
        self._ready.append(frame)

    def output(self, now_s: float, *, urgent_only: bool = False) -> bytes:
        """The bytes to put on the line now, the urgent first.

        Raises NoAnswer where the device has been silent for too long.
        """
        frames = self._requests.output(now_s, urgent_only=urgent_only)
        if urgent_only:
            return b"".join(frames)
        frames += self._ready
        self._ready.clear()
        frames += self._window.output(now_s)
        return b"".join(frames)

    def receive(self, data: bytes, now_s: float) -> list[Received]:
        """The messages that `data` completes. Raises ProtocolError where a sound frame breaks the rules of the wire."""
        self.traffic.received_bytes += len(data)
        return [self._read(frame, now_s) for frame in self._decoder.feed(data)]

    def _read(self, frame: tuple[int, int, int, bytes], now_s: float) -> Received:
        kind, seq, session, payload = frame
        self.sound_frames += 1
        try:
            message = parse(kind, payload)
            self._check_channels(message)
        except ValueError as bad:
            raise ProtocolError(str(bad), self.state.name.lower(), wire.encode(*frame)) from bad
        settles = self._apply(message, seq, session, now_s)
        return Received(message, settles, self.state is EndpointState.ARMED and session != self.session)

    def _apply(self, message: DeviceMessage, seq: int, session: int, now_s: float) -> Sequence[int]:
        """Brings the endpoint's own state up to date; returns the numbers of the requests that `message` settles."""
        match message:
            case Status():
                self.nonce = message.nonce
                self._count_gap(seq)
                self._bad_before = message.bad_frames if self._bad_before is None else self._bad_before
                self.bad_there = max(0, message.bad_frames - self._bad_before)
                self._note_stream(message.expected, message.free, session, now_s)
                self._is_at_rest = message.state == wire.IDLE and session == self.session
                return self._settle(lambda p: p.is_taken and message.state in _CONFIRMED_BY.get(p.message.kind, ()))
            case Reply():
                return self._apply_reply(message, session, now_s)
            case Welcome():
                self._greet(message, session)
                return self._settle(lambda p: p.message.kind == wire.HELLO)
            case DescriptionPart():
                return self._settle(lambda p: p.message == GetDescription(message.offset))
            case FaultMessage():
                if self.state is not EndpointState.STRANGERS:
                    self._acknowledge(message)
                return ()

    def _check_channels(self, message: DeviceMessage) -> None:
        """Raises ValueError where a status has not the channels that the device has announced."""
        if isinstance(message, Status) and self.channels not in (None, len(message.measured)):
            raise ValueError(f"a status of {len(message.measured)} channels, from a device with {self.channels}")

    def _greet(self, welcome: Welcome, session: int) -> None:
        """Takes over what an ARM needs, and the session that the device is still in: it may have to be stopped."""
        self.boot_id, self.nonce, self.channels = welcome.boot_id, welcome.nonce, welcome.channels
        if self.state is EndpointState.STRANGERS:
            self.session = session

    def _apply_reply(self, reply: Reply, session: int, now_s: float) -> Sequence[int]:
        sent_s = self._sent_once_at(reply)
        if sent_s is not None:
            self.retry.sample(now_s - sent_s)
            self.clock.sample(sent_s, now_s, reply.device_ms)
        self._note_stream(reply.expected, reply.free, session, now_s)
        if reply.kind == wire.SETPOINTS and reply.code == wire.OUT_OF_ORDER and session == self.session:
            self._window.missed()
        if reply.kind in _CONFIRMED_BY:
            self._requests.take(reply.kind, reply.seq)
            return ()
        return self._settle(lambda p: (p.message.kind, p.seq) == (reply.kind, reply.seq), reply.code)

    def _sent_once_at(self, reply: Reply) -> float | None:
        """When the frame that `reply` answers went out, if that is beyond doubt."""
        if reply.kind == wire.HEARTBEAT:
            return self._heartbeats.pop(reply.seq, None)
        if reply.kind == wire.SETPOINTS:
            return self._window.sent_once_at(reply.seq)
        return self._requests.sent_once_at(reply.seq)

    def _note_stream(self, expected: int, free: int, session: int, now_s: float) -> None:
        if session == self.session:
            self.free_slots = free
            self._window.acknowledge(expected, now_s)

    def _count_gap(self, seq: int) -> None:
        if self._status_seq is not None:
            self.lost += (seq - self._status_seq - 1) & 0xFF
        self._status_seq = seq

    def _acknowledge(self, fault: FaultMessage) -> None:
        _, frame = self._number(FaultSeen(fault.number))
        self.traffic.other_bytes += len(frame)
        self._ready.append(frame)

    def _settle(self, answers: Callable[[PendingRequest], bool], code: int = wire.OK) -> Sequence[int]:
        """Two stops are settled as one: a second, sent again after the first is confirmed, would undo a clearing."""
        settled = self._requests.settle(answers)
        if code == wire.OK:
            for pending in settled:
                self.state = _MOVES.get((self.state, pending.message.kind), self.state)
        return [pending.seq for pending in settled]

    def _number(self, message: Request | Heartbeat | FaultSeen) -> tuple[int, bytes]:
        self._check_turn(message.kind)
        self._seq = (self._seq + 1) & 0xFF
        head = _FRESH_START if message.kind in URGENCY else b""
        return self._seq, head + wire.encode(message.kind, self._seq, self.session, message.pack())

    def _check_turn(self, kind: int) -> None:
        if kind not in _MAY_SEND[self.state]:
            raise Misuse(f"message 0x{kind:02x} makes no sense while {self.state.name.lower()}")
