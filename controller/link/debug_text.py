"""What a board prints between its frames, such as debug text: quoted once, then counted, and reported less and less."""

import re
from collections.abc import Callable
from typing import Final

_LONGEST: Final = 80
"""At most this much of a line is quoted; a line that never ends counts as one for each stretch of this length."""

_EVERY: Final = 10
"""It is reported at 10, 100, 1000 lines and so on: a day of text is a handful of lines in a log."""

_COLOURS: Final = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class DebugText:
    """The text of one board; `report` gets a sentence when there is something new to say."""

    def __init__(self, report: Callable[[str], None]) -> None:
        self.lines = 0
        self.first = ""
        """The first line, as it is quoted."""
        self._report = report
        self._line = b""
        self._next = 1

    def take(self, text: bytes) -> None:
        """Takes text as it arrives, cut anywhere."""
        *whole, self._line = re.split(rb"[\r\n]+", self._line + text)
        if len(self._line) > _LONGEST:
            whole, self._line = [*whole, self._line], b""
        for line in whole:
            if shown := quote(line):
                self._count(shown)

    def _count(self, shown: str) -> None:
        self.lines += 1
        if self.lines < self._next:
            return
        self._next *= _EVERY
        if self.lines == 1:
            self.first = shown
            self._report(f'the device prints text between its frames ("{shown}"); it is ignored')
        else:
            self._report(f"the device has printed {self.lines} lines of text by now")


def quote(line: bytes) -> str:
    """The start of a text, safe to show anywhere: one line, no colours, no control characters."""
    words = "".join(c if c.isprintable() else " " for c in _COLOURS.sub("", line.decode("utf-8", "ignore"))).split()
    text = " ".join(words)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "..."
