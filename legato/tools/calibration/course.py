"""A complete calibration: zeros, then one chamber after the other; the result is a line per sensor."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from legato.controller.session.session import Session
from legato.errors import UsageError
from legato.profiles.device import Chamber, Device
from legato.tools.calibration.bench import Ask, CalibrationBench
from legato.tools.calibration.linear_fit import BrokenSensor, Line, Point, after, calibrated, mean, through

LOW: Final = 0.5
"""If a sensor shows a noiseless 0, its true zero may be below its range: half the pressure is read instead."""

FAR_OFF_MMHG: Final = 2.5
"""If a sensor is further off at rest, the firmware refuses to fill a slack bladder (SENSOR: no air arrives), and
rightly so: the zero is calibrated first, and the gain once that has been flashed."""

SKIP: Final = "s"


@dataclass(frozen=True, slots=True)
class Calibration:
    """The newly calibrated device, and what each sensor showed: zero and gain relative to its former calibration."""

    device: Device
    lines: dict[str, Line]
    broken: dict[str, str]


async def calibrate(
    session: Session, ask: Ask, target_mmhg: float, only: list[str], tell: Callable[[str], None]
) -> Calibration:
    """Takes a session that is not connected, and leaves it vented. Raises UsageError, and what Session raises."""
    events = session.events.subscribe()
    async with session:
        bench = CalibrationBench(session, ask)
        following = asyncio.create_task(bench.follow(events))
        try:
            return await _calibrated(bench, ask, target_mmhg, only, tell)
        finally:
            following.cancel()


async def _calibrated(
    bench: CalibrationBench, ask: Ask, target: float, only: list[str], tell: Callable[[str], None]
) -> Calibration:
    chambers = _chosen(bench, only)
    zeros = await bench.zeros()
    lines: dict[str, Line] = {}
    broken: dict[str, str] = {}
    for channel, name, chamber in chambers:
        if (await ask(f"{name}: connect the gauge, then Enter ({SKIP} skips it) ")).strip().casefold() == SKIP:
            continue
        try:
            line = await _line(bench, channel, name, chamber, target, zeros[name])
            after(chamber.sensor, line)
        except BrokenSensor as error:
            broken[name] = str(error)
            tell(f"{name}: {error}")
        else:
            lines[name] = line
            again = "; flash this, then calibrate again for the gain" if line.zero_mmhg > FAR_OFF_MMHG else ""
            tell(f"{name}: shows {line.zero_mmhg:+.1f} mmHg at zero, {line.gain:.3f} mmHg per mmHg{again}")
    sensors = {name: chamber.sensor for _, name, chamber in chambers}
    return Calibration(
        calibrated(bench.device, {n: after(sensors[n], line) for n, line in lines.items()}), lines, broken
    )


async def _line(
    bench: CalibrationBench, channel: int, name: str, chamber: Chamber, target: float, zeros: list[float]
) -> Line:
    if not zeros:
        raise BrokenSensor("gives no reading")
    if mean(zeros) > FAR_OFF_MMHG:
        return Line(mean(zeros), 1.0)
    low = Point(mean(zeros), 0.0) if all(zeros) else await bench.press(channel, name, chamber, LOW * target)
    return through(low, await bench.press(channel, name, chamber, target))


def _chosen(bench: CalibrationBench, only: list[str]) -> list[tuple[int, str, Chamber]]:
    chambers = bench.chambers()
    unknown = set(only) - {name for _, name, _ in chambers}
    if unknown:
        known = ", ".join(name for _, name, _ in chambers)
        raise UsageError(f"legato calibrate: no chamber {', '.join(sorted(unknown))}; the chambers are {known}")
    return [entry for entry in chambers if not only or entry[1] in only]
