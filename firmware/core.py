"""The control core: frames in, a control loop of 10 ms, frames out. Everything else in this folder is a part of it.

A board makes one `Core`, hands it the bytes that arrive (`receive`), calls `tick` every 10 ms and sends what
`take_output` gives. Times are device ms, masked to 30 bits.
"""

from . import wire
from .board import Io
from .config import Config
from .device_link import Link
from .fault_latch import Latch
from .hardware import Machine
from .request_handler import Desk
from .session import Session
from .ticks import TICK_MS, ticks_add, ticks_diff

STATUS_MS = 100
IDLE_STATUS_MS = 1000

MOST_TICKS = 100
"""What a loop that stood still for longer is said to have missed."""


class Core:
    """The device. `boot_id` is new at every power-on (u32)."""

    def __init__(self, config: Config, io: Io, boot_id: int) -> None:
        self._session = Session(config.channels, config.queue_slots, config.session_ms, boot_id)
        self._link = Link(config)
        self._machine = Machine(config, self._session.stream.curves, io, self._link.readings)
        self._latch = Latch()
        self._desk = Desk(self._session, self._machine, self._latch, self._link)
        # No state yet, so that the first tick tells one, wherever the clock starts.
        self._told_state = -1
        self._told_ms = 0
        self._ticked_ms = 0

    @property
    def state(self) -> int:
        """wire.IDLE .. wire.FAULTED."""
        return self._session.state

    @property
    def fault_code(self) -> int:
        """The latched fault, or 0."""
        return self._latch.code

    @property
    def session(self) -> int:
        """The number of the present session or, in IDLE, of the last one; 0 before the first."""
        return self._session.anchor.session

    @property
    def readings(self) -> list[int]:
        """The latest readings, in tenths, by channel."""
        return self._link.readings

    def session_ms(self, now_ms: int) -> int:
        """Session time at device time `now_ms`."""
        return self._session.session_ms(now_ms)

    def commanded(self) -> list[int]:
        """What is commanded on every channel now, gain and release included, in half-units; the list is reused."""
        return self._machine.commanded()

    def take_output(self) -> bytes:
        """The bytes to send to the host now."""
        return self._link.take()

    def receive(self, data: bytes, now_ms: int) -> None:
        """Act on bytes from the host. An emergency stop acts here, not at the next tick."""
        for kind, seq, session, payload in self._link.decoder.feed(data):
            if kind == wire.ESTOP:
                self._fail(wire.FAULT_ESTOP, wire.NO_CHANNEL, 0, 0, now_ms)
                self._link.reply(kind, seq, wire.OK, self._session, now_ms)
            else:
                self._desk.take(kind, seq, session, payload, now_ms)

    def tick(self, now_ms: int) -> None:
        """One control tick."""
        ticks = self._passed(now_ms)
        if self._latch.code:
            self._machine.relieve(ticks)
        elif self._machine.sense(ticks):
            self._fail_as_machine(now_ms)
        elif self._session.is_live:
            self._play(now_ms, ticks)
        self._tell(now_ms)

    def _passed(self, now_ms: int) -> int:
        """Ticks since the last call, at most 1 s of them: where the loop is slow, limits of time still count right."""
        ticks = ticks_diff(now_ms, self._ticked_ms) // TICK_MS
        if 0 <= ticks <= MOST_TICKS:
            self._ticked_ms = ticks_add(self._ticked_ms, ticks * TICK_MS)
            return ticks
        self._ticked_ms = now_ms
        return MOST_TICKS if ticks > 0 else 1

    def _play(self, now_ms: int, ticks: int) -> None:
        session = self._session
        code = session.advance(now_ms, ticks)
        if code:
            session.note_evidence(code, now_ms)
            self._fail(code, wire.NO_CHANNEL, session.a, session.b, now_ms)
            return
        if not session.is_live:
            self._machine.shut()
            return
        at_ms = session.session_ms(now_ms)
        session.execute(at_ms)
        if session.state == wire.PAUSED:
            self._machine.loosen()
        level, heats = session.level(), session.heats(now_ms)
        if self._machine.control(at_ms, level, session.motor_level(), session.rises, heats, ticks):
            self._fail_as_machine(now_ms)
        elif session.state == wire.REFILL and (session.is_filled or self._machine.air.is_filled()):
            session.start(now_ms)

    def _fail_as_machine(self, now_ms: int) -> None:
        machine = self._machine
        self._fail(machine.code, machine.channel, machine.a, machine.b, now_ms)

    def _fail(self, code: int, channel: int, a: int, b: int, now_ms: int) -> None:
        """Outputs to the safe state first, then latch. A later fault changes nothing: the first cause stays."""
        if not self._latch.code:
            self._machine.shut()
            self._latch.set(code, channel, a, b, now_ms, self._session.session_ms(now_ms))
            self._session.fail(now_ms)

    def _tell(self, now_ms: int) -> None:
        """Faults until they are seen; the status on its beat, and at once when the state changes."""
        session = self._session
        if self._latch.is_due(now_ms):
            self._link.fault(self._latch, session)
        beat_ms = STATUS_MS if session.state != wire.IDLE else IDLE_STATUS_MS
        if session.state != self._told_state or ticks_diff(now_ms, self._told_ms) >= beat_ms:
            self._told_state = session.state
            self._told_ms = now_ms
            self._link.status(session, self._latch, self._machine.commanded(), session.late_ms, now_ms)
