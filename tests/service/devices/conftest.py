"""What the tests of the service share: a fleet in virtual time, whose devices can be pulled out and swapped."""

import asyncio
import random
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from legato.controller.errors import PortNotFound
from legato.controller.session.dose import Dose
from legato.profiles.device import Device
from legato.profiles.load import device as load_device
from legato.profiles.schedule import Schedule
from legato.service.devices.bridge import Start
from legato.service.devices.endpoint import DeviceEndpoint, PortEnd
from legato.service.devices.fleet import Fleet
from legato.service.devices.run_policy import Prepared
from legato.service.devices.state import DeviceState, Doing, Ending, News, Run, StateTold
from legato.sim.clock import run
from legato.sim.device import SimDevice
from legato.sim.pipes import MemoryPipe
from tests.host import SINGLE, squeezes
from tests.service.devices.pairs import kneads

Make = Callable[[Device], Schedule]
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@dataclass
class Socket:
    """Where a device is plugged in, or not."""

    name: str
    device: SimDevice
    pipes: list[MemoryPipe] = field(default_factory=list)
    error: Exception | None = None
    opened: int = 0
    waits: Callable[[], Coroutine[Any, Any, None]] | None = None

    async def open(self) -> MemoryPipe:
        self.opened += 1
        if self.waits is not None:
            await self.waits()
        if self.error is not None:
            raise self.error
        self.pipes.append(MemoryPipe(self.device, asyncio.get_running_loop()))
        return self.pipes[-1]

    def unplug(self) -> None:
        """Pulls the cable, for as long as `plug` does not put it back."""
        self.error = PortNotFound("/dev/ttyUSB0: there is no such port")
        for pipe in self.pipes:
            pipe.unplug()

    def plug(self) -> None:
        self.error = None


@dataclass
class Secretary:
    """A desk that admits everybody after `takes_s`, and remembers what it is told."""

    make: Make
    takes_s: float = 0.05
    refusal: Exception | None = None
    wishes: list[Start] = field(default_factory=list)
    begun_with: list[tuple[str, str]] = field(default_factory=list)
    kept: list[tuple[Run, Ending, str, Dose]] = field(default_factory=list)

    async def prepare(self, wish: Start, device: Device) -> Prepared:
        self.wishes.append(wish)
        await asyncio.sleep(self.takes_s)
        if self.refusal is not None:
            raise self.refusal
        return Prepared(self.make(device), wish.routine.title(), wish.person, in_diary=wish.person is not None)

    def begun(self, run: Run, device: Device) -> None:
        self.begun_with.append((run.routine, device.name))

    def ended(self, run: Run, ending: Ending, device: Device, dose: Dose) -> None:
        self.kept.append((run, ending, device.name, dose))


@dataclass
class House:
    """A fleet at work."""

    fleet: Fleet
    sockets: dict[str, Socket]
    desk: Secretary
    told: list[News] = field(default_factory=list)

    def state(self, which: str = "boots") -> DeviceState:
        return self.fleet.state(which)

    @staticmethod
    def problem_of(state: DeviceState) -> str:
        return "" if state.problem is None else state.problem.code

    def doings(self, which: str = "boots") -> list[Doing]:
        """What the device has done so far, as it was told."""
        doings = [n.state.doing for n in self.told if isinstance(n, StateTold) and n.state.id == which]
        return [d for i, d in enumerate(doings) if i == 0 or d is not doings[i - 1]]

    async def until(self, is_so: Callable[[], bool], patience_s: float = 200.0) -> None:
        """Lets time pass until something holds."""
        async with asyncio.timeout(patience_s):
            while not is_so():  # noqa: ASYNC110 - what is waited for lies in the simulator, which sets no asyncio.Event
                await asyncio.sleep(0.01)

    async def until_doing(self, doing: Doing, which: str = "boots") -> DeviceState:
        await self.until(lambda: self.state(which).doing is doing)
        return self.state(which)

    async def begin(self, which: str = "boots", **wish: Any) -> DeviceState:
        """Starts a routine once the device is there."""
        await self.until_doing(Doing.IDLE, which)
        return await self.fleet.start(which, Start(routine="squeezes", **wish))

    async def played_to(self, session_ms: int, which: str = "boots") -> None:
        """Until session time has come so far."""

        def is_there() -> bool:
            state = self.state(which)
            return state.doing is Doing.RUNNING and state.run is not None and state.run.session_ms >= session_ms

        await self.until(is_there)


Act = Callable[[House], Coroutine[Any, Any, None]]


async def _housed(there: Mapping[str, Mapping[str, Device]], make: Make, act: Act) -> House:
    """A house in which each place has devices behind sockets of their own."""
    loop = asyncio.get_running_loop()
    devices = [one for ends in there.values() for one in ends.items()]
    sockets = {name: Socket(name, SimDevice(device, seed, loop)) for seed, (name, device) in enumerate(devices)}
    desk = Secretary(make)
    places = [
        DeviceEndpoint(which, tuple(PortEnd(f"/dev/{n}", sockets[n].open) for n in ends))
        for which, ends in there.items()
    ]
    fleet = Fleet(places, desk, random.Random(1), lambda: NOON + timedelta(seconds=loop.time()))
    house = House(fleet, sockets, desk)
    for socket in sockets.values():
        socket.device.start()
    tasks = [asyncio.create_task(_listen(house)), asyncio.create_task(fleet.run())]
    await asyncio.sleep(0)
    try:
        await act(house)
    finally:
        for task in reversed(tasks):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        for socket in sockets.values():
            socket.device.stop()
    return house


async def _listen(house: House) -> None:
    with house.fleet.news() as news:
        async for item in news:
            house.told.append(item)


@pytest.fixture
def live() -> Callable[..., House]:
    """`left = live(act, *names)` runs `act` on a fleet of small devices, just boots unless named, in virtual time."""

    def lived(act: Act, *names: str) -> House:
        return run(_housed({name: {name: SINGLE} for name in names or ("boots",)}, squeezes, act))

    return lived


@pytest.fixture
def paired() -> Callable[..., House]:
    """`left = paired(act)` runs `act` on `both`, a boot for each leg behind `left` and `right`."""

    def lived(act: Act, *names: str) -> House:
        first, second = map(load_device, names or ("boot-6-left", "boot-6-right"))
        return run(_housed({"both": {"left": first, "right": second}}, kneads, act))

    return lived
