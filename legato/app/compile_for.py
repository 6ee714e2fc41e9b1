"""Compiles a routine for a device."""

from legato.errors import NotAllowed
from legato.profiles.compiler import compile as compile_profile
from legato.profiles.device import Device
from legato.profiles.envelope import envelope
from legato.profiles.length import Forms
from legato.profiles.playability import refuse_if_nothing_plays
from legato.profiles.profile import Profile
from legato.profiles.restrictions import Restrictions
from legato.profiles.schedule import Schedule


def compiled(
    profile: Profile,
    device: Device,
    strict: bool = False,
    restrictions: Restrictions | None = None,
    minutes: float | None = None,
) -> Schedule:
    """The routine compiled for this device, within the envelope of a person with these restrictions.

    It is as written, or at the length closest to `minutes`.

    Raises:
        CompileError: it cannot be played safely on the device, none of it plays (NothingPlays), or it cannot have
            that length (NotThatLong).
        NotAllowed: `strict`, and something would be clipped, dropped or slowed.
    """
    profile = fitted(profile, device, restrictions, minutes)
    schedule = compile_profile(profile, device, envelope(device, profile.use, restrictions))
    refuse_if_nothing_plays(profile, schedule)
    if strict and not schedule.report.is_clean:
        raise NotAllowed(f"{profile.name} does not play on {device.name} as written: {_first(schedule)}")
    return schedule


def fitted(
    profile: Profile, device: Device, restrictions: Restrictions | None = None, minutes: float | None = None
) -> Profile:
    """The routine at the length closest to `minutes`, or as written if None.

    Raises:
        CompileError: it cannot have that length (NotThatLong), or cannot be played safely on the device.
    """
    return profile if minutes is None else forms(profile, device, restrictions).closest(minutes)


def forms(profile: Profile, device: Device, restrictions: Restrictions | None = None) -> Forms:
    """The lengths that the routine can have on this device, for a person with these restrictions."""
    return Forms(profile, device, envelope(device, profile.use, restrictions))


def _first(schedule: Schedule) -> str:
    notes = schedule.report.notes
    more = f" (and {len(notes) - 1} more, see `legato check`)" if len(notes) > 1 else ""
    return f"{notes[0].step}: asked {notes[0].asked}, plays {notes[0].plays}, {notes[0].why}{more}"
