"""`legato.connect` with what makes no sense: a typed error, at once, that says what would be right."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

import legato
from legato.app.simulated_port import SimPort
from legato.controller.ports.port import Port
from legato.profiles import load
from legato.service.endpoints import SCHEMES
from legato.sim import clock
from legato.sim.device import SimDevice
from legato.sim.pipes import MemoryPipe
from tests.service.scripts import HOLDS, SHORT, at, on


@pytest.mark.parametrize(
    ("port", "text"),
    [
        (5, "expected a port, such as /dev/ttyUSB0 or sim://boots-6, or two, not 5"),
        ([], "0 ports are given; one device needs one, a pair needs two"),
        (["a", "b", "c"], "3 ports are given"),
        (["a", "a"], "a is given twice"),
        (["a", 5], "expected a port, .* not a list of 2"),
    ],
)
def test_a_port_is_text_or_two(port: Any, text: str) -> None:
    with pytest.raises(legato.UsageError, match=text):
        legato.connect(port)


@pytest.mark.parametrize("port", ["/dev/no-such-port", "sim://no-such-device", "what://ever"])
def test_a_port_that_is_not_there_is_an_error_on_entering(port: str) -> None:
    async def act(device: legato.ConnectedDevice) -> None:
        pytest.fail(f"{device} is there")

    with pytest.raises(legato.PortError, match=port):
        on(port, act)


@pytest.mark.parametrize("ports", [["sim://boot-6-left", "sim://mute"], ["sim://mute"]])
def test_where_nothing_answers_the_port_is_named(ports: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    async def opened(name: str) -> Port:
        loop = asyncio.get_running_loop()
        if name == "mute":
            return MemoryPipe(SimDevice(load.device("wrap-3"), 0, loop), loop)  # which nobody has switched on
        return SimPort(SimDevice(load.device(name), 0, loop), loop)

    async def act(device: legato.ConnectedDevice) -> None:
        pytest.fail(f"{device} is there")

    monkeypatch.setitem(SCHEMES, "sim", opened)
    with pytest.raises(legato.PortError, match=r"^sim://mute: no Legato device on this port"):
        on(ports, act)


ROUTINES: list[tuple[Any, dict[str, Any], str]] = [
    (5, {}, "expected a routine \\(a name, a path or a Routine\\), not 5"),
    (None, {}, "expected a routine"),
    (SHORT, {"minutes": "long"}, 'minutes must be a number above 0, not the text "long"'),
    (SHORT, {"person": 5}, "expected the name of a person, not 5"),
    (SHORT, {"acknowledged": "no"}, 'acknowledged must be True or False, not the text "no"'),
    (SHORT, {"keep_simulated": 1}, "keep_simulated must be True or False, not 1"),
    (legato.compile(SHORT, "boots-6"), {}, "the schedule is for boots-6, and another device is here, wrap-3"),
    (legato.compile(SHORT, "wrap-3"), {"minutes": 20}, "a schedule has its length already"),
    (replace(legato.compile(SHORT, "wrap-3"), routine=None), {}, "was not made by legato.compile"),
]


@pytest.mark.parametrize(("routine", "how", "text"), ROUTINES)
def test_what_cannot_be_played_is_said_at_once(routine: Any, how: dict[str, Any], text: str) -> None:
    async def act(device: legato.ConnectedDevice) -> str:
        with pytest.raises(legato.UsageError, match=text):
            device.play(routine, **how)
        return device.state.doing.value

    assert on("sim://wrap-3", act) == "idle"


def test_a_routine_that_is_not_there_and_one_that_does_not_fit_are_said_at_once() -> None:
    async def act(device: legato.ConnectedDevice) -> None:
        with pytest.raises(legato.InvalidFile, match="no_such_routine"):
            device.play("no_such_routine")
        with pytest.raises(legato.CompileError):
            device.play("goddard", minutes=500)

    on("sim://wrap-3", act)


def test_two_runs_at_once_are_refused() -> None:
    async def act(device: legato.ConnectedDevice) -> str:
        run = device.play(HOLDS)
        with pytest.raises(legato.UsageError, match="two is under way; `await run` before another one"):
            device.play(SHORT)
        with pytest.raises(legato.UsageError, match="two is under way; a fault is cleared once it is over"):
            await device.clear_fault()
        return (await run).kind

    assert on("sim://wrap-3", act) == "completed"


@pytest.mark.parametrize("percent", ["much", 50.0, True, None, -1, 101])
def test_intensity_is_a_whole_number_of_percent(percent: Any) -> None:
    async def act(device: legato.ConnectedDevice) -> None:
        run = device.play(HOLDS)
        await at(run, "First")
        with pytest.raises(legato.UsageError, match=r"^intensity must be"):
            await run.intensity(percent)

    on("sim://wrap-3", act)


def test_what_makes_no_sense_now_is_said() -> None:
    async def act(device: legato.ConnectedDevice) -> None:
        run = device.play(HOLDS)
        await at(run, "First")
        with pytest.raises(legato.UsageError, match="cannot resume while playing"):
            await run.resume()
        with pytest.raises(legato.UsageError, match="expected the cue of a CueShown"):
            await run.answer("yes")  # type: ignore[arg-type]

    on("sim://wrap-3", act)


REQUESTS: dict[str, Callable[[legato.RunHandle], Awaitable[None]]] = {
    "pause": lambda run: run.pause(),
    "resume": lambda run: run.resume(),
    "skip": lambda run: run.skip(),
    "intensity": lambda run: run.intensity(50),
    "answer": lambda run: run.answer(legato.Cue(0, "Ready?")),
}


@pytest.mark.parametrize("request_name", REQUESTS)
def test_a_run_that_is_over_takes_no_requests(request_name: str) -> None:
    async def act(device: legato.ConnectedDevice) -> None:
        run = device.play(SHORT)
        await run
        device.play(HOLDS)
        with pytest.raises(legato.UsageError, match=r"this run of short is over; `device\.play` begins another one"):
            await REQUESTS[request_name](run)

    on("sim://wrap-3", act)


def test_every_request_is_one_of_these() -> None:
    coroutines = {name for name, _ in inspect.getmembers(legato.RunHandle, inspect.iscoroutinefunction)}
    assert {name for name in coroutines if not name.startswith("_")} == {*REQUESTS, "stop", "emergency_stop"}


def test_a_connection_is_used_while_its_block_runs() -> None:
    connection = legato.connect("sim://wrap-3")

    async def act() -> None:
        for use in (lambda: connection.description, lambda: connection.play(SHORT)):
            with pytest.raises(legato.UsageError, match=r"async with legato\.connect"):
                use()
        async with connection:
            run = connection.play(SHORT)
            await run
        with pytest.raises(legato.UsageError, match="this connection was left"):
            connection.play(SHORT)
        for use_later in (connection.clear_fault, run.emergency_stop):
            with pytest.raises(legato.UsageError, match="connection was left"):
                await use_later()
        with pytest.raises(legato.UsageError, match="a connection is used once"):
            await connection.__aenter__()
        assert (await run).kind == "completed"

    clock.run(act())
