"""The device's end of the link: bytes in, frames out; messages in, bytes out. Knows layouts, decides nothing."""

import struct

from . import wire
from .config import Config
from .fault_latch import FaultLatch
from .frame import FixedFrame
from .session import DeviceSession

MAX_WAITING = 2048
"""Bytes that may wait to be sent; what does not fit is dropped, since nobody reads."""

DESCRIPTION_PART = 128

_READINGS = FixedFrame.PAYLOAD + struct.calcsize(wire.STATUS_HEAD)


class DeviceLink:
    """Frames to the host carry the present session id; a reply, welcome or description repeats the `seq` it answers.

    What a tick sends (`send_status`, `send_fault`) is made in place; what answers a request takes memory as it comes.
    """

    def __init__(self, config: Config) -> None:
        self.decoder = wire.Decoder()
        self.readings = [0] * len(config.channels)
        self._config = config
        self._waiting = bytearray()
        self._status_seq = 0
        self._status = FixedFrame(wire.STATUS, struct.calcsize(wire.STATUS_HEAD) + 3 * len(config.channels))
        self._fault = FixedFrame(wire.FAULT, struct.calcsize(wire.FAULT_FORMAT))

    def take(self) -> bytes:
        """The bytes to send now: replies first, then what the tick after them made."""
        if not (self._waiting or self._fault.is_waiting or self._status.is_waiting):
            return b""
        data = bytes(self._waiting) + self._fault.take() + self._status.take()
        self._waiting = bytearray()
        return data

    def send_welcome(self, seq: int, session: DeviceSession) -> None:
        """The answer to HELLO: who this is."""
        c = self._config
        major, minor, patch = c.version
        self._send(
            wire.WELCOME,
            seq,
            session.clock.session,
            struct.pack(
                wire.WELCOME_FORMAT,
                *(wire.PROTOCOL, 10, c.queue_slots, session.boot_id, session.nonce),
                *(len(c.description), len(c.channels), session.state),
                *(major, minor, patch, c.desc_hash, c.device_id),
            ),
        )

    def send_description(self, seq: int, session: DeviceSession, offset: int) -> None:
        """The part of the description that starts at `offset`; empty from its end on."""
        part = self._config.description[offset : offset + DESCRIPTION_PART]
        self._send(wire.DESCRIPTION, seq, session.clock.session, struct.pack(wire.DESCRIPTION_HEAD, offset) + part)

    def send_reply(self, kind: int, seq: int, code: int, session: DeviceSession, now_ms: int) -> None:
        """The answer to every other request, and a sample of the device clock."""
        stream = session.stream
        self._send(
            wire.REPLY,
            seq,
            session.clock.session,
            struct.pack(wire.REPLY_FORMAT, kind, seq, code, stream.expected, stream.queue.free, now_ms),
        )

    def send_fault(self, latch: FaultLatch, session: DeviceSession) -> None:
        """Send the latched fault."""
        struct.pack_into(
            wire.FAULT_FORMAT,
            self._fault.body,
            FixedFrame.PAYLOAD,
            latch.number,
            latch.code,
            latch.channel,
            latch.a,
            latch.b,
            latch.device_ms,
            latch.session_ms,
        )
        self._fault.address(latch.number, session.clock.session)

    def send_status(
        self, session: DeviceSession, latch: FaultLatch, commanded: list[int], late_ms: int, now_ms: int
    ) -> None:
        """Send how things stand, with `commanded` in half-units and `readings` in tenths."""
        clock = session.clock
        struct.pack_into(
            wire.STATUS_HEAD,
            self._status.body,
            FixedFrame.PAYLOAD,
            now_ms,
            session.session_ms(now_ms),
            session.state,
            session.ended,
            clock.epoch,
            clock.percent,
            latch.number if latch.code else 0,
            latch.code,
            session.nonce,
            session.stream.expected,
            session.stream.queue.free,
            max(-0x8000, min(0x7FFF, session.slack_ms(now_ms) // 10)),
            min(self.decoder.bad, 0xFFFF),
            min(late_ms, 0xFFFF),
        )
        self._put_channels(commanded)
        self._status.address(self._status_seq, clock.session)
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
