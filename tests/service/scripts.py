"""What tests of `legato.connect` share: a script in virtual time, two routines, and what a run tells."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import legato
from legato.sim import clock

T = TypeVar("T")

HOLDS = legato.Routine(
    "two",
    [
        legato.Hold("ankle", pressure_mmhg=30, seconds=10, title="First"),
        legato.Rest(10, title="A breath"),
        legato.Hold("calf", pressure_mmhg=30, seconds=10, title="Second"),
    ],
    title="Two holds",
)
SHORT = legato.Routine("short", [legato.Rest(2, vent=True)], title="Short")


def on(port: str | list[str], act: Callable[[legato.ConnectedDevice], Awaitable[T]], *, patience_s: float = 300.0) -> T:
    """What `act` returns, in virtual time, on the device at a port."""

    async def main() -> T:
        async with asyncio.timeout(patience_s), legato.connect(port) as device:
            return await act(device)

    return clock.run(main())


async def told(run: legato.RunHandle) -> list[legato.Event]:
    """All events but telemetry."""
    return [event async for event in run.events() if not isinstance(event, legato.Telemetry)]


def kinds(events: list[legato.Event]) -> list[type[legato.Event]]:
    return [type(event) for event in events]


async def at(run: legato.RunHandle, step: str) -> None:
    """Until the run comes to a step."""
    async for event in run.events():
        if isinstance(event, legato.Step) and event.mark.title == step:
            return
