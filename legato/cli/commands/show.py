"""`legato show`: one routine or device, explained."""

from legato.app import report_text
from legato.app.compile_for import compiled, fitted, forms
from legato.errors import UsageError
from legato.profiles import load
from legato.profiles.device import Device
from legato.profiles.profile import Profile
from legato.profiles.refusal import CompileError
from legato.profiles.words import clock
from legato.terminal import output, remarks


def show(name: str, device: str, minutes: float | None, json: bool) -> None:
    """Prints it in words, or as the JSON of its file; a routine at the length closest to `minutes`.

    Raises:
        UsageError: it is a device, and a length was given.
    """
    found = remarks.either(name)
    if isinstance(found, Profile):
        found = fitted(found, load.device(device), minutes=minutes)
    elif minutes is not None:
        raise UsageError(f"--minutes is for a routine, and {name} is a device")
    if json:
        output.as_json(found.model_dump(mode="json", by_alias=True, exclude_none=True))
        return
    for line in report_text.device(found) if isinstance(found, Device) else report_text.routine(found):
        output.data(line)
    if isinstance(found, Profile) and minutes is None and (line := _lasts(found, load.device(device))):
        output.data(line)


def _lasts(profile: Profile, device: Device) -> str:
    """How long it lasts as written, and the lengths it can be given; empty if the device cannot play it."""
    there = forms(profile, device)
    try:
        written = clock(compiled(profile, device).duration_ms / 1000)
        shortest, full = clock(there.shortest_s), clock(there.full_s)
    except CompileError:
        return ""
    may = "" if shortest == full else f"; --minutes can make it {shortest} to {full}"
    return f"Lasts {written} on {device.name}{may}"
