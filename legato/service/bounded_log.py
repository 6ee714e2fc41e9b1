"""Rate-limits the log: a message that repeats is written once, and then counted."""

import logging
import re
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

EVERY_S: Final = 60.0
"""A repeated message is written once in this time, with a count."""

MOST_KINDS: Final = 256
"""How many kinds of message are remembered."""

MOST_LINES: Final = 100
"""How many messages are written in that time, of all kinds together."""

_NUMBERS: Final = re.compile(r"0x[0-9a-f]+|\d+")


class BoundedLog(logging.Filter):
    """For a handler: limits warnings and errors, and passes everything else; `clock` gives seconds.

    Messages are of one kind if their first lines differ only in numbers and they have the same type of exception.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__()
        self._clock = clock
        self._kinds: OrderedDict[object, tuple[float, int]] = OrderedDict()
        self._since_s, self._lines, self._left_out = clock(), 0, 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether this record is written; the number of suppressed ones is appended to the next that is."""
        if record.levelno < logging.WARNING:
            return True
        now_s = self._clock()
        if now_s - self._since_s >= EVERY_S:
            self._since_s, self._lines = now_s, 0
        again = self._again(record, now_s)
        if again is None:
            return False
        if self._lines >= MOST_LINES:
            self._left_out += 1
            return False
        self._lines += 1
        if again or self._left_out:
            record.msg, record.args = f"{record.getMessage()} ({self._counted(again)})", None
        return True

    def _again(self, record: logging.LogRecord, now_s: float) -> int | None:
        """How many of its kind were suppressed before this one; None if this one is suppressed, too."""
        kind = _kind(record)
        written_s, suppressed = self._kinds.get(kind, (None, 0))
        if written_s is not None and now_s - written_s < EVERY_S:
            self._kinds[kind] = written_s, suppressed + 1
            return None
        self._kinds[kind] = now_s, 0
        self._kinds.move_to_end(kind)
        if len(self._kinds) > MOST_KINDS:
            self._kinds.popitem(last=False)
        return suppressed

    def _counted(self, again: int) -> str:
        left_out, self._left_out = self._left_out, 0
        parts = [f"and {again} more like it"] * bool(again) + [f"and {left_out} others"] * bool(left_out)
        return ", ".join(parts)


def _kind(record: logging.LogRecord) -> object:
    first = record.getMessage().partition("\n")[0]
    error = record.exc_info[0] if record.exc_info else None
    return record.name, record.levelno, _NUMBERS.sub("#", first), error
