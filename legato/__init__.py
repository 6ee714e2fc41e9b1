"""Routines in terms of a leg, replayed and played on massage hardware.

    import legato

    routine = legato.Routine("evening", [legato.Glide("ankle", "thigh", pressure_mmhg=35, times=5)], title="Evening")
    replay = legato.replay(routine, "wrap-3", seed=7)
    print(replay.outcome.kind, replay.trace["left_calf"].felt)
    print(legato.sweep("goddard", seeds=range(10)))
    outcome = legato.play("goddard", "sim://boots-6", on_event=print)

In a notebook, or wherever an event loop runs:

    async with legato.connect("sim://boots-6") as device:
        run = device.play("goddard")
        async for event in run.events():
            print(event)
        outcome = await run

Routines and devices are given as objects, as names of built-in ones, or as paths of YAML files. Whatever Legato raises
on purpose is a LegatoError, whose text says what would be right. Pressures are in mmHg, speeds in cm/s, times in
seconds unless a name says otherwise. Nothing is imported before it is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from legato.app.facade import compile, device, load, replay  # noqa: A004 - the field's word for it
    from legato.app.replay import Replay
    from legato.app.routine import Routine
    from legato.app.summary import Summary
    from legato.app.sweep import Sweep, SweepRow
    from legato.app.trace_table import TraceColumn, TraceTable
    from legato.controller.session.events import (
        Armed,
        Connected,
        CueShown,
        Ended,
        Event,
        Fault,
        Found,
        Health,
        Intensity,
        LaidOn,
        Lost,
        Moved,
        Notice,
        Outcome,
        Overdue,
        Paused,
        Resting,
        Resumed,
        Started,
        Step,
        Telemetry,
    )
    from legato.errors import (
        CompileError,
        ControllerError,
        DeviceFaulted,
        DiaryError,
        InvalidFile,
        LegatoError,
        LinkLost,
        MissingExtra,
        NotAllowed,
        PortError,
        UnknownName,
        UsageError,
    )
    from legato.profiles.anatomy import Face, Side, Zone
    from legato.profiles.device import Device
    from legato.profiles.profile import Use
    from legato.profiles.schedule import Cue, Mark, Schedule
    from legato.profiles.steps import (
        Circle,
        Cool,
        Drain,
        Friction,
        Glide,
        Heat,
        Hold,
        Knead,
        Percuss,
        Press,
        Pulse,
        Repeat,
        Rest,
        Say,
        Sequence,
        Together,
        Vibrate,
        Wave,
    )
    from legato.service.connected_device import ConnectedDevice, connect
    from legato.service.devices.state import DeviceState
    from legato.service.run_handle import RunHandle
    from legato.terminal.facade import play
    from legato.terminal.sweep_progress import sweep

__all__ = [
    "Armed",
    "Circle",
    "CompileError",
    "Connected",
    "ConnectedDevice",
    "ControllerError",
    "Cool",
    "Cue",
    "CueShown",
    "Device",
    "DeviceFaulted",
    "DeviceState",
    "DiaryError",
    "Drain",
    "Ended",
    "Event",
    "Face",
    "Fault",
    "Found",
    "Friction",
    "Glide",
    "Health",
    "Heat",
    "Hold",
    "Intensity",
    "InvalidFile",
    "Knead",
    "LaidOn",
    "LegatoError",
    "LinkLost",
    "Lost",
    "Mark",
    "MissingExtra",
    "Moved",
    "NotAllowed",
    "Notice",
    "Outcome",
    "Overdue",
    "Paused",
    "Percuss",
    "PortError",
    "Press",
    "Pulse",
    "Repeat",
    "Replay",
    "Rest",
    "Resting",
    "Resumed",
    "Routine",
    "RunHandle",
    "Say",
    "Schedule",
    "Sequence",
    "Side",
    "Started",
    "Step",
    "Summary",
    "Sweep",
    "SweepRow",
    "Telemetry",
    "Together",
    "TraceColumn",
    "TraceTable",
    "UnknownName",
    "UsageError",
    "Use",
    "Vibrate",
    "Wave",
    "Zone",
    "compile",
    "connect",
    "device",
    "load",
    "play",
    "replay",
    "sweep",
]

_HOME = {
    "legato.app.facade": ("compile", "device", "load", "replay"),
    "legato.app.replay": ("Replay",),
    "legato.app.routine": ("Routine",),
    "legato.app.summary": ("Summary",),
    "legato.app.sweep": ("Sweep", "SweepRow"),
    "legato.app.trace_table": ("TraceColumn", "TraceTable"),
    "legato.controller.session.events": (
        "Armed",
        "Connected",
        "CueShown",
        "Ended",
        "Event",
        "Fault",
        "Found",
        "Health",
        "Intensity",
        "LaidOn",
        "Lost",
        "Moved",
        "Notice",
        "Outcome",
        "Overdue",
        "Paused",
        "Resting",
        "Resumed",
        "Started",
        "Step",
        "Telemetry",
    ),
    "legato.errors": (
        "CompileError",
        "ControllerError",
        "DeviceFaulted",
        "DiaryError",
        "InvalidFile",
        "LegatoError",
        "LinkLost",
        "MissingExtra",
        "NotAllowed",
        "PortError",
        "UnknownName",
        "UsageError",
    ),
    "legato.profiles.anatomy": ("Face", "Side", "Zone"),
    "legato.profiles.device": ("Device",),
    "legato.profiles.profile": ("Use",),
    "legato.profiles.schedule": ("Cue", "Mark", "Schedule"),
    "legato.profiles.steps": (
        "Circle",
        "Cool",
        "Drain",
        "Friction",
        "Glide",
        "Heat",
        "Hold",
        "Knead",
        "Percuss",
        "Press",
        "Pulse",
        "Repeat",
        "Rest",
        "Say",
        "Sequence",
        "Together",
        "Vibrate",
        "Wave",
    ),
    "legato.service.connected_device": ("ConnectedDevice", "connect"),
    "legato.service.devices.state": ("DeviceState",),
    "legato.service.run_handle": ("RunHandle",),
    "legato.terminal.facade": ("play",),
    "legato.terminal.sweep_progress": ("sweep",),
}
"""Where each public name is at home."""

__version__: str


if not TYPE_CHECKING:  # type checkers would take any name for a public one

    def __getattr__(name):
        if name == "__version__":
            value = import_module("importlib.metadata").version("legato")
        else:
            home = next((module for module, names in _HOME.items() if name in names), None)
            if home is None:
                raise AttributeError(f"module 'legato' has no attribute {name!r}")
            value = getattr(import_module(home), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return [*__all__, "__all__", "__doc__", "__version__"]
