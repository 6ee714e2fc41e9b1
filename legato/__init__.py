"""Routines in terms of a leg, replayed and played on massage hardware.

    import legato

    routine = legato.Routine("evening", [legato.Glide("ankle", "thigh", pressure_mmhg=35, times=5)], title="Evening")
    replay = legato.replay(routine, "wrap-3", seed=7)
    print(replay.outcome.kind, replay.trace["left_calf"].felt)
    print(legato.sweep("goddard", seeds=range(10)))
    outcome = asyncio.run(legato.play("goddard", "sim://boots-6", on_event=print))

Routines and devices are given as objects, as names of built-in ones, or as paths of YAML files. Whatever Legato raises
on purpose is a LegatoError, whose text says what would be right. Pressures are in mmHg, speeds in cm/s, times in
seconds unless a name says otherwise. Nothing is imported before it is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Sequence as Several
    from pathlib import Path

    from legato.app.facade import compile, device, load, replay  # noqa: A004 - the field's word for it
    from legato.app.replay import Replay
    from legato.app.routine import Routine
    from legato.app.summary import Summary
    from legato.app.sweep import Sweep, SweepRow
    from legato.app.trace_table import TraceColumn, TraceTable
    from legato.controller.session.events import Event, Outcome
    from legato.errors import (
        CompileError,
        ControllerError,
        DiaryError,
        InvalidFile,
        LegatoError,
        MissingExtra,
        NotAllowed,
        PortError,
        UnknownName,
        UsageError,
    )
    from legato.profiles.anatomy import Face, Side, Zone
    from legato.profiles.device import Device
    from legato.profiles.profile import Profile, Use
    from legato.profiles.schedule import Schedule
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
    from legato.terminal.sweep_progress import sweep

__all__ = [
    "Circle",
    "CompileError",
    "ControllerError",
    "Cool",
    "Device",
    "DiaryError",
    "Drain",
    "Face",
    "Friction",
    "Glide",
    "Heat",
    "Hold",
    "InvalidFile",
    "Knead",
    "LegatoError",
    "MissingExtra",
    "NotAllowed",
    "Outcome",
    "Percuss",
    "PortError",
    "Press",
    "Pulse",
    "Repeat",
    "Replay",
    "Rest",
    "Routine",
    "Say",
    "Schedule",
    "Sequence",
    "Side",
    "Summary",
    "Sweep",
    "SweepRow",
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
    "legato.controller.session.events": ("Outcome",),
    "legato.errors": (
        "CompileError",
        "ControllerError",
        "DiaryError",
        "InvalidFile",
        "LegatoError",
        "MissingExtra",
        "NotAllowed",
        "PortError",
        "UnknownName",
        "UsageError",
    ),
    "legato.profiles.anatomy": ("Face", "Side", "Zone"),
    "legato.profiles.device": ("Device",),
    "legato.profiles.profile": ("Use",),
    "legato.profiles.schedule": ("Schedule",),
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


async def play(
    profile: "Profile | str | Path",
    port: "str | Several[str]",
    *,
    person: str | None = None,
    minutes: float | None = None,
    on_event: "Callable[[Event], None]" = lambda _: None,
    acknowledged: bool = False,
    keep_simulated: bool = False,
) -> "Outcome":
    """Plays on the device at `port` for `person`, or whoever is current; cancelled, it vents the device first.

    It lasts about `minutes`; without, as long as is written, or, where this person follows a course of it, in full.

    A person's massages are kept in their diary; a run on a simulator is none, and is kept, marked, only where
    `keep_simulated` asks for it.

    With two ports it plays on two devices as one, such as a boot for each leg: they start and stay together, and what
    stops one stops the other.

    Raises:
        UnknownName: there is no such person.
        NotAllowed: it is not for this person, or not yet, or a caution was neither `acknowledged` here nor at the
            terminal.
        DiaryError: the diary cannot be read, so nobody knows of the last massage.
        PortError: a port cannot be used, or the devices at two ports do not go together.
        CompileError: the routine cannot be made safe on the device that is there, or has no such length on it.
        DeviceFaulted: the device holds a fault; `legato play --clear-fault` clears it.
    """
    from legato.app import people
    from legato.app.admission import length
    from legato.app.routine import routine_of
    from legato.terminal import playing, remarks
    from legato.terminal.views import Listener

    routine, who = routine_of(profile), people.chosen(person)
    admitted = remarks.admitted_to_play(routine, who, acknowledged)
    wish = playing.Wish(
        person=who,
        restrictions=admitted.restrictions,
        minutes=length(routine, who, minutes).minutes,
        keep_simulated=keep_simulated,
    )
    ports = [port] if isinstance(port, str) else port
    return await playing.play(routine, ports, lambda _: Listener(on_event), wish)
