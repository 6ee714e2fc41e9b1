"""What the tests of the host share: wire vectors, a small device, schedules, and a stage in front of the simulator."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from legato.controller.session.events import Event, Outcome, Telemetry
from legato.controller.session.session import Session
from legato.firmware import wire
from legato.profiles.device import Device
from legato.profiles.load import device as load_device
from legato.profiles.schedule import Cue, Mark, Schedule, SetPoint
from legato.sim.clock import run
from legato.sim.device import SimDevice
from legato.sim.pipes import MemoryPipe

BOOTS = load_device("boots-6")
SINGLE = Device.model_validate_json(
    json.dumps(
        {
            "format": 1,
            "name": "single",
            "title": "One chamber",
            "pumps": [{"name": "main", "flow_l_min": 15}],
            "actuators": [
                {
                    "id": "calf",
                    "kind": "chamber",
                    "zone": "calf",
                    "side": "left",
                    "from_cm": 22,
                    "to_cm": 36,
                    "pump": "main",
                    "slack_l": 0.3,
                    "compliance_ml_mmhg": 1.0,
                }
            ],
        }
    )
)
"""The least that can be played on: one small chamber on one pump."""


def squeezes(device: Device, count: int = 2, cues: tuple[Cue, ...] = ()) -> Schedule:
    """Channel 0 goes to 30 mmHg and back to 0, `count` times, 12 s each, with a mark at each."""
    rows: list[SetPoint] = []
    for i in range(count):
        at = i * 12_000
        rows += [SetPoint(at + 500, 0, 30.0, 2_000), SetPoint(at + 6_000, 0, 0.0, 1_000)]
    marks = tuple(Mark(i * 12_000, i, f"squeeze {i + 1}") for i in range(count))
    return Schedule("squeezes", device, tuple(rows), count * 12_000, marks, cues)


Frame = tuple[int, int, int, bytes]
Tap = Callable[[Frame], Frame | None]
"""What becomes of a frame on its way; None: it is lost."""


class TappedPipe(MemoryPipe):
    """A pipe on which every frame passes the taps of the stage, if it has any."""

    def __init__(self, stage: "Stage", device: SimDevice) -> None:
        super().__init__(device, asyncio.get_running_loop())
        self._stage = stage
        self._out, self._in = wire.Decoder(), wire.Decoder()

    def write(self, data: bytes) -> None:
        super().write(tapped(self._out, data, self._stage.to_device))

    async def read(self) -> bytes:
        while True:
            data = tapped(self._in, await super().read(), self._stage.to_host)
            if data:
                return data


def tapped(decoder: wire.Decoder, data: bytes, tap: Tap | None) -> bytes:
    """What comes through of `data`."""
    if tap is None:
        return data
    return b"".join(wire.encode(*frame) for frame in map(tap, decoder.feed(data)) if frame is not None)


@dataclass
class Stage:
    """A simulated device on a memory pipe, and everything a session has told, as it came."""

    device: SimDevice
    session: Session
    heard: list[Event] = field(default_factory=list)
    pipes: list[MemoryPipe] = field(default_factory=list)
    is_absent: bool = False
    to_device: Tap | None = None
    to_host: Tap | None = None

    def plays(self, schedule: Schedule, from_ms: int = 0) -> "Playing":
        """Plays `schedule` in a task of its own."""
        return Playing(self, asyncio.create_task(self.session.play(schedule, from_ms)))

    def told(self) -> list[str]:
        """The names of the events, telemetry left out."""
        return [type(e).__name__ for e in self.heard if not isinstance(e, Telemetry)]

    async def until(self, is_so: Callable[[], bool], patience_s: float = 60.0) -> None:
        """Lets time pass until something holds."""
        async with asyncio.timeout(patience_s):
            while not is_so():  # noqa: ASYNC110 - what is waited for lies in the simulator, which sets no asyncio.Event
                await asyncio.sleep(0.01)

    async def until_told(self, name: str) -> None:
        """Lets time pass until the session tells of an event."""
        await self.until(lambda: name in self.told())

    def unplug(self) -> None:
        """Pulls the cable; it cannot be opened again until `is_absent` is false."""
        self.is_absent = True
        self.pipes[-1].unplug()

    def felt_mmhg(self) -> float:
        """The highest pressure that is felt now."""
        return max(self.device.felt())


@dataclass
class Playing:
    """A schedule that plays on a stage."""

    stage: Stage
    task: asyncio.Task[Outcome]

    @property
    def session_ms(self) -> int:
        return next((e.session_ms for e in reversed(self.stage.heard) if isinstance(e, Telemetry)), 0)

    async def at(self, session_ms: int) -> None:
        """Until session time has come to `session_ms`."""
        await self.stage.until(lambda: self.session_ms >= session_ms)

    async def outcome(self) -> Outcome:
        """How it ended; two minutes are more than any of these takes."""
        return await asyncio.wait_for(self.task, 120)


@asynccontextmanager
async def staged(device: Device, **options: object) -> AsyncIterator[Stage]:
    """A stage whose session is connected; must run in virtual time."""
    loop = asyncio.get_running_loop()
    simulated = SimDevice(device, 1, loop)
    simulated.start()

    async def open_pipe() -> MemoryPipe:
        if here.is_absent:
            raise FileNotFoundError("no such port")
        here.pipes.append(TappedPipe(here, here.device))
        return here.pipes[-1]

    session = Session(open_pipe, random.Random(1), **options)  # type: ignore[arg-type]
    here = Stage(simulated, session)
    listening = asyncio.create_task(_listen(session, here.heard))
    await asyncio.sleep(0)
    try:
        async with session:
            yield here
    finally:
        await listening
        simulated.stop()


async def _listen(session: Session, heard: list[Event]) -> None:
    async for event in session.events.subscribe():
        heard.append(event)  # noqa: PERF401 - each is wanted as it comes, not once the last one is there


def perform(device: Device, act: Callable[[Stage], Coroutine[Any, Any, None]], **options: object) -> Stage:
    """Runs `act` on a stage with `device`, in virtual time; returns the stage, as it was left."""

    async def main() -> Stage:
        async with staged(device, **options) as here:
            await act(here)
        return here

    return run(main())
