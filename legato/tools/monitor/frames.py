"""Splits the bytes of one direction into frames; for bytes that are not a frame, says why."""

import binascii
from collections.abc import Iterator
from dataclasses import dataclass

from legato.controller.ports.traffic_recorder import Chunk
from legato.firmware import wire

SHORTEST = 8
"""Kind, sequence number, session and check: a frame without payload."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A valid frame; `at_s` is when its last byte passed."""

    at_s: float
    is_ours: bool
    kind: int
    seq: int
    session: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Bad:
    """Bytes up to a zero that are not a frame, and why."""

    at_s: float
    is_ours: bool
    data: bytes
    why: str


class Cutter:
    """Takes pieces of both directions in order of time; memory is limited, as in a receiver."""

    def __init__(self) -> None:
        self._held = {True: b"", False: b""}

    def feed(self, chunk: Chunk) -> Iterator[Frame | Bad]:
        """The frames that `chunk` completes."""
        *whole, rest = (self._held[chunk.is_ours] + chunk.data).split(b"\0")
        for part in whole:
            if part:
                yield _judged(part, chunk)
        if len(rest) >= wire.MAX_FRAME:
            yield Bad(chunk.at_s, chunk.is_ours, rest, _TOO_LONG)
            rest = b""
        self._held[chunk.is_ours] = rest

    def end(self, at_s: float) -> Iterator[Bad]:
        """The incomplete bytes at the end."""
        for is_ours, rest in self._held.items():
            if rest:
                yield Bad(at_s, is_ours, rest, "cut off: no zero byte ends it")


_TOO_LONG = f"longer than {wire.MAX_FRAME} bytes"


def _judged(part: bytes, chunk: Chunk) -> Frame | Bad:
    frame = wire.decode(part) if len(part) < wire.MAX_FRAME else None
    if frame is None:
        return Bad(chunk.at_s, chunk.is_ours, part, _why(part))
    return Frame(chunk.at_s, chunk.is_ours, *frame)


def _why(part: bytes) -> str:
    """What is wrong with bytes that are not a frame; see docs/reference/protocol.md, section 1."""
    if len(part) >= wire.MAX_FRAME:
        return _TOO_LONG
    body = wire.unstuff(part)
    if body is None:
        return "invalid COBS encoding"
    if len(body) < SHORTEST:
        return f"{len(body)} bytes; the shortest frame has {SHORTEST}"
    found, right = int.from_bytes(body[-4:], "little"), binascii.crc32(body[:-4])
    return f"CRC is {found:08x}, should be {right:08x}"
