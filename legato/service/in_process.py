"""A device that this process has for itself: a fleet as the service's, of one, without HTTP or workers."""

import asyncio
import random
from types import TracebackType
from typing import Any, Self

from legato.app import wall_clock
from legato.controller.errors import BadLine, NotLegato
from legato.controller.ports.port import BAUD
from legato.controller.session.event_bus import Subscription
from legato.controller.session.reconnect import PATIENCE_S
from legato.profiles.device import Device
from legato.service.devices.bridge import Bridge, Start
from legato.service.devices.endpoint import DeviceEndpoint, Upkeep
from legato.service.devices.fleet import Fleet
from legato.service.devices.run_policy import RunPolicy
from legato.service.devices.state import DeviceState, Doing, StateTold, Update
from legato.service.devices.stop_report import insist_on_confirmed


class InProcessDevice:
    """`async with InProcessDevice(place, policy) as device:` finds it; leaving vents it and closes the port.

    Entering raises what keeps the device away: PortError, PortLost, or DeviceFaulted unless a latched fault is kept
    (`keep_fault`) or cleared (`clear_fault`).
    """

    def __init__(
        self, place: DeviceEndpoint, policy: RunPolicy, *, keep_fault: bool = False, clear_fault: bool = False
    ) -> None:
        upkeep = Upkeep(PATIENCE_S, keep_fault=keep_fault, clear_fault=clear_fault)
        self._fleet = Fleet([place], policy, random.Random(), wall_clock.now, upkeep)  # noqa: S311 - jitter
        self._place = place
        self._which = place.id
        self._subscriptions: list[Subscription[Update]] = []
        self._keeping: asyncio.Task[None] | None = None
        self.commands = BridgeCommands(self._fleet, place.id)

    async def __aenter__(self) -> Self:
        self._keeping = asyncio.create_task(self._fleet.run(), name="devices")
        self._keeping.add_done_callback(lambda _: self._close())
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
    def description(self) -> Device | None:
        """What it said it is when it was there last; a pair is one device."""
        return self._fleet.description(self._which)

    @property
    def parts(self) -> tuple[Device, ...]:
        """What it says it is; of a pair, what each of both says, in the order of the ports."""
        return self._fleet.parts(self._which)

    @property
    def left_at_rest(self) -> bool:
        """Whether what was under way when this was left has ended by the device's own word."""
        return self._fleet.left_at_rest(self._which)

    @property
    def is_kept(self) -> bool:
        """Whether it has been entered, and not been left yet."""
        return self._keeping is not None and not self._keeping.done()

    def updates(self) -> Subscription[Update]:
        """What happens from now on; it ends where nobody keeps the device any more."""
        updates = self._fleet.updates(self._which)
        self._subscriptions.append(updates)
        return updates

    async def start(self, wish: Start) -> None:
        """Begins a run; raises what the run policy raises, or why it did not begin."""
        await self._fleet.start(self._which, wish)

    def release(self) -> None:
        """Has it stopped: the frame is on the line when this returns, and leaving waits for the device's word."""
        self._fleet.release_all()

    async def clear_fault(self) -> None:
        """Has a latched fault or an emergency stop cleared, once the air is out."""
        await self._fleet.clear_fault(self._which)

    def _close(self) -> None:
        for updates in self._subscriptions:
            updates.close()

    def _placed(self, error: Exception) -> Exception:
        """Where none answers, or on a bad line, the same error with the port at which that is, and how fast."""
        port, problem = self._place.ends[0].port, self.state.problem
        if not isinstance(error, NotLegato | BadLine) or str(error).startswith(port):
            return error
        if len(self._place.ends) > 1 and problem is not None:
            return type(error)(problem.cause)
        speed = "" if "://" in port else f" at {BAUD} baud"
        return type(error)(f"{port}{speed}: {error}")

    async def _found(self) -> None:
        with self._fleet.updates(self._which) as updates:
            async for update in updates:
                if isinstance(update, StateTold) and update.state.doing is not Doing.OFFLINE:
                    return
                if (absence := self._fleet.absence(self._which)) is not None:
                    raise self._placed(absence)

    async def _leave(self) -> None:
        """Vents it. Whoever is cancelled again meanwhile does not wait for a soft stop: it gets an emergency stop."""
        if (keeping := self._keeping) is None:
            return
        self._fleet.release_all()
        keeping.cancel()
        try:
            await asyncio.wait([keeping])
        except asyncio.CancelledError:
            self._fleet.cut_off()
            await asyncio.wait([keeping])
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
