"""Two simulated boots and the pair that plays on them: what the tests of two devices as one share."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from legato.controller.pair.pair import Pair
from legato.controller.ports.port import Port
from legato.controller.session.events import Event
from legato.controller.session.session import Session
from legato.firmware import wire
from legato.firmware.ticks import ticks_diff
from legato.profiles.load import device as load_device
from legato.sim.clock import run
from legato.sim.device import SimDevice
from legato.sim.pipes import MemoryPipe

TOGETHER_MS = 5
STEP_S = 0.02


@dataclass
class Legs:
    """A simulated boot for each leg, the pair that plays on them, all it has told, and how far apart they ever were."""

    boots: list[SimDevice]
    pair: Pair
    pipes: list[MemoryPipe]
    heard: list[Event] = field(default_factory=list)
    apart_ms: int = 0

    def session_ms(self) -> list[int]:
        return [_session_ms(boot) for boot in self.boots]

    def states(self) -> list[int]:
        return [boot.core.state for boot in self.boots]

    def measure(self) -> None:
        """While session time runs on both, or does on one already and the other is about to begin."""
        states = self.states()
        if wire.RUNNING in states and set(states) <= {wire.RUNNING, wire.REFILL}:
            left, right = self.session_ms()
            self.apart_ms = max(self.apart_ms, abs(left - right))

    async def until(self, is_so: Callable[[], bool], patience_s: float = 120.0) -> None:
        async with asyncio.timeout(patience_s):
            while not is_so():
                await asyncio.sleep(STEP_S)
                self.measure()

    async def at(self, session_ms: int) -> None:
        await self.until(lambda: self.states() == [wire.RUNNING] * 2 and min(self.session_ms()) >= session_ms)

    async def told(self, kind: type[Event]) -> None:
        await self.until(lambda: any(isinstance(event, kind) for event in self.heard))

    def count(self, kind: type[Event]) -> int:
        return sum(isinstance(event, kind) for event in self.heard)

    def felt_mmhg(self) -> float:
        return max(value for boot in self.boots for value in boot.felt())


def _session_ms(boot: SimDevice) -> int:
    """Session time, counted from the moment that was named for its begin.

    The device begins on a tick, and shows until then where it stood: for a moment as much as 10 ms too little.
    """
    session, now_ms = boot.core._session, boot.now_ms
    begun_ms = ticks_diff(now_ms, session._start_ms) if session.state == wire.REFILL and session.is_filled else 0
    return boot.core.session_ms(now_ms) + max(begun_ms, 0)


Act = Callable[[Legs], Awaitable[None]]


def on_two_legs(
    act: Act,
    rates: tuple[float, float] = (1.01, 0.99),
    names: tuple[str, str] = ("boot-6-left", "boot-6-right"),
    seed: int = 1,
) -> Legs:
    """Runs `act` with a device for each leg, the clocks of which run at `rates`."""

    async def main() -> Legs:
        loop = asyncio.get_running_loop()
        boots = [SimDevice(load_device(name), number, loop) for number, name in enumerate(names)]
        pipes: list[MemoryPipe] = []
        for boot, rate in zip(boots, rates, strict=True):
            boot.start()
            boot.set_pace(rate=rate)

        def opener(boot: SimDevice) -> Callable[[], Awaitable[Port]]:
            async def opened() -> Port:
                pipes.append(MemoryPipe(boot, loop))
                return pipes[-1]

            return opened

        rng = random.Random(seed)
        sessions = [Session(opener(boot), random.Random(rng.getrandbits(64)), waits=True) for boot in boots]
        here = Legs(boots, Pair(sessions[0], sessions[1]), pipes)
        events = here.pair.events.subscribe()

        async def listen() -> None:
            async for event in events:
                here.heard.append(event)

        listening = asyncio.create_task(listen())
        try:
            async with here.pair:
                await act(here)
        finally:
            await listening
            for boot in boots:
                boot.stop()
        return here

    return run(main())
