"""Reads recordings from files, even while they are still being written."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from legato.controller.ports import traffic_recorder
from legato.controller.ports.traffic_recorder import BadRecording, Chunk
from legato.errors import UnusableFile

LOOK_S = 0.1
LONGEST_LINE = 1 << 20


def chunks(path: Path, follow: bool) -> Iterator[Chunk]:
    """The chunks of the recording at `path`; with `follow`, continues as it grows.

    Raises:
        UnusableFile: a line is not that of a recording.
        OSError: the file cannot be read.
    """
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        for number, line in enumerate(_lines(file, follow), 1):
            try:
                if number == 1:
                    traffic_recorder.check_head(line)
                else:
                    yield traffic_recorder.parse(line)
            except BadRecording as bad:
                raise UnusableFile(f"{path}:{number}: {bad}") from None


def _lines(file: TextIO, follow: bool) -> Iterator[str]:
    """Complete lines; a partial last line, from a recording that was killed, is dropped."""
    held = ""
    while True:
        piece = file.readline(LONGEST_LINE)
        held += piece
        if held.endswith("\n") or len(held) >= LONGEST_LINE:
            yield held
            held = ""
        elif not piece:
            if not follow:
                return
            time.sleep(LOOK_S)
