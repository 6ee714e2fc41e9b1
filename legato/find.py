"""What a name on the command line means, and a routine made ready for a device."""

from pathlib import Path

from legato.errors import CommandError, Exit
from profiles import load
from profiles.compiler import compile as compile_profile
from profiles.device import Device
from profiles.envelope import envelope
from profiles.profile import Profile
from profiles.restrictions import Restrictions
from profiles.schedule import Schedule


def either(name_or_path: str) -> Profile | Device:
    """A built-in routine or device, or whichever of the two is in a file.

    Raises:
        InvalidFile: no such name or file, or not valid.
    """
    if name_or_path in load.builtin_devices():
        return load.device(name_or_path)
    path = Path(name_or_path)
    if path.suffix or "/" in name_or_path or path.exists():
        return load.load(path)
    return load.profile(name_or_path)


def compiled(
    profile: Profile, device: Device, strict: bool = False, restrictions: Restrictions | None = None
) -> Schedule:
    """The routine for this device, inside the envelope of a person with these restrictions.

    Raises:
        CompileError: it cannot be made safe there.
        CommandError: `strict`, and something would be clipped, dropped or slowed.
    """
    schedule = compile_profile(profile, device, envelope(device, profile.use, restrictions))
    if strict and not schedule.report.is_clean:
        raise CommandError(
            Exit.REFUSED, f"{profile.name} does not play on {device.name} as written: {_first(schedule)}"
        )
    return schedule


def _first(schedule: Schedule) -> str:
    report = schedule.report
    notes = (*report.clipped, *report.dropped, *report.slowed)
    more = f" (and {len(notes) - 1} more, see `legato check`)" if len(notes) > 1 else ""
    return f"{notes[0].step}: asked {notes[0].asked}, plays {notes[0].plays}, {notes[0].why}{more}"
