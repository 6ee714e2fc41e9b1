"""The control core: frames in, a control loop of 10 ms, frames out. Everything else in this folder is a part of it.

A board makes one `Core`, hands it the bytes that arrive (`receive`), calls `tick` every 10 ms and sends what
`take_output` gives. Times are device ms, masked to 30 bits.
"""

from . import wire
from .board import Io
from .config import Config
from .device_link import DeviceLink
from .fault_latch import FaultLatch
from .hardware import Hardware
from .request_handler import RequestHandler
from .session import DeviceSession
from .ticks import TICK_MS, ticks_add, ticks_diff

STATUS_MS = 100
IDLE_STATUS_MS = 1000

MOST_TICKS = 100
"""A loop that stood still for longer counts as having missed this many."""


class Core:
    """The device. `boot_id` is new at every power-on (u32)."""

    def __init__(self, config: Config, io: Io, boot_id: int) -> None:
        self._session = DeviceSession(config.channels, config.queue_slots, config.session_ms, boot_id)
        self._link = DeviceLink(config)
        self._hardware = Hardware(config, self._session.stream.ramps, io, self._link.readings)
        self._latch = FaultLatch()
        self._requests = RequestHandler(self._session, self._hardware, self._latch, self._link)
        # No state yet, so that the first tick sends one, wherever the clock starts.
        self._sent_state = -1
        self._sent_ms = 0
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
        return self._session.clock.session

    @property
    def readings(self) -> list[int]:
        """The latest readings, in tenths, by channel."""
        return self._link.readings

    def session_ms(self, now_ms: int) -> int:
        """Session time at device time `now_ms`."""
        return self._session.session_ms(now_ms)

    def commanded(self) -> list[int]:
        """What is commanded on every channel now, gain and release included, in half-units; the list is reused."""
        return self._hardware.commanded()

    def take_output(self) -> bytes:
        """The bytes to send to the host now."""
        return self._link.take()

    def receive(self, data: bytes, now_ms: int) -> None:
        """Act on bytes from the host. An emergency stop acts here, not at the next tick."""
        for kind, seq, session, payload in self._link.decoder.feed(data):
            if kind == wire.ESTOP:
                self._fail(wire.FAULT_ESTOP, wire.NO_CHANNEL, 0, 0, now_ms)
                self._link.send_reply(kind, seq, wire.OK, self._session, now_ms)
            else:
                self._requests.handle(kind, seq, session, payload, now_ms)

    def tick(self, now_ms: int) -> None:
        """One control tick."""
        ticks = self._passed(now_ms)
        if self._latch.code:
            self._hardware.relieve(ticks)
        elif self._hardware.sense(ticks):
            self._fail_as_hardware(now_ms)
        elif self._session.is_live:
            self._play(now_ms, ticks)
        self._send_reports(now_ms)

    def _passed(self, now_ms: int) -> int:
        """Ticks since the last call, at most 1 s of them: time limits count right even where the loop is slow."""
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
            self._hardware.shut()
            return
        at_ms = session.session_ms(now_ms)
        session.execute(at_ms)
        if session.state == wire.PAUSED:
            self._hardware.loosen()
        level, heats = session.level(), session.heats(now_ms)
        if self._hardware.control(at_ms, level, session.motor_level(), session.rises, heats, ticks):
            self._fail_as_hardware(now_ms)
        elif session.state == wire.REFILL and (session.is_filled or self._hardware.air.is_filled()):
            session.start(now_ms)

    def _fail_as_hardware(self, now_ms: int) -> None:
        hardware = self._hardware
        self._fail(hardware.code, hardware.channel, hardware.a, hardware.b, now_ms)

    def _fail(self, code: int, channel: int, a: int, b: int, now_ms: int) -> None:
        """Outputs to the safe state first, then latch. A later fault changes nothing: the first cause stays."""
        if not self._latch.code:
            self._hardware.shut()
            self._latch.set(code, channel, a, b, now_ms, self._session.session_ms(now_ms))
            self._session.fail(now_ms)

    def _send_reports(self, now_ms: int) -> None:
        """Faults until they are seen; the status at its interval, and at once when the state changes."""
        session = self._session
        if self._latch.is_due(now_ms):
            self._link.send_fault(self._latch, session)
        beat_ms = STATUS_MS if session.state != wire.IDLE else IDLE_STATUS_MS
        if session.state != self._sent_state or ticks_diff(now_ms, self._sent_ms) >= beat_ms:
            self._sent_state = session.state
            self._sent_ms = now_ms
            self._link.send_status(session, self._latch, self._hardware.commanded(), session.late_ms, now_ms)
