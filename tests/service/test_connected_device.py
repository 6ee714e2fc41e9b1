"""`legato.connect`: a device in the hands of a script, in virtual time."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar

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
from legato.sim.pipes import MemoryPipe

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
QUESTION = legato.Say("Ready?", wait=True, timeout_s=60)


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


# Playing.


def test_a_run_tells_what_happens_and_how_it_ended() -> None:
    async def act(device: legato.ConnectedDevice) -> tuple[list[legato.Event], legato.Outcome]:
        run = device.play(HOLDS)
        return await told(run), await run

    events, outcome = on("sim://wrap-3", act)
    steps = [event.mark.title for event in events if isinstance(event, legato.Step)]
    assert steps == ["Filling (19 s)", "First", "A breath", "Second"]
    assert isinstance(events[0], legato.Armed)
    assert events[-1] == legato.Ended(outcome)
    assert outcome.kind == "completed"


def test_it_plays_whether_or_not_anybody_listens_and_whoever_comes_late_hears_it_from_the_beginning() -> None:
    async def act(device: legato.ConnectedDevice) -> list[list[legato.Event]]:
        run = device.play(HOLDS)
        early = asyncio.create_task(told(run))
        await asyncio.sleep(40)
        late = asyncio.create_task(told(run))
        await run
        return [await early, await late, await told(run)]

    early, late, last = on("sim://wrap-3", act)
    assert early == late == last
    assert kinds(early)[-1] is legato.Ended


def test_an_hour_of_telemetry_is_not_kept_and_everything_else_is() -> None:
    async def act(device: legato.ConnectedDevice) -> list[legato.Event]:
        run = device.play(HOLDS)
        await run
        return [event async for event in run.events()]

    events = on("sim://wrap-3", act)
    telemetry = [event for event in events if isinstance(event, legato.Telemetry)]
    assert len(telemetry) == 256
    assert telemetry[-1].session_ms > 20_000
    assert isinstance(events[0], legato.Armed)


def test_one_connection_plays_one_routine_after_the_other() -> None:
    async def act(device: legato.ConnectedDevice) -> list[tuple[str, int]]:
        outcomes: list[tuple[str, int]] = []
        for _ in range(2):
            run = device.play(SHORT)
            outcomes.append(((await run).kind, len([e for e in await told(run) if isinstance(e, legato.Armed)])))
        return outcomes

    assert on("sim://wrap-3", act) == [("completed", 1)] * 2


def test_the_device_says_what_it_is_and_how_it_stands() -> None:
    async def act(device: legato.ConnectedDevice) -> list[str]:
        found = [device.state.doing.value]
        run = device.play(HOLDS)
        await at(run, "First")
        found += [device.state.doing.value, device.state.run.step if device.state.run else ""]
        await run.stop()
        await run
        assert device.description.name == "wrap-3"
        assert device.parts == (device.description,)
        return [*found, device.state.doing.value, device.state.last.kind if device.state.last else ""]

    assert on("sim://wrap-3", act) == ["idle", "running", "First", "idle", "stopped"]


def test_two_ports_are_one_device() -> None:
    async def act(device: legato.ConnectedDevice) -> tuple[list[str], str, str, set[str]]:
        schedule = legato.compile(SHORT, device.description)
        outcome = await device.play(schedule)
        sides = {str(channel.actuator.side) for channel in device.description.channels}
        return [part.name for part in device.parts], device.description.name, outcome.kind, sides

    parts, name, kind, sides = on(["sim://boot-6-left", "sim://boot-6-right"], act)
    assert parts == ["boot-6-left", "boot-6-right"]
    assert (name, kind) == ("boot-6-left_boot-6-right", "completed")
    assert sides == {"left", "right"}


# Steering.


def test_pause_and_resume() -> None:
    async def act(device: legato.ConnectedDevice) -> list[legato.Event]:
        run = device.play(HOLDS)
        await at(run, "First")
        await run.pause()
        assert device.state.doing == "paused"
        await asyncio.sleep(5)
        await run.resume()
        await run
        return await told(run)

    events = on("sim://wrap-3", act)
    assert kinds(events).index(legato.Paused) < kinds(events).index(legato.Resumed)
    assert events[-1] == legato.Ended(legato.Outcome("completed"))


def test_skip_leaves_a_step_out() -> None:
    async def act(device: legato.ConnectedDevice) -> tuple[list[legato.Event], legato.Schedule]:
        run = device.play(HOLDS)
        await at(run, "First")
        await run.skip()
        return await told(run), run.schedule

    events, schedule = on("sim://wrap-3", act)
    breath = next(mark for mark in schedule.marks if mark.title == "A breath")
    assert legato.Resumed(breath.session_ms) in events
    assert events[-1] == legato.Ended(legato.Outcome("completed"))


def test_intensity_at_once_and_later() -> None:
    async def act(device: legato.ConnectedDevice) -> list[legato.Event]:
        run = device.play(HOLDS)
        await run.intensity(50)
        await at(run, "Second")
        await run.intensity(80)
        assert device.state.run is not None
        assert device.state.run.intensity == 80
        await run
        return [event async for event in run.events()]

    events = on("sim://wrap-3", act)
    assert [event.percent for event in events if isinstance(event, legato.Intensity)] == [50, 80]
    assert max(max(event.commanded) for event in events if isinstance(event, legato.Telemetry)) == pytest.approx(24)


def test_a_question_is_answered() -> None:
    routine = HOLDS.replace(steps=(QUESTION, *HOLDS.steps))

    async def act(device: legato.ConnectedDevice) -> list[legato.Event]:
        run = device.play(routine)
        async for event in run.events():
            if isinstance(event, legato.CueShown):
                with pytest.raises(legato.UsageError, match='nothing waits for an answer to "Ready now"'):
                    await run.answer(replace(event.cue, say="Ready now"))
                await run.answer(event.cue)
        with pytest.raises(legato.UsageError, match="is over"):
            await run.answer(legato.Cue(0, "Ready?"))
        return await told(run)

    assert {legato.CueShown, legato.Resumed} <= set(kinds(on("sim://wrap-3", act)))


@pytest.mark.parametrize("step", ["Filling (19 s)", "First"])
def test_a_stop_is_confirmed_and_ends_the_run(step: str) -> None:
    async def act(device: legato.ConnectedDevice) -> tuple[legato.Outcome, list[legato.Event]]:
        run = device.play(HOLDS)
        await at(run, step)
        await run.stop()
        outcome = await run
        await run.stop()
        return outcome, await told(run)

    outcome, events = on("sim://wrap-3", act)
    assert outcome.kind == "stopped"
    assert events[-1] == legato.Ended(outcome)


def test_an_emergency_stop_is_held_until_it_is_cleared() -> None:
    async def act(device: legato.ConnectedDevice) -> tuple[list[str], list[legato.Event]]:
        run = device.play(HOLDS)
        await at(run, "First")
        await run.emergency_stop()
        outcomes = [(await run).kind, device.state.doing.value]
        with pytest.raises(legato.UsageError, match="clear it first"):
            await device.play(SHORT)
        await device.clear_fault()
        return [*outcomes, (await device.play(SHORT)).kind], await told(run)

    outcomes, events = on("sim://wrap-3", act)
    assert outcomes == ["emergency_stopped", "estop", "completed"]
    assert isinstance(events[-1], legato.Ended)
    assert events[-1].outcome.kind == "emergency_stopped"


def test_an_emergency_stop_is_possible_also_after_the_run() -> None:
    async def act(device: legato.ConnectedDevice) -> str:
        run = device.play(SHORT)
        await run
        await run.emergency_stop()
        return device.state.doing.value

    assert on("sim://wrap-3", act) == "estop"


def test_a_device_that_holds_an_emergency_stop_can_be_connected_and_cleared(monkeypatch: pytest.MonkeyPatch) -> None:
    async def act() -> list[str]:
        loop = asyncio.get_running_loop()
        simulated = SimDevice(load.device("wrap-3"), 0, loop)
        simulated.start()

        async def opened(_: str) -> Port:
            return MemoryPipe(simulated, loop)

        monkeypatch.setitem(SCHEMES, "sim", opened)
        async with legato.connect("sim://wrap-3") as device:
            await device.play(HOLDS).emergency_stop()
        async with legato.connect("sim://wrap-3") as device:
            found = [device.state.doing.value, device.state.problem.code if device.state.problem else ""]
            with pytest.raises(legato.UsageError, match="clear it first"):
                await device.play(SHORT)
            await device.clear_fault()
            found.append((await device.play(SHORT)).kind)
        simulated.stop()
        return found

    assert clock.run(act()) == ["estop", "emergency_stop", "completed"]


def test_two_connections_play_beside_each_other() -> None:
    async def played(port: str) -> str:
        async with legato.connect(port) as device:
            return (await device.play(HOLDS)).kind

    async def act() -> list[str]:
        return list(await asyncio.gather(played("sim://wrap-3"), played("sim://chair-1")))

    assert clock.run(act()) == ["completed"] * 2


@pytest.mark.parametrize("stop", ["stop", "emergency_stop"])
def test_what_is_stopped_before_it_began_does_not_begin(stop: str) -> None:
    async def act(device: legato.ConnectedDevice) -> tuple[legato.Outcome, list[legato.Event]]:
        run = device.play(HOLDS)
        await getattr(run, stop)()
        return await run, await told(run)

    outcome, events = on("sim://wrap-3", act)
    assert outcome == legato.Outcome("stopped", "it was stopped before it began")
    assert events == [legato.Ended(outcome)]


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


# Bad input.


@pytest.mark.parametrize(
    ("port", "text"),
    [
        (5, "a port is expected, such as /dev/ttyUSB0 or sim://boots-6, or two; this is 5"),
        ([], "0 ports are given; one device needs one, a pair needs two"),
        (["a", "b", "c"], "3 ports are given"),
        (["a", "a"], "a is given twice"),
        (["a", 5], "a port is expected, .* this is a list of 2"),
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
    (5, {}, "a routine is expected: a name, a path or a Routine; this is 5"),
    (None, {}, "a routine is expected"),
    (SHORT, {"minutes": "long"}, 'minutes are a number above 0; this is the text "long"'),
    (SHORT, {"person": 5}, "a person is expected by name; this is 5"),
    (SHORT, {"acknowledged": "no"}, 'acknowledged is True or False; this is the text "no"'),
    (SHORT, {"keep_simulated": 1}, "keep_simulated is True or False; this is 1"),
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
        await at(run, "First")
        with pytest.raises(legato.UsageError, match="cannot be cleared while a routine is playing"):
            await device.clear_fault()
        return (await run).kind

    assert on("sim://wrap-3", act) == "completed"


@pytest.mark.parametrize("percent", ["much", 50.0, True, None, -1, 101])
def test_intensity_is_a_whole_number_of_percent(percent: Any) -> None:
    async def act(device: legato.ConnectedDevice) -> None:
        run = device.play(HOLDS)
        await at(run, "First")
        with pytest.raises(legato.UsageError, match=r"^intensity is"):
            await run.intensity(percent)

    on("sim://wrap-3", act)


def test_what_makes_no_sense_now_is_said() -> None:
    async def act(device: legato.ConnectedDevice) -> None:
        run = device.play(HOLDS)
        await at(run, "First")
        with pytest.raises(legato.UsageError, match="cannot resume while playing"):
            await run.resume()
        with pytest.raises(legato.UsageError, match="cue of a CueShown is expected"):
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
