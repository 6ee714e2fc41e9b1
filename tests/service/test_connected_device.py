"""`legato.connect`: a device in the hands of a script, played on, followed and steered, in virtual time."""

import asyncio
from dataclasses import replace

import pytest

import legato
from legato.controller.ports.port import Port
from legato.profiles import load
from legato.service.endpoints import SCHEMES
from legato.sim import clock
from legato.sim.device import SimDevice
from legato.sim.pipes import MemoryPipe
from tests.service.scripts import HOLDS, SHORT, at, kinds, on, told

QUESTION = legato.Say("Ready?", wait=True, timeout_s=60)


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
                with pytest.raises(legato.UsageError, match=r'nothing waits for an answer to "Ready\?"'):
                    await run.answer(replace(event.cue, session_ms=event.cue.session_ms - 10))
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
