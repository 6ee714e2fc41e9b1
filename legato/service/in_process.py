"""A device that this process has for one run: a fleet as the service's, of one, without HTTP or workers."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self

from legato.app import wall_clock
from legato.controller.session.events import Event
from legato.controller.session.reconnect import PATIENCE_S
from legato.errors import LinkLost
from legato.profiles.device import Device
from legato.service.devices.bridge import Bridge, Start
from legato.service.devices.endpoint import DeviceEndpoint, Upkeep
from legato.service.devices.fleet import Fleet
from legato.service.devices.run_policy import RunPolicy
from legato.service.devices.state import DeviceState, Doing, StateTold, Update
from legato.service.devices.stop_report import insist_on_confirmed


class InProcessDevice:
    """`async with InProcessDevice(place, policy, start) as device:` finds it; leaving vents it and closes the port.

    Entering raises what keeps the device away: PortError, PortLost, or DeviceFaulted unless `clear_fault`.
    """

    def __init__(self, place: DeviceEndpoint, policy: RunPolicy, wish: Start, *, clear_fault: bool = False) -> None:
        upkeep = Upkeep(PATIENCE_S, keep_fault=False, clear_fault=clear_fault)
        self._fleet = Fleet([place], policy, random.Random(), wall_clock.now, upkeep)  # noqa: S311 - jitter
        self._which = place.id
        self._wish = wish
        # From the beginning: also that it was found is something to show.
        self._updates = self._fleet.updates(place.id)
        self.commands = BridgeCommands(self._fleet, place.id)

    async def __aenter__(self) -> Self:
        self._keeping = asyncio.create_task(self._fleet.run(), name="devices")
        self._keeping.add_done_callback(lambda _: self._updates.close())
        try:
            await self._found()
        except BaseException:
            await self._leave()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._leave()

    @property
    def state(self) -> DeviceState:
        """How it stands."""
        return self._fleet.state(self._which)

    @property
    def parts(self) -> tuple[Device, ...]:
        """What it says it is; of a pair, what each of both says, in the order of the ports."""
        return self._fleet.parts(self._which)

    @property
    def left_at_rest(self) -> bool:
        """Whether what was under way when this was left has ended by the device's own word."""
        return self._fleet.left_at_rest(self._which)

    @asynccontextmanager
    async def updates(self) -> AsyncIterator[AsyncIterator[Update]]:
        """Everything since it was looked for; raises LinkLost at the end, where nobody keeps the device any more."""
        yield self._told()

    def publish(self, event: Event) -> None:
        """Shows `event` to whoever iterates over `updates`, among the device's own."""
        self._updates.put(event)

    async def start(self) -> None:
        """Begins the run; raises what the run policy raises, or why it did not begin."""
        await self._fleet.start(self._which, self._wish)

    async def leave(self) -> None:
        """Has it stopped: the frame is on the line when this returns, and leaving waits for the device's word."""
        self._fleet.release_all()

    async def _told(self) -> AsyncIterator[Update]:
        async for update in self._updates:
            yield update
        raise LinkLost(f"{self._which} is not kept any more")

    async def _found(self) -> None:
        with self._fleet.updates(self._which) as updates:
            async for update in updates:
                if isinstance(update, StateTold) and update.state.doing is not Doing.OFFLINE:
                    return
                if (absence := self._fleet.absence(self._which)) is not None:
                    raise absence

    async def _leave(self) -> None:
        """Vents it. Whoever is cancelled again meanwhile does not wait for a soft stop: it gets an emergency stop."""
        self._fleet.release_all()
        self._keeping.cancel()
        try:
            await asyncio.wait([self._keeping])
        except asyncio.CancelledError:
            self._fleet.cut_off()
            await asyncio.wait([self._keeping])
            raise


class BridgeCommands:
    """What a person asks of one device while it plays; raises what it refuses, also a stop that is not confirmed."""

    def __init__(self, bridge: Bridge, which: str) -> None:
        self._bridge = bridge
        self._which = which

    async def emergency_stop(self) -> None:
        insist_on_confirmed(await self._bridge.emergency_stop(self._which))

    async def stop(self) -> None:
        insist_on_confirmed([await self._bridge.stop(self._which)])

    async def skip(self) -> None:
        await self._bridge.skip(self._which)

    async def pause(self) -> None:
        await self._bridge.pause(self._which)

    async def resume(self) -> None:
        await self._bridge.resume(self._which)

    async def answer(self, cue: Any) -> None:
        await self._bridge.answer(self._which, cue.id)

    async def set_intensity(self, percent: int) -> None:
        await self._bridge.set_intensity(self._which, percent)
