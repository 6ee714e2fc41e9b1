"""All devices of the service: each a unit of its own, none in the way of another."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from controller.handshake import Known
from controller.hub import Hub
from controller.service.bridge import Start
from controller.service.desk import Desk
from controller.service.errors import UnknownDevice
from controller.service.place import Place
from controller.service.standing import Standing
from controller.service.state import DeviceState, News, Readings, ReadingsTold, StateTold
from controller.service.unit import Unit
from profiles.anatomy import Zone
from profiles.device import Device

CONFIRM_S: Final = 1.0
"""How long the caller of an emergency stop waits for the devices to confirm."""

STUCK_S: Final = 60.0
"""A unit hears of its device every second, and an attempt to reach it takes a few: this long is a mistake of ours."""


class Fleet:
    """The devices at `places`, which have ids of their own; implements `Bridge`. `run` keeps them."""

    def __init__(self, places: Sequence[Place], desk: Desk, rng: random.Random, now: Callable[[], datetime]) -> None:
        self._hub = Hub[News](_is_fleeting)
        known: Known = {}
        self._units = {
            place.id: Unit(place, desk, known, random.Random(rng.random()), Standing(place, now, self._hub.publish))  # noqa: S311 - jitter
            for place in places
        }

    async def run(self) -> None:
        """Keeps every device until it is cancelled; returns when each of them is vented."""
        async with asyncio.TaskGroup() as group:
            for name, unit in self._units.items():
                group.create_task(unit.run(), name=name)

    def stuck(self) -> list[str]:
        """The devices whose units have not gone on for so long that something must be wrong with this process."""
        now_s = asyncio.get_running_loop().time()
        return [name for name, unit in self._units.items() if now_s - unit.seen_s > STUCK_S]

    # The bridge.

    def states(self) -> Sequence[DeviceState]:
        return [unit.standing.state for unit in self._units.values()]

    def state(self, which: str) -> DeviceState:
        return self._unit(which).standing.state

    def description(self, which: str) -> Device | None:
        return self._unit(which).standing.description

    def readings(self, which: str) -> Readings | None:
        return self._unit(which).standing.readings

    @contextmanager
    def news(self) -> Iterator[AsyncIterator[News]]:
        with self._hub.subscribe() as subscription:
            for state in self.states():
                subscription.put(StateTold(state=state))
            yield subscription

    async def start(self, which: str, wish: Start) -> DeviceState:
        return await self._unit(which).start(wish)

    async def pause(self, which: str) -> DeviceState:
        return await self._unit(which).pause()

    async def resume(self, which: str) -> DeviceState:
        return await self._unit(which).resume()

    async def skip(self, which: str) -> DeviceState:
        return await self._unit(which).skip()

    async def set_intensity(self, which: str, percent: int) -> DeviceState:
        return await self._unit(which).set_intensity(percent)

    async def cap_zone(self, which: str, zone: Zone, cap_mmhg: float) -> DeviceState:
        return await self._unit(which).cap_zone(zone, cap_mmhg)

    async def answer(self, which: str, question: int) -> DeviceState:
        return await self._unit(which).answer(question)

    async def clear_fault(self, which: str) -> DeviceState:
        return await self._unit(which).clear_fault()

    async def stop(self, which: str) -> DeviceState:
        return await self._unit(which).stop()

    async def emergency_stop(self, which: str | None = None) -> None:
        units = list(self._units.values()) if which is None else [self._unit(which)]
        # None of these waits, so every frame is on its line before anything else happens in this process.
        for unit in units:
            await unit.emergency_stop()
        await asyncio.gather(*(unit.obeyed(CONFIRM_S) for unit in units))

    def _unit(self, which: str) -> Unit:
        if which not in self._units:
            known = ", ".join(self._units) or "none"
            raise UnknownDevice(f"no device is called {which}; there are: {known}")
        return self._units[which]


def _is_fleeting(news: News) -> bool:
    return isinstance(news, ReadingsTold)
