"""The firmware: bytes and frames between its ticks, from a host that errs, lies, or does everything right."""

import struct

from legato.firmware import wire
from legato.firmware.device_link import MAX_WAITING
from tests.firmware.conftest import BOOT_ID, SESSION, Rig, make_config
from tests.fuzz.tape import Tape

MOST_TICKS = 3000
"""Of one script: half a minute of device time takes a tenth of a second."""

AT_REST = (wire.IDLE, wire.FAULTED)
HARD_MMHG = 110


def check(data: bytes) -> None:
    """Raises where the firmware does, where it grows, or where it moves without having been armed."""
    tape, host = Tape(data), Host()
    while not tape.is_over and host.ticks < MOST_TICKS:
        host.act(tape)
        host.check()


class Host:
    """A device on the bench, and what it must hold on to whatever it hears."""

    def __init__(self) -> None:
        config = make_config()
        self.rig = Rig(config)
        self.caps = [channel.cap for channel in config.channels]
        self.is_armed = False
        self.ticks = 0
        self._deeds = (self._bytes, self._junk, self._frame, self._wait, self._arm, self._row, self._ask)

    def act(self, tape: Tape) -> None:
        """One thing happens."""
        self._deeds[tape.number() % len(self._deeds)](tape)

    def check(self) -> None:
        """Nothing grows, nothing is commanded above its cap, and what was not armed is at rest."""
        core, board = self.rig.core, self.rig.board
        assert len(core._link.decoder._held) < wire.MAX_FRAME
        assert len(core._link._waiting) <= MAX_WAITING
        assert 0 <= core._session.stream.queue.free <= 16
        assert all(value <= cap for value, cap in zip(core.commanded(), self.caps, strict=True))
        assert max(board.tenths) <= 10 * (HARD_MMHG + 11)
        if core.state in AT_REST:
            self.is_armed = False
            assert (board.pumps, board.enabled, any(board.driven.values())) == (0, 0, False)
        assert self.is_armed or core.state in AT_REST

    def _bytes(self, tape: Tape) -> None:
        self.rig.send_raw(tape.block())

    def _junk(self, tape: Tape) -> None:
        """A line that is no sound frame counts as one, and changes nothing else."""
        line = tape.block().replace(b"\0", b"\1")
        decoder = self.rig.core._link.decoder
        self.rig.send_raw(b"\0")
        bad, state = decoder.bad, self.rig.core.state
        if line and (wire.decode(line) is None or len(line) >= wire.MAX_FRAME):
            assert self.rig.send_raw(line + b"\0") is None
            assert (decoder.bad, self.rig.core.state) == (bad + 1, state)

    def _frame(self, tape: Tape) -> None:
        """A sound frame with any head and payload; of this session, if it names none."""
        kind, seq, session = tape.number(), tape.number(), tape.number(2)
        payload = tape.block()[: wire.MAX_PAYLOAD]
        code = self.rig.send(kind, payload, session=session or None, seq=seq)
        if kind == wire.ARM and code == wire.OK:
            self.is_armed = True

    def _wait(self, tape: Tape) -> None:
        ticks = tape.number()
        self.ticks += ticks
        self.rig.is_beating = ticks % 2 == 0
        self.rig.step(ticks / 100, self.check)

    def _arm(self, tape: Tape) -> None:
        session = SESSION + tape.number()
        self.rig.send_raw(b"\0")
        self.rig.send(wire.HELLO, b"\x01\x01")
        payload = struct.pack(wire.ARM_FORMAT, BOOT_ID, self.rig.nonce)
        if self.rig.send(wire.ARM, payload, session=session) == wire.OK:
            self.is_armed = True
            self.rig.session = session
            self.rig._rows_seq = self.rig._epoch = 0

    def _row(self, tape: Tape) -> None:
        """A set-point in the order of the stream, for any channel and target."""
        session_ms, ahead_s = self.rig.core._session.stream.watermark_ms, tape.number() / 50
        row = (session_ms / 1000, tape.number() % 7, tape.number() / 2, tape.number() / 100)
        self.rig.feed(row, until_s=session_ms / 1000 + ahead_s, base_s=session_ms / 1000, end=ahead_s == 0)

    def _ask(self, tape: Tape) -> None:
        """Each of the orders, with the next epoch."""
        order, value = tape.number() % 6, tape.number()
        at_ms = self.rig.core.session_ms(self.rig.now_ms)
        match order:
            case 0:
                self.rig.run(at_ms)
            case 1:
                self.rig.pause(at_ms + 100 * value if value else wire.NOW)
            case 2:
                self.rig.seek(100 * value)
            case 3:
                self.rig.gain(value)
            case 4:
                self.rig.stop()
            case _:
                self.rig.clear(value)
