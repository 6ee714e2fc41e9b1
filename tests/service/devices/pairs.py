"""What the tests of a pair of devices of the service share."""

from collections.abc import Callable
from typing import Any

from legato.profiles.device import Device
from legato.profiles.schedule import Cue, Mark, Schedule, SetPoint

Paired = Callable[..., Any]
SIDES = ("left", "right")


def kneads(device: Device, cues: tuple[Cue, ...] = ()) -> Schedule:
    """Both calves go to 30 mmHg and back to 0, twice, 20 s each, with a mark at each."""
    calves = [c.index for c in device.channels if c.actuator.zone == "calf"]
    rows: list[SetPoint] = []
    for at_ms in (0, 20_000):
        rows += [SetPoint(at_ms + 500, channel, 30.0, 4_000) for channel in calves]
        rows += [SetPoint(at_ms + 14_000, channel, 0.0, 2_000) for channel in calves]
    marks = (Mark(0, 0, "knead 1"), Mark(20_000, 1, "knead 2"))
    return Schedule("kneads", device, tuple(rows), 40_000, marks, cues)


def cores(house: Any) -> list[int]:
    """What each of the two says of its own state."""
    return [house.sockets[side].device.core.state for side in SIDES]


def felt(house: Any) -> float:
    return max(float(value) for side in SIDES for value in house.sockets[side].device.felt())


def away(house: Any) -> list[bool]:
    return [not part.is_there for part in house.state("both").parts]


async def plays(house: Any, **wish: Any) -> None:
    """Until both calves are pressed."""
    await house.begin("both", **wish)
    await house.played_to(12_000, "both")
