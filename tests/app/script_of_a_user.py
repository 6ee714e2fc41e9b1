"""A script as a user writes it, with everything that `legato` offers: checked by `mypy --strict`, and run."""

import asyncio
from array import array
from pathlib import Path
from typing import assert_never, assert_type

import legato


def everything(pressure_mmhg: float) -> legato.Routine:
    """A routine with one of each step."""
    air = [
        legato.Glide("ankle", "thigh", pressure_mmhg=pressure_mmhg, times=2),
        legato.Wave(legato.Zone.ANKLE, legato.Zone.CALF, pressure_mmhg=pressure_mmhg, end_pressure_mmhg=20),
        legato.Knead("calf", pressure_mmhg=pressure_mmhg, seconds=20, side="left"),
        legato.Circle("knee", pressure_mmhg=20, face="around"),
        legato.Hold("calf", pressure_mmhg=pressure_mmhg, seconds=5, side=legato.Side.RIGHT),
        legato.Sequence("foot", "thigh", pressure_mmhg=40),
        legato.Pulse("calf", pressure_mmhg=30, on_s=3, period_s=20, times=2),
        legato.Drain("foot", "thigh", repeats=1),
        legato.Press("calf", pressure_mmhg=30, seconds=10),
    ]
    motors = [
        legato.Friction("calf", intensity_pct=30, seconds=5),
        legato.Percuss("calf", intensity_pct=30, seconds=5),
        legato.Vibrate("calf", intensity_pct=30, seconds=5),
    ]
    warm = legato.Heat("foot", seconds=30, face=legato.Face.AROUND)
    steps = [
        legato.Say("Lie back.", seconds=2),
        legato.Together([warm, legato.Rest(5)]),
        legato.Repeat(1, air),
        *motors,
        legato.Cool("calf", seconds=30),
    ]
    return legato.Routine("everything", steps, title="Everything", use="sport", cautions=["Stop if it hurts."])


def columns(replay: legato.Replay) -> legato.TraceColumn:
    """Of one channel."""
    trace: legato.TraceTable = replay.trace
    felt: array[float] = trace["left_calf"].felt
    assert len(trace.time_s) == len(felt) == replay.to_numpy().shape[0]
    return trace["left_calf"]


def complaints() -> list[str]:
    """What is said of what makes no sense."""
    said = []
    for name in ("no_such_routine", "no_such_file.yaml"):
        try:
            legato.load(name)
        except legato.InvalidFile as error:
            said.append(str(error))
    try:
        legato.load("goddard").replace(use="pleasure")
    except legato.UsageError as error:
        said.append(str(error))
    try:
        legato.compile("goddard", "wrap-3", strict=True)
    except legato.NotAllowed as error:
        said.append(str(error))
    return said


def played(routine: legato.Routine) -> legato.Outcome | None:
    """On a simulated device, for nobody who is known."""
    try:
        return legato.play(routine, "sim://wrap-3", person="nobody", on_event=lambda event: print(told(event)))
    except (legato.UnknownName, legato.DiaryError) as error:
        print(error)
    except (legato.CompileError, legato.PortError, legato.DeviceFaulted, legato.MissingExtra) as error:
        print("unexpected:", error)
    return None


def told(event: legato.Event) -> str:
    """One of each event."""
    match event:
        case legato.Step() | legato.Moved():
            mark: legato.Mark = event.mark
            return mark.title
        case legato.CueShown():
            cue: legato.Cue = event.cue
            return cue.say
        case legato.Telemetry() | legato.Started() | legato.Paused() | legato.Resumed():
            return f"{type(event).__name__} at {event.session_ms} ms"
        case legato.Lost() | legato.Found() | legato.Fault() | legato.Notice():
            return str(event.as_dict())
        case legato.Connected() | legato.Armed() | legato.LaidOn() | legato.Overdue():
            return type(event).__name__
        case legato.Intensity() | legato.Resting() | legato.Health():
            return str(event)
        case legato.Ended():
            return event.outcome.kind
    assert_never(event)


async def steered() -> legato.Outcome:
    """Two simulated devices as one, and everything that can be asked of a run."""
    rests = legato.Routine("rests", [legato.Rest(3), legato.Rest(3), legato.Rest(3, vent=True)], title="Rests")
    async with legato.connect(["sim://boot-6-left", "sim://boot-6-right"]) as device:
        connected: legato.ConnectedDevice = device
        run: legato.RunHandle = connected.play(legato.compile(rests, device.description))
        state: legato.DeviceState = device.state
        print(state.doing.value, [part.name for part in device.parts], run.schedule.duration_ms)
        await run.intensity(80)
        await run.pause()
        await run.skip()
        await run.resume()
        async for event in run.events():
            print(told(event))
            if isinstance(event, legato.Resumed):
                await run.stop()
        try:
            await run.answer(legato.Cue(0, "Ready?"))
        except (legato.UsageError, legato.LinkLost, legato.ControllerError) as error:
            print(error)
        assert_type(await run, legato.Outcome)
        assert run.is_over
        await run.emergency_stop()
        await device.clear_fault()
    return await run


def main() -> None:
    """All of it."""
    routine = everything(30)
    assert_type(routine.use, legato.Use)
    Path("everything.yaml").write_text(routine.to_yaml(), "utf-8")
    again = legato.load("everything")
    assert again == routine
    device: legato.Device = legato.device("wrap-3")
    schedule: legato.Schedule = legato.compile(again, device)
    replay = legato.replay(routine, device, seed=7)
    summary: legato.Summary = replay.summary
    print(schedule.duration_ms, replay.outcome.kind, summary.max_error_ms, columns(replay).unit)
    replay.save("out")

    sweep: legato.Sweep = legato.sweep(everything, device, seeds=[1], over={"pressure_mmhg": [20, 30]}, jobs=2)
    rows: tuple[legato.SweepRow, ...] = sweep.rows
    print(sweep, [row.peak_mmhg for row in rows])
    try:
        print("\n".join(complaints()), played(routine), asyncio.run(steered()))
    except legato.LegatoError as error:
        print(error)
    print("all of it was used")


if __name__ == "__main__":
    main()
