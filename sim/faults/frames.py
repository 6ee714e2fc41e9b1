"""A filter for the cable that puts words into the device's mouth."""

import struct

from legato.firmware import wire
from legato.sim.faults.cable import ByteFilter, Onward

_FREE_SLOTS = {wire.REPLY: (wire.REPLY_FORMAT, 4), wire.STATUS: (wire.STATUS_HEAD, 10)}
"""The layout of each message that gives the free slots, and which of its fields does."""


def queue_full() -> ByteFilter:
    """In every reply and status no slot is free; all else passes as it is."""
    decoder = wire.Decoder()

    def rewrite(data: bytes, onward: Onward) -> None:
        onward(b"".join(_without_room(*frame) for frame in decoder.feed(data)))

    return rewrite


def _without_room(kind: int, seq: int, session: int, payload: bytes) -> bytes:
    if kind in _FREE_SLOTS:
        layout, field = _FREE_SLOTS[kind]
        values = list(struct.unpack_from(layout, payload))
        values[field] = 0
        payload = struct.pack(layout, *values) + payload[struct.calcsize(layout) :]
    return wire.encode(kind, seq, session, payload)
