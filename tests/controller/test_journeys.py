"""How many files of the host a journey passes, counted by a profiler: `pytest -s` prints them.

A set-point's journey begins where a `Playback` calls the stream of its commands, and ends where the frame with the
set-point is written to the port. On it are the file of `Playback` and all files of `controller/` in which any function
runs in between, whether it is on the stack when the bytes are written or has returned by then. What only holds data is
not on it, nor whoever gave the impulse (the feed loop, a server, a person), nor the port behind the bytes.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, Final

import legato.controller
from legato.controller.session.session import Session
from legato.firmware import wire
from legato.profiles.device import Device
from legato.profiles.schedule import Schedule
from legato.sim.pipes import MemoryPipe
from tests.host import Stage

Perform = Callable[..., Stage]
Squeezes = Callable[..., Schedule]

HOST: Final = str(Path(legato.controller.__file__).parent) + "/"
PLAYBACK: Final = HOST + "session/playback.py"
STREAM: Final = HOST + "session/command_stream.py"


def hands_on_setpoints(frame: FrameType) -> bool:
    """What a `Playback` calls, or awaits, of the stream of its commands, which feeds the device."""
    caller = frame.f_back
    return frame.f_code.co_filename == STREAM and caller is not None and caller.f_code.co_filename == PLAYBACK


def stops_at_once(frame: FrameType) -> bool:
    return frame.f_code is Session.emergency_stop.__code__


@dataclass
class Journeys:
    """A profiler; `passed` has the files below `room` of every journey that put a frame of this kind on the line."""

    kind: int
    begins: Callable[[FrameType], bool]
    room: str = HOST
    passed: list[list[str]] = field(default_factory=list)
    _start: FrameType | None = None
    _files: dict[str, None] = field(default_factory=dict)
    _has_arrived: bool = False

    def profile(self, frame: FrameType, event: str, _: Any) -> None:
        if event == "call":
            self._enter(frame)
        elif event == "return" and frame is self._start:
            self._leave()

    def _enter(self, frame: FrameType) -> None:
        if self._start is None and self.begins(frame):
            self._start = frame
            self._pass(frame.f_back)
        if self._start is None or self._has_arrived:
            return
        self._pass(frame)
        if frame.f_code is MemoryPipe.write.__code__:
            self._has_arrived = self.kind in {kind for kind, *_ in wire.Decoder().feed(b"\0" + frame.f_locals["data"])}

    def _pass(self, frame: FrameType | None) -> None:
        if frame is not None and (file := frame.f_code.co_filename).startswith(self.room):
            self._files[file.removeprefix(self.room)] = None

    def _leave(self) -> None:
        if self._has_arrived:
            self.passed.append(list(self._files))
        self._start, self._files, self._has_arrived = None, {}, False

    @property
    def files(self) -> list[str]:
        """The files of all of them, in the order in which they are passed first."""
        return list(dict.fromkeys(file for journey in self.passed for file in journey))

    @contextmanager
    def counted(self) -> Iterator[None]:
        before = sys.getprofile()
        sys.setprofile(self.profile)
        try:
            yield
        finally:
            sys.setprofile(before)


def printed(what: str, files: list[str]) -> None:
    print(f"{what}: {len(files)} files of the host", *files, sep="\n    ")


def test_a_setpoint_passes_at_most_7_files_from_the_schedule_to_the_port(
    perform: Perform, single: Device, make_squeezes: Squeezes
) -> None:
    journeys = Journeys(wire.SETPOINTS, hands_on_setpoints)

    async def act(here: Stage) -> None:
        with journeys.counted():
            outcome = await here.plays(make_squeezes(single)).outcome()
        assert outcome.kind == "completed"

    perform(single, act)
    printed("a set-point", journeys.files)
    assert len(journeys.passed) > 1
    assert len(journeys.files) <= 7
    # Every flush asks this file for what is urgent; it has answered before anything is written, and still counts.
    assert all("link/retransmission.py" in journey for journey in journeys.passed)


def test_an_emergency_stop_passes_at_most_5_files_of_the_host(
    perform: Perform, single: Device, make_squeezes: Squeezes
) -> None:
    """Of the 8 that it may pass from a touch of the panel to the port."""
    journeys = Journeys(wire.ESTOP, stops_at_once)

    async def act(here: Stage) -> None:
        during = here.plays(make_squeezes(single))
        await during.at(3_000)
        with journeys.counted():
            await here.session.emergency_stop()
        assert (await during.outcome()).kind == "emergency_stopped"

    perform(single, act)
    printed("an emergency stop", journeys.files)
    assert len(journeys.passed) == 1
    assert len(journeys.files) <= 5
