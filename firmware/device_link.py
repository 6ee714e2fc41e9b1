"""The device's end of the link: bytes in, frames out; messages in, bytes out. Knows layouts, decides nothing."""

import struct

from . import wire
from .config import Config
from .fault_latch import Latch
from .frame import Frame
from .session import Session

MAX_WAITING = 2048
"""Bytes that may wait to be sent; what does not fit is dropped, since nobody reads."""

DESCRIPTION_PART = 128

_READINGS = Frame.PAYLOAD + struct.calcsize(wire.STATUS_HEAD)


class Link:
    """Frames to the host carry the present session id; a reply, welcome or description repeats the `seq` it answers.

    What a tick tells (`status`, `fault`) is made in place; what answers a request takes memory as it comes.
    """

    def __init__(self, config: Config) -> None:
        self.decoder = wire.Decoder()
        self.readings = [0] * len(config.channels)
        self._config = config
        self._waiting = bytearray()
        self._status_seq = 0
        self._status = Frame(wire.STATUS, struct.calcsize(wire.STATUS_HEAD) + 3 * len(config.channels))
        self._fault = Frame(wire.FAULT, struct.calcsize(wire.FAULT_FORMAT))

    def take(self) -> bytes:
        """The bytes to send now: answers, then what the tick after them has told."""
        if not (self._waiting or self._fault.is_waiting or self._status.is_waiting):
            return b""
        data = bytes(self._waiting) + self._fault.take() + self._status.take()
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
        struct.pack_into(
            wire.FAULT_FORMAT,
            self._fault.body,
            Frame.PAYLOAD,
            latch.number,
            latch.code,
            latch.channel,
            latch.a,
            latch.b,
            latch.device_ms,
            latch.session_ms,
        )
        self._fault.address(latch.number, session.anchor.session)

    def status(self, session: Session, latch: Latch, commanded: list[int], late_ms: int, now_ms: int) -> None:
        """How things stand, with `commanded` in half-units and `readings` in tenths."""
        anchor = session.anchor
        struct.pack_into(
            wire.STATUS_HEAD,
            self._status.body,
            Frame.PAYLOAD,
            now_ms,
            session.session_ms(now_ms),
            session.state,
            session.ended,
            anchor.epoch,
            anchor.percent,
            latch.number if latch.code else 0,
            latch.code,
            session.nonce,
            session.stream.expected,
            session.stream.ring.free,
            max(-0x8000, min(0x7FFF, session.slack_ms(now_ms) // 10)),
            min(self.decoder.bad, 0xFFFF),
            min(late_ms, 0xFFFF),
        )
        self._put_channels(commanded)
        self._status.address(self._status_seq, anchor.session)
        self._status_seq = (self._status_seq + 1) & 0xFF

    def _put_channels(self, commanded: list[int]) -> None:
        body = self._status.body
        at = _READINGS
        for reading in self.readings:
            body[at] = reading & 0xFF
            body[at + 1] = reading >> 8 & 0xFF
            at += 2
        for value in commanded:
            body[at] = value
            at += 1

    def _send(self, kind: int, seq: int, session: int, payload: bytes) -> None:
        if len(self._waiting) + wire.MAX_FRAME <= MAX_WAITING:
            self._waiting += wire.encode(kind, seq, session, payload)
