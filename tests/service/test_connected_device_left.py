"""A connection that is left, an awaiter who is cancelled, a device that is lost: what becomes of the air."""

import asyncio
import inspect
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import pytest

import legato
from legato.app.simulated_port import SimPort
from legato.controller.ports.port import Port
from legato.controller.session.playback import BACK_S
from legato.controller.session.reconnect import PATIENCE_S
from legato.firmware import wire
from legato.firmware.session import SILENCE_MS
from legato.profiles import load
from legato.service.endpoints import SCHEMES
from legato.sim import clock
from legato.sim.device import SimDevice
from tests.service.scripts import HOLDS, SHORT, at, kinds, on, told


def pressed_mmhg(port: SimPort) -> float:
    """The highest pressure that is felt now on the device behind a port."""
    device = port._powered
    both = zip(device.device.channels, device.felt(), strict=True)
    return max(felt for channel, felt in both if channel.unit == "mmHg")


@pytest.fixture
def powered(monkeypatch: pytest.MonkeyPatch) -> list[SimPort]:
    """The simulated devices that are connected, in this order."""
    ports: list[SimPort] = []

    async def opened(name: str) -> Port:
        loop = asyncio.get_running_loop()
        ports.append(SimPort(SimDevice(load.device(name), 0, loop), loop))
        return ports[-1]

    monkeypatch.setitem(SCHEMES, "sim", opened)
    return ports


# Leaving.


@pytest.mark.parametrize("error", [None, ZeroDivisionError("of the script")])
def test_leaving_the_block_stops_and_vents(powered: list[SimPort], error: Exception | None) -> None:
    runs: list[legato.RunHandle] = []

    async def left() -> None:
        async with legato.connect("sim://wrap-3") as device:
            runs.append(device.play(HOLDS))
            await at(runs[0], "First")
            await asyncio.sleep(5)
            assert pressed_mmhg(powered[0]) > 25
            if error is not None:
                raise error

    async def act() -> legato.Outcome:
        with suppress(ZeroDivisionError):
            await left()
        assert runs[0].is_over
        return await runs[0]

    assert clock.run(act()).kind == "stopped"
    assert powered[0]._powered.core.state == wire.IDLE
    assert pressed_mmhg(powered[0]) < 5


def test_leaving_at_once_begins_nothing(powered: list[SimPort]) -> None:
    async def act() -> legato.Outcome:
        async with legato.connect("sim://wrap-3") as device:
            run = device.play(HOLDS)
        return await run

    assert clock.run(act()).cause == "it was stopped before it began"
    assert powered[0]._powered.core.state == wire.IDLE


@pytest.mark.parametrize(
    "waits",
    [
        lambda run: asyncio.wait_for(run, 30),
        lambda run: asyncio.wait_for(asyncio.gather(run, told(run)), 30),
    ],
)
def test_whoever_is_cancelled_while_they_await_a_run_has_stopped_it(
    powered: list[SimPort], waits: Callable[[legato.RunHandle], Coroutine[Any, Any, object]]
) -> None:
    async def act(device: legato.ConnectedDevice) -> str:
        run = device.play(HOLDS)
        with pytest.raises(TimeoutError):
            await waits(run)
        await asyncio.sleep(0.05)
        assert powered[0]._powered.core.state == wire.STOPPING
        return (await run).kind

    assert on("sim://wrap-3", act) == "stopped"


def test_whoever_waits_with_a_shield_or_reads_events_stops_nothing() -> None:
    async def act(device: legato.ConnectedDevice) -> str:
        run = device.play(HOLDS)
        for wait in (asyncio.shield(run), told(run)):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(wait, 10)
        return (await run).kind

    assert on("sim://wrap-3", act) == "completed"


def test_a_device_that_does_not_confirm_is_told_of_on_leaving(powered: list[SimPort]) -> None:
    async def act(device: legato.ConnectedDevice) -> None:
        await at(device.play(HOLDS), "First")
        powered[0].unplug()

    with pytest.raises(legato.LinkLost, match=r"has not confirmed that it stopped\. Switch the device off"):
        on("sim://wrap-3", act)


# A device that is lost.


def test_a_device_that_is_lost_and_found_goes_on_when_it_is_resumed(powered: list[SimPort]) -> None:
    async def act(device: legato.ConnectedDevice) -> list[legato.Event]:
        run = device.play(HOLDS)
        async for event in run.events():
            match event:
                case legato.Step() if event.mark.title == "First" and len(powered) == 1:
                    powered[0].unplug()
                case legato.Found():
                    await run.resume()
                case _:
                    pass
        return await told(run)

    events = on("sim://wrap-3", act)
    order = [kind for kind in kinds(events) if kind in {legato.Lost, legato.Found, legato.Ended}]
    assert order == [legato.Lost, legato.Found, legato.Ended]
    assert events[-1] == legato.Ended(legato.Outcome("completed"))


def test_a_device_that_stays_away_ends_the_events_with_an_error(
    powered: list[SimPort], monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[legato.Event] = []

    async def hear(run: legato.RunHandle) -> None:
        async for event in run.events():
            heard.append(event)  # noqa: PERF401 - what came before the error counts

    async def gone(name: str) -> Port:
        raise legato.PortError(f"{name}: unplugged")

    async def act(device: legato.ConnectedDevice) -> legato.Outcome:
        run = device.play(HOLDS)
        await at(run, "First")
        monkeypatch.setitem(SCHEMES, "sim", gone)
        powered[0].unplug()
        with pytest.raises(legato.LinkLost, match="Check cable and power"):
            await hear(run)
        with pytest.raises(legato.LinkLost, match="is not there"):
            await device.play(SHORT)
        return await run

    outcome = on("sim://wrap-3", act)
    assert outcome.kind == "link_lost"
    assert heard[-1] == legato.Ended(outcome)
    assert any(isinstance(event, legato.Lost) for event in heard)


def test_the_times_that_are_described_are_those_in_force() -> None:
    handle, device = (inspect.getdoc(one) or "" for one in (legato.RunHandle, legato.ConnectedDevice))
    assert f"not found within {PATIENCE_S:g} s" in " ".join(handle.split())
    assert "for ten minutes" in handle
    assert BACK_S == 600
    assert f"for more than {SILENCE_MS / 1000:g} s" in " ".join(device.split())
