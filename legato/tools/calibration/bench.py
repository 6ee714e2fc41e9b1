"""Holds one chamber after the other at a low pressure, in an ordinary session, while a person reads the gauge."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from legato.controller.session.event_bus import Subscription
from legato.controller.session.events import Event, Telemetry
from legato.controller.session.session import Session
from legato.errors import NotAllowed
from legato.profiles.device import Chamber, Device
from legato.profiles.schedule import Schedule, SetPoint
from legato.tools.calibration.linear_fit import Point, mean

RAMP_MS: Final = 2000
HOLD_MS: Final = 40_000
"""Time to read the gauge, twice per chamber, within every chamber's hold time."""

SETTLE_S: Final = 3.0
ZEROS: Final = 5
ZERO_S: Final = 15.0
"""Long enough: a device at rest reports its readings once a second."""

NEAR_MMHG: Final = 3.0
KEPT: Final = 15

Ask = Callable[[str], Awaitable[str]]
"""Asks the person a question; returns what was typed."""


class CalibrationBench:
    """A connected session, and the readings of its device."""

    def __init__(self, session: Session, ask: Ask) -> None:
        self.device: Device = session.device
        self._session = session
        self._ask = ask
        self._latest: deque[Telemetry] = deque(maxlen=KEPT)
        self._news = asyncio.Event()

    async def follow(self, events: Subscription[Event]) -> None:
        """Collects telemetry until the session ends."""
        async for event in events:
            if isinstance(event, Telemetry):
                self._latest.append(event)
                self._news.set()

    async def zeros(self) -> dict[str, list[float]]:
        """A few samples from every chamber at rest, with its vent open."""
        self._latest.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(ZERO_S):
                while len(self._latest) < ZEROS:
                    await self._next()
        return {name: self._shown(index) for index, name, _ in self.chambers()}

    def chambers(self) -> list[tuple[int, str, Chamber]]:
        """Channel, name and description of each chamber."""
        return [(c.index, c.name, c.actuator) for c in self.device.channels if isinstance(c.actuator, Chamber)]

    async def press(self, channel: int, name: str, chamber: Chamber, target_mmhg: float) -> Point:
        """Holds `target_mmhg` until the gauge has been read; vents in any case."""
        playing = asyncio.ensure_future(self._session.play(_hold(self.device, channel, chamber, target_mmhg)))
        reading = asyncio.ensure_future(self._reading(channel, name, target_mmhg))
        try:
            await asyncio.wait({playing, reading}, return_when=asyncio.FIRST_COMPLETED)
            if not reading.done():
                outcome = await playing
                what = f"{name}: the pressure was released before a reading: {outcome.cause or outcome.kind}"
                raise NotAllowed(what)
            return reading.result()
        finally:
            reading.cancel()
            if not playing.done():
                await self._session.stop()
                await playing

    async def _reading(self, channel: int, name: str, target_mmhg: float) -> Point:
        while not (self._latest and self._is_there(self._latest[-1], channel, target_mmhg)):
            await self._next()
        await asyncio.sleep(SETTLE_S)
        while True:
            typed = await self._ask(f"{name}: what does the gauge read, in mmHg? ")
            true_mmhg = _number(typed)
            if 0.5 * target_mmhg <= true_mmhg <= 2 * target_mmhg:
                return Point(mean(self._shown(channel)), true_mmhg)

    def _is_there(self, now: Telemetry, channel: int, target_mmhg: float) -> bool:
        measured = now.measured[channel]
        is_commanded = now.commanded[channel] >= target_mmhg - 0.5
        return is_commanded and measured is not None and abs(measured - target_mmhg) <= NEAR_MMHG

    def _shown(self, channel: int) -> list[float]:
        return [value for now in self._latest if (value := now.measured[channel]) is not None]

    async def _next(self) -> None:
        self._news.clear()
        await self._news.wait()


def _hold(device: Device, channel: int, chamber: Chamber, target_mmhg: float) -> Schedule:
    """One chamber up and down, within its cap and half its hold time, so that it can be pressed twice."""
    end_ms = min(HOLD_MS, int(chamber.hold_s * 500) // 10 * 10)
    up = SetPoint(0, channel, min(target_mmhg, chamber.cap_mmhg), RAMP_MS)
    down = SetPoint(end_ms - RAMP_MS, channel, 0.0, RAMP_MS // 2)
    return Schedule("calibration", device, (up, down), end_ms)


def _number(typed: str) -> float:
    """The number that was typed; 0 if it is not a number, which is out of range here."""
    try:
        return float(typed.replace(",", "."))
    except ValueError:
        return 0.0
