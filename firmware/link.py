"""The device's end of the link: bytes in, frames out; messages in, bytes out. Knows layouts, decides nothing."""

import struct

from firmware import wire
from firmware.config import Config
from firmware.fault import Latch
from firmware.session import Session

MAX_WAITING = 2048
"""Bytes that may wait to be sent; what does not fit is dropped, since nobody reads."""

DESCRIPTION_PART = 128

_STATUS_SIZE = struct.calcsize(wire.STATUS_HEAD)


class Link:
    """Frames to the host carry the present session id; a reply, welcome or description repeats the `seq` it answers."""

    def __init__(self, config: Config) -> None:
        self.decoder = wire.Decoder()
        self.readings = [0] * len(config.channels)
        self._config = config
        self._waiting = bytearray()
        self._status_seq = 0
        self._status = bytearray(_STATUS_SIZE + 3 * len(config.channels))

    def take(self) -> bytes:
        """The bytes to send now."""
        if not self._waiting:
            return b""
        data = bytes(self._waiting)
        self._waiting = bytearray()
        return data

    def welcome(self, seq: int, session: Session) -> None:
        """The answer to HELLO: who this is."""
        c = self._config
        major, minor, patch = c.version
        self._send(
            wire.WELCOME,
            seq,
            session.anchor.session,
            struct.pack(
                wire.WELCOME_FORMAT,
                *(wire.PROTOCOL, 10, c.queue_slots, session.boot_id, session.nonce),
                *(len(c.description), len(c.channels), session.state),
                *(major, minor, patch, c.desc_hash, c.device_id),
            ),
        )

    def description(self, seq: int, session: Session, offset: int) -> None:
        """The part of the description that starts at `offset`; empty from its end on."""
        part = self._config.description[offset : offset + DESCRIPTION_PART]
        self._send(wire.DESCRIPTION, seq, session.anchor.session, struct.pack(wire.DESCRIPTION_HEAD, offset) + part)

    def reply(self, kind: int, seq: int, code: int, session: Session, now_ms: int) -> None:
        """The answer to every other request, and a sample of the device clock."""
        stream = session.stream
        self._send(
            wire.REPLY,
            seq,
            session.anchor.session,
            struct.pack(wire.REPLY_FORMAT, kind, seq, code, stream.expected, stream.ring.free, now_ms),
        )

    def fault(self, latch: Latch, session: Session) -> None:
        """Tell of the latched fault."""
        self._send(
            wire.FAULT,
            latch.number,
            session.anchor.session,
            struct.pack(
                wire.FAULT_FORMAT,
                *(latch.number, latch.code, latch.channel, latch.a, latch.b, latch.device_ms, latch.session_ms),
            ),
        )

    def status(self, session: Session, latch: Latch, commanded: list[int], late_ms: int, now_ms: int) -> None:
        """How things stand, with `commanded` in half-units and `readings` in tenths."""
        anchor = session.anchor
        slack = max(-0x8000, min(0x7FFF, session.slack_ms(now_ms) // 10))
        status = self._status
        struct.pack_into(
            wire.STATUS_HEAD,
            status,
            0,
            *(now_ms, session.session_ms(now_ms), session.state, session.ended, anchor.epoch, anchor.percent),
            *(latch.number if latch.code else 0, latch.code, session.nonce, session.stream.expected),
            *(session.stream.ring.free, slack, min(self.decoder.bad, 0xFFFF), min(late_ms, 0xFFFF)),
        )
        at = _STATUS_SIZE
        for reading in self.readings:
            status[at] = reading & 0xFF
            status[at + 1] = reading >> 8 & 0xFF
            at += 2
        for value in commanded:
            status[at] = value
            at += 1
        self._send(wire.STATUS, self._status_seq, anchor.session, bytes(status))
        self._status_seq = (self._status_seq + 1) & 0xFF

    def _send(self, kind: int, seq: int, session: int, payload: bytes) -> None:
        if len(self._waiting) + wire.MAX_FRAME <= MAX_WAITING:
            self._waiting += wire.encode(kind, seq, session, payload)
