"""Which of our files something passes on its way to a device, counted by a profiler; `pytest -s` prints them.

A file is on a journey when any function in it runs between its begin and the frame of its kind being written to the
port, whether it is on the stack when the bytes are written or has returned by then. What only holds data is not on it,
nor `profiles/`, where the schedules come from, nor the wire's codec, which host and device share, nor the port behind
the bytes.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any, Final

import legato
from legato.firmware import wire
from legato.sim.pipes import MemoryPipe

ROOT: Final = Path(legato.__file__).parents[1]

Begins = Callable[[FrameType], bool]


@cache
def ours(file: str) -> str:
    """A file of the host by its path below the root of the repository; empty for any other."""
    path = Path(file).resolve()
    is_ours = path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] in ("controller", "legato", "care")
    return str(path.relative_to(ROOT)) if is_ours else ""


@dataclass
class Journey:
    """A profiler; `files` are those passed on the way, once `has_arrived`."""

    kind: int
    begins: Begins
    files: dict[str, None] = field(default_factory=dict)
    has_arrived: bool = False

    def profile(self, frame: FrameType, event: str, _: Any) -> None:
        """To be called as `sys.setprofile` does."""
        if event == "call" and not self.has_arrived and self._is_on_it(frame):
            self._pass(frame)

    def _is_on_it(self, frame: FrameType) -> bool:
        """Whether it has begun, in this task or in one that has begun this task."""
        if _JOURNEY.get() is None and not self.files and self.begins(frame):
            _JOURNEY.set(self)
        return _JOURNEY.get() is self

    def _pass(self, frame: FrameType) -> None:
        if file := ours(frame.f_code.co_filename):
            self.files[file] = None
        self.has_arrived = writes(frame, self.kind)


_JOURNEY: ContextVar[Journey | None] = ContextVar("journey", default=None)
"""The journey that a task is part of; the tasks that it begins are so too."""


def writes(frame: FrameType, kind: int) -> bool:
    """Whether a frame of this kind is written to the port here."""
    if frame.f_code is not MemoryPipe.write.__code__:
        return False
    return kind in {found for found, *_ in wire.Decoder().feed(b"\0" + frame.f_locals["data"])}


@contextmanager
def profiled(profile: Callable[[FrameType, str, Any], None]) -> Iterator[None]:
    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        yield
    finally:
        sys.setprofile(before)


def printed(what: str, files: list[str]) -> None:
    print(f"{what}: {len(files)} files of ours", *files, sep="\n    ")
