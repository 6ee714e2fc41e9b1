"""Bytes of one direction cut into frames; what is none says why."""

import binascii
from collections.abc import Iterator
from dataclasses import dataclass

from legato.controller.ports.traffic_recorder import Chunk
from legato.firmware import wire

SHORTEST = 8
"""Kind, sequence number, session and check: a frame without payload."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A sound frame; `at_s` is when its last byte passed."""

    at_s: float
    is_ours: bool
    kind: int
    seq: int
    session: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Bad:
    """Bytes up to a zero that are no frame, and why."""

    at_s: float
    is_ours: bool
    data: bytes
    why: str


class Cutter:
    """Takes pieces of both directions in the order of time; memory is bounded as a receiver's is."""

    def __init__(self) -> None:
        self._held = {True: b"", False: b""}

    def feed(self, chunk: Chunk) -> Iterator[Frame | Bad]:
        """What `chunk` completes."""
        *whole, rest = (self._held[chunk.is_ours] + chunk.data).split(b"\0")
        for part in whole:
            if part:
                yield _judged(part, chunk)
        if len(rest) >= wire.MAX_FRAME:
            yield Bad(chunk.at_s, chunk.is_ours, rest, _TOO_LONG)
            rest = b""
        self._held[chunk.is_ours] = rest

    def end(self, at_s: float) -> Iterator[Bad]:
        """What is left over at the end."""
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
    """What is wrong with bytes that are no frame; the rules are those of docs/reference/protocol.md, section 1."""
    if len(part) >= wire.MAX_FRAME:
        return _TOO_LONG
    body = wire.unstuff(part)
    if body is None:
        return "the distances between zeros do not fit (COBS)"
    if len(body) < SHORTEST:
        return f"{len(body)} bytes, shorter than the shortest frame ({SHORTEST})"
    found, right = int.from_bytes(body[-4:], "little"), binascii.crc32(body[:-4])
    return f"CRC is {found:08x}, {right:08x} would be right"
