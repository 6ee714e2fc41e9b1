"""Device time: milliseconds masked to 30 bits, so that they stay small integers on every interpreter."""

MASK = 0x3FFFFFFF
_HALF = 0x20000000

TICK_MS = 10
"""The control tick."""


def ticks_add(when_ms: int, span_ms: int) -> int:
    """The device time `span_ms` after `when_ms`."""
    return (when_ms + span_ms) & MASK


def ticks_diff(later_ms: int, earlier_ms: int) -> int:
    """Ms from `earlier_ms` to `later_ms`, negative where they are the other way round; right for up to 6 days."""
    # Sign extension from 30 bits: nothing on the way leaves the small integers of a 32-bit board.
    return ((later_ms - earlier_ms & MASK) ^ _HALF) - _HALF
