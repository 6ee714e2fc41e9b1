"""How many files of the host a journey passes, counted by a profiler: `pytest -s` prints them.

A set-point's journey begins where a `Playback` calls the stream of its commands, and ends where the frame with the
set-point is written to the port. The file of `Playback` is on it, but not whoever gave the impulse (the feed loop, a
server, a person).
"""

from dataclasses import dataclass, field
from types import FrameType
from typing import Any, Final

from legato.controller.session import command_stream, playback
from legato.controller.session.session import Session
from legato.firmware import wire
from tests.host import SINGLE, Stage, perform, squeezes
from tests.journeys import Journey, ours, printed, profiled, writes

PLAYBACK: Final = ours(playback.__file__)
STREAM: Final = ours(command_stream.__file__)


def hands_on_setpoints(frame: FrameType) -> bool:
    """What a `Playback` calls, or awaits, of the stream of its commands, which feeds the device."""
    return ours(frame.f_code.co_filename) == STREAM and _caller(frame) == PLAYBACK


def stops_at_once(frame: FrameType) -> bool:
    return frame.f_code is Session.emergency_stop.__code__


def _caller(frame: FrameType) -> str:
    return "" if frame.f_back is None else ours(frame.f_back.f_code.co_filename)


@dataclass
class Batches:
    """A profiler; `passed` has the files of every journey of a set-point, each over when the stream returns."""

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
        if self._start is None and hands_on_setpoints(frame):
            self._start = frame
            self._files = {PLAYBACK: None}
        if self._start is not None and not self._has_arrived:
            if file := ours(frame.f_code.co_filename):
                self._files[file] = None
            self._has_arrived = writes(frame, wire.SETPOINTS)

    def _leave(self) -> None:
        if self._has_arrived:
            self.passed.append(list(self._files))
        self._start, self._files, self._has_arrived = None, {}, False

    @property
    def files(self) -> list[str]:
        """The files of all of them, in the order in which they are passed first."""
        return list(dict.fromkeys(file for batch in self.passed for file in batch))


def test_a_setpoint_passes_at_most_7_files_from_the_schedule_to_the_port() -> None:
    batches = Batches()

    async def act(here: Stage) -> None:
        with profiled(batches.profile):
            outcome = await here.plays(squeezes(SINGLE)).outcome()
        assert outcome.kind == "completed"

    perform(SINGLE, act)
    printed("a set-point", batches.files)
    assert len(batches.passed) > 1
    assert len(batches.files) <= 7
    # Every flush asks this file for what is urgent; it has answered before anything is written, and still counts.
    assert all("controller/link/retransmission.py" in batch for batch in batches.passed)


def test_an_emergency_stop_passes_at_most_4_files_of_the_host() -> None:
    """Of the 8 that it may pass from a touch of the panel to the port."""
    journey = Journey(wire.ESTOP, stops_at_once)

    async def act(here: Stage) -> None:
        during = here.plays(squeezes(SINGLE))
        await during.at(3_000)
        with profiled(journey.profile):
            await here.session.emergency_stop()
        assert (await during.outcome()).kind == "emergency_stopped"

    perform(SINGLE, act)
    printed("an emergency stop at the host", list(journey.files))
    assert journey.has_arrived
    assert len(journey.files) <= 4
