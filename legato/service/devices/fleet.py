"""All devices of the service: each a unit of its own, none in the way of another."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Final

from legato.controller.isolation import Complaints, complain, every
from legato.controller.link.handshake import Known
from legato.controller.session.event_bus import EventBus, Subscription
from legato.controller.session.events import Telemetry
from legato.profiles.anatomy import Zone
from legato.profiles.device import Device
from legato.service.devices.bridge import Start
from legato.service.devices.device_state import DeviceStateReducer
from legato.service.devices.endpoint import DeviceEndpoint, Upkeep
from legato.service.devices.errors import UnknownDevice
from legato.service.devices.run_policy import RunPolicy
from legato.service.devices.state import DeviceState, Happened, News, Readings, ReadingsTold, StateTold, Update
from legato.service.devices.supervisor import DeviceSupervisor

CONFIRM_S: Final = 1.0
"""How long the caller of an emergency stop waits for the devices to confirm."""

AGAIN_S: Final = 1.0
"""Between a unit that has failed and its next beginning."""

STUCK_S: Final = 60.0
"""A unit hears of its device every second, and an attempt to reach it takes a few: this long is a mistake of ours."""


class Fleet:
    """The devices at `places`, which have ids of their own; implements `Bridge`. `run` keeps them."""

    def __init__(
        self,
        places: Sequence[DeviceEndpoint],
        desk: RunPolicy,
        rng: random.Random,
        now: Callable[[], datetime],
        upkeep: Upkeep | None = None,
    ) -> None:
        self._hub = EventBus[News](_is_fleeting)
        known: Known = {}
        self._units: dict[str, DeviceSupervisor] = {}
        for place in places:
            updates = EventBus[Update](_is_fleeting)
            standing = DeviceStateReducer(place, now, partial(self._publish, updates))
            rng_of_unit = random.Random(rng.random())  # noqa: S311 - jitter
            self._units[place.id] = DeviceSupervisor(
                place, desk, known, rng_of_unit, standing, updates, upkeep or Upkeep()
            )

    async def run(self) -> None:
        """Keeps every device until it is cancelled; returns when each of them is vented."""
        async with asyncio.TaskGroup() as group:
            for name, unit in self._units.items():
                group.create_task(_kept(name, unit), name=name)

    def stuck(self) -> list[str]:
        """The devices whose units have not gone on for so long that something must be wrong with this process."""
        now_s = asyncio.get_running_loop().time()
        return [name for name, unit in self._units.items() if now_s - unit.seen_s > STUCK_S]

    def _publish(self, updates: EventBus[Update], news: News) -> None:
        self._hub.publish(news)
        # Whoever gets the events themselves needs no second word for them.
        if not isinstance(news, Happened):
            updates.publish(news)

    # For who has the device in this process.

    def updates(self, which: str) -> Subscription[Update]:
        """What happens with one device from now on: the events of its sessions, each before its states and readings."""
        return self._unit(which).updates.subscribe()

    def absence(self, which: str) -> Exception | None:
        """What keeps a device away; None where it is there, or has not been looked for yet."""
        return self._unit(which).standing.absence

    def parts(self, which: str) -> tuple[Device, ...]:
        """What a device is made of, in the order of its ports; nothing where it is not there."""
        return self._unit(which).parts

    def left_at_rest(self, which: str) -> bool:
        """Whether what was under way when `run` was left has ended by the device's own word."""
        return self._unit(which).left_at_rest

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
        unit = self._unit(which)
        complain(f"{which}: a stop", every([unit.release]))
        return await unit.released()

    async def stop_all(self) -> Sequence[DeviceState]:
        self.release_all()
        states = await asyncio.gather(*(unit.released() for unit in self._units.values()), return_exceptions=True)
        return [_insist(state) for state in states]

    def release_all(self) -> None:
        """Soft release of every device: the frames are on their lines when this returns, whatever fails."""
        complain("a stop", every([unit.release for unit in self._units.values()]))

    def cut_off(self, which: str | None = None) -> None:
        """From the name of a device to its lines, with nothing in between that keeps, plays or records."""
        units = self._chosen(which)
        sessions = [session for unit in units for session in unit.sessions.values()]
        failures = every([session.cut_off for session in sessions])
        complain("an emergency stop", [*failures, *every([unit.record_cut_off for unit in units])])

    async def obeyed(self, which: str | None = None) -> Sequence[DeviceState]:
        units = self._chosen(which)
        states = await asyncio.gather(*(unit.obeyed(CONFIRM_S) for unit in units), return_exceptions=True)
        return [_insist(state) for state in states]

    async def emergency_stop(self, which: str | None = None) -> Sequence[DeviceState]:
        self.cut_off(which)
        return await self.obeyed(which)

    def _chosen(self, which: str | None) -> Sequence[DeviceSupervisor]:
        return list(self._units.values()) if which is None else [self._unit(which)]

    def _unit(self, which: str) -> DeviceSupervisor:
        if which not in self._units:
            known = ", ".join(self._units) or "none"
            raise UnknownDevice(f"no device is called {which}; there are: {known}")
        return self._units[which]


async def _kept(name: str, unit: DeviceSupervisor) -> None:
    """`unit.run` for as long as it is wanted: one that fails is begun again, and ends no other."""
    complaints = Complaints()
    while True:
        try:
            await unit.run()
        except Exception as error:
            complaints.log(name, [error])
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            return
        await asyncio.sleep(AGAIN_S)


def _insist(state: DeviceState | BaseException) -> DeviceState:
    if isinstance(state, BaseException):
        raise state
    return state


def _is_fleeting(update: Update) -> bool:
    return isinstance(update, ReadingsTold | Telemetry)
