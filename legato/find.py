"""A routine made ready for a device."""

from legato.errors import CommandError, Exit
from profiles.compiler import compile as compile_profile
from profiles.device import Device
from profiles.envelope import envelope
from profiles.profile import Profile
from profiles.remainder import insist_on_something
from profiles.restrictions import Restrictions
from profiles.schedule import Schedule


def compiled(
    profile: Profile, device: Device, strict: bool = False, restrictions: Restrictions | None = None
) -> Schedule:
    """The routine for this device, inside the envelope of a person with these restrictions.

    Raises:
        CompileError: it cannot be made safe there, or nothing of it plays (NothingPlays).
        CommandError: `strict`, and something would be clipped, dropped or slowed.
    """
    schedule = compile_profile(profile, device, envelope(device, profile.use, restrictions))
    insist_on_something(profile, schedule)
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
