"""The host's link: bytes, sound frames, time and requests in any order, as a broken or spiteful device has it."""

from legato.controller.errors import Misuse, PortLost, WrongProtocol
from legato.controller.link.endpoint import Endpoint
from legato.controller.link.host_messages import (
    Arm,
    Clear,
    EStop,
    GetDescription,
    Hello,
    Pause,
    Request,
    Run,
    Seek,
    SetPoints,
    Stop,
)
from legato.controller.link.retransmission import SIZE
from legato.controller.link.traffic import Traffic
from legato.firmware import wire
from legato.profiles.schedule import SetPoint
from tests.fuzz.tape import Tape

REQUESTS: tuple[Request, ...] = (
    *(Hello(), Arm(99, 7), Run(1, 0), Pause(2), Seek(3, 0), Stop(4), EStop(), Clear(5), GetDescription(0)),
)


def check(data: bytes) -> None:
    """Raises unless the link goes on, or ends with one of its own errors, and keeps its bounds all the while."""
    tape, host = Tape(data), Host()
    try:
        while not tape.is_over:
            host.act(tape)
            host.check_bounds()
    except (PortLost, WrongProtocol):
        return


class Host:
    """A link with a clock, and a line on which everything it sends is looked at."""

    def __init__(self) -> None:
        self.link = Endpoint(Traffic())
        self.now_s = 1.0
        self._fed = 0
        self._deeds = (self._hear_bytes, self._hear_frame, self._hear_answer, self._wait, self._ask, self._feed)

    def act(self, tape: Tape) -> None:
        """One thing happens; what it makes no sense to ask for now is refused."""
        deed = self._deeds[tape.number() % len(self._deeds)]
        try:
            deed(tape)
        except Misuse:
            return
        finally:
            self._send()

    def check_bounds(self) -> None:
        link = self.link
        assert len(link._decoder._held) < 2 * wire.MAX_FRAME
        assert len(link._window._frames) <= SIZE
        assert len(link._requests._pending) <= 256
        assert len(link._heartbeats) <= 8
        assert not link._ready

    def _send(self) -> None:
        """Whatever goes out is made of sound frames."""
        line = wire.Decoder()
        line.feed(self.link.output(self.now_s))
        assert (line.bad, line._held) == (0, b"")

    def _hear_bytes(self, tape: Tape) -> None:
        self.link.receive(tape.block(), self.now_s)

    def _hear_frame(self, tape: Tape) -> None:
        """A sound frame with any head and payload."""
        kind, seq, session = tape.number(), tape.number(), tape.number(2)
        payload = tape.block()[: wire.MAX_PAYLOAD]
        self.link.receive(wire.encode(kind, seq, session or self.link.session, payload), self.now_s)

    def _hear_answer(self, tape: Tape) -> None:
        """An answer as a device of ours would give it, to any request."""
        kind, seq, session = tape.number() % wire.FAULT_SEEN, tape.number(), self.link.session
        payload = bytes((kind + 1, seq)) + tape.take(9).ljust(9, b"\0")
        self.link.receive(wire.encode(wire.REPLY, seq, session, payload), self.now_s)

    def _wait(self, tape: Tape) -> None:
        self.now_s += tape.number() / 100
        self.link.heartbeat(self.now_s)

    def _ask(self, tape: Tape) -> None:
        request = REQUESTS[tape.number() % len(REQUESTS)]
        if isinstance(request, Arm):
            self.link.open_session(42)
        self.link.request(request, self.now_s)

    def _feed(self, tape: Tape) -> None:
        when_ms = self._fed * 10
        row = SetPoint(when_ms, tape.number() & 0x7F, tape.number() / 2, 10)
        self.link.feed(SetPoints(when_ms, when_ms + 10, (row,)), self.now_s)
        self._fed += 1
