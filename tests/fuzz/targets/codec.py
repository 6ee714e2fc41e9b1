"""The codec: any bytes as a stream, as a payload that travels, as set-point rows, and as each message of a device."""

from contextlib import suppress

from legato.controller.errors import WrongProtocol
from legato.controller.link import device_messages
from legato.firmware import wire


def check(data: bytes) -> None:
    """Raises where the codec does: it may refuse bytes, but never fail on them, grow, or change what travels."""
    _check_stream(data)
    _check_travel(data)
    _check_rows(data)
    for kind in range(wire.WELCOME, wire.FAULT + 1):
        with suppress(ValueError, WrongProtocol):
            device_messages.parse(kind, data)


def _check_stream(data: bytes) -> None:
    """However it is cut, the same frames come out, and no more is held than one frame."""
    whole, cut = wire.Decoder(), wire.Decoder()
    frames = whole.feed(data)
    one_by_one = []
    for byte in data:
        one_by_one += cut.feed(bytes((byte,)))
        assert len(cut._held) < wire.MAX_FRAME
    assert one_by_one == frames
    for kind, seq, session, payload in frames:
        if len(payload) <= wire.MAX_PAYLOAD:
            assert wire.decode(wire.encode(kind, seq, session, payload)[:-1]) == (kind, seq, session, payload)


def _check_travel(data: bytes) -> None:
    """What goes in comes out, also when it follows rubbish."""
    kind, payload = len(data) & 0xFF, data[: wire.MAX_PAYLOAD]
    framed = wire.encode(kind, 7, 4660, payload)
    assert framed.index(0) == len(framed) - 1 < wire.MAX_FRAME
    assert wire.Decoder().feed(data + b"\0" + framed)[-1] == (kind, 7, 4660, payload)


def _check_rows(data: bytes) -> None:
    """Rows are refused as a whole, or mean the same when they are packed again."""
    rows = wire.take_rows(data, 0, 0)
    if rows is None:
        return
    packed, at = b"", 0
    for when, channel, target, ramp in rows:
        packed += wire.pack_row(when - at, channel, target, ramp)
        at = when
    assert wire.take_rows(packed, 0, 0) == rows
