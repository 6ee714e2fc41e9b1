"""The front door: the command line, and from Python the same few verbs.

    import legato

    routine = legato.load("goddard")
    schedule = legato.compile(routine, "wrap-3")
    print(schedule.duration_ms, schedule.report.slowed)
    print(legato.replay(routine, seed=7).summary.peak)
    outcome = asyncio.run(legato.play(routine, "sim://boots-6", on_event=print))

Routines and devices are given as objects, as names of built-in ones, or as paths of YAML files. Each verb imports what
it needs when it is called, so that `import legato` costs nothing.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from legato.app.replay import Replay
    from legato.controller.session.events import Event, Outcome
    from legato.profiles.device import Device
    from legato.profiles.profile import Profile
    from legato.profiles.schedule import Schedule

__all__ = ["compile", "device", "load", "play", "replay"]

DEFAULT_DEVICE = "boots-6"


def load(name_or_path: "str | Path") -> "Profile":
    """A routine; raises InvalidFile where there is none, or not a valid one."""
    from legato.profiles import load

    return load.profile(str(name_or_path))


def device(name_or_path: "str | Path") -> "Device":
    """A device description; raises InvalidFile where there is none, or not a valid one."""
    from legato.profiles import load

    return load.device(str(name_or_path))


def compile(  # noqa: A001 - the field's word for it
    profile: "Profile | str | Path",
    device: "Device | str | Path" = DEFAULT_DEVICE,
    *,
    strict: bool = False,
    minutes: float | None = None,
) -> "Schedule":
    """The routine as it plays on the device, as written or in the form that lasts closest to `minutes`.

    Raises:
        CompileError: it cannot be made safe there, or has no such length.
        NotAllowed: `strict`, and it does not play as written.
    """
    from legato.app.compile_for import compiled

    return compiled(_profile(profile), _device(device), strict, minutes=minutes)


def replay(
    profile: "Profile | str | Path",
    device: "Device | str | Path" = DEFAULT_DEVICE,
    *,
    seed: int = 0,
    out: Path | None = None,
    strict: bool = False,
    minutes: float | None = None,
) -> "Replay":
    """The whole stack against the simulator in virtual time; the files go to `out`, or `out/NAME`."""
    from legato.app import replay as replaying

    return replaying.replay(_profile(profile), _device(device), seed, out, strict, minutes=minutes)


async def play(
    profile: "Profile | str | Path",
    port: str | Sequence[str],
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
    from legato.terminal import playing, remarks
    from legato.terminal.recording import in_diary
    from legato.terminal.views import Listener

    routine, who = _profile(profile), people.chosen(person)
    admitted = remarks.admitted_to_play(routine, who, acknowledged)
    wish = playing.Wish(restrictions=admitted.restrictions, minutes=length(routine, who, minutes).minutes)
    ports = [port] if isinstance(port, str) else port
    with in_diary(who, routine, lambda _: Listener(on_event), keep_simulated=keep_simulated) as watch:
        return await playing.play(routine, ports, watch, wish)


def _profile(given: "Profile | str | Path") -> "Profile":
    return load(given) if isinstance(given, str | Path) else given


def _device(given: "Device | str | Path") -> "Device":
    return device(given) if isinstance(given, str | Path) else given
