"""Frames out of whatever a board sends: debug text before a frame costs only its bytes, and is kept apart.

A frame has an end (its zero) and a checksum, but no mark where it begins, so every possible place is tried. The
device's own receiver needs none of this: a host prints nothing.
"""

import re
from typing import Final

from legato.firmware import wire

Frame = tuple[int, int, int, bytes]

_BEGINNING: Final = re.compile(rb"(?=[\x02-\xff][\x%02x-\x%02x])" % (wire.WELCOME, wire.FAULT))
"""How a device's frame begins: a distance to the first zero, and the kind."""

_HELD: Final = wire.MAX_FRAME - 1
"""A frame without its zero is no longer than this; nothing further back belongs to it."""

_TEXT: Final = re.compile(rb"[\t\n\r\x1b -~\x80-\xff]{4,}|[\t -~]{0,3}[\r\n]")
_PLAIN: Final = re.compile(rb"[\t\n\r\x1b -~]")
_LEAST_PLAIN: Final = 0.8


class Deframer:
    """Takes bytes as they come, in pieces of any size. Never raises, never holds more than two frames' length."""

    def __init__(self) -> None:
        self.bad = 0
        """What ended with a zero and was neither a frame nor text."""
        self.text = b""
        """The text between the frames that the last piece has completed."""
        self._held = b""
        self._is_junk = False

    def feed(self, data: bytes) -> list[Frame]:
        """The sound frames that `data` completes, as (kind, seq, session, payload)."""
        self.text = b""
        frames = []
        *parts, self._held = (self._held + data).split(b"\x00")
        for part in parts:
            frame = self._find_frame(part)
            self._is_junk = False
            if frame is not None:
                frames.append(frame)
        if len(self._held) > 2 * _HELD:
            # Not byte by byte: a few letters alone are no text.
            self._pass_over(self._held[:-_HELD])
            self._held = self._held[-_HELD:]
        return frames

    @property
    def rest(self) -> bytes:
        """What has arrived since the last zero."""
        return self._held

    def _find_frame(self, part: bytes) -> Frame | None:
        """The frame at the end of `part`, which a zero has ended; what precedes it is passed over."""
        tail = max(0, len(part) - _HELD)
        later = (found.start() for found in _BEGINNING.finditer(part, tail + 1))
        for start in (tail, *later):
            if (frame := wire.decode(part[start:])) is not None:
                self._pass_over(part[:start])
                return frame
        self._pass_over(part)
        return None

    def _pass_over(self, rest: bytes) -> None:
        """What is in no frame: text, or junk, which is counted once between two zeros."""
        if not rest:
            return
        if is_text(rest):
            self.text += rest
        elif not self._is_junk:
            self.bad += 1
            self._is_junk = True


def is_text(data: bytes) -> bool:
    """Whether this may be meant for a person to read."""
    return _TEXT.fullmatch(data) is not None and len(_PLAIN.findall(data)) >= _LEAST_PLAIN * len(data)
