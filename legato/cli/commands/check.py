"""`legato check`: are these files valid, and what does a device make of them?"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from legato.app import people, report_text, verdict
from legato.app.check import Audited, audited
from legato.care.person import Person
from legato.cli.exit_codes import Exit, explained
from legato.errors import LegatoError
from legato.profiles import load
from legato.profiles.device import Device
from legato.profiles.errors import InvalidFile, printable
from legato.profiles.profile import Profile
from legato.profiles.words import clock
from legato.terminal import output, remarks


def check(
    names: Sequence[str], device: str | None, person: str | None, minutes: float | None, strict: bool, json: bool
) -> int:
    """Checks every name, even after one that fails; the exit code is that of the first failure."""
    target = load.device(device) if device else None
    who = people.named(person)
    found = [_checked(name, target, who, minutes, strict, json) for name in names]
    if json:
        output.as_json([result for _, result in found])
    return next((code for code, _ in found if code != Exit.DONE), Exit.DONE)


def _checked(
    name: str, target: Device | None, who: Person | None, minutes: float | None, strict: bool, json: bool
) -> tuple[int, dict[str, Any]]:
    try:
        found = remarks.either(name)
        measured = _audited(found, target, who, minutes, strict) if isinstance(found, Profile) else None
    except LegatoError as error:
        code, message = explained(error)
        output.say(message)
        problems = [asdict(p) for p in error.problems] if isinstance(error, InvalidFile) else [{"what": message}]
        return code, {"name": name, "valid": code != Exit.INVALID_FILE, "problems": problems}
    kind = "device" if isinstance(found, Device) else "routine"
    warnings = load.device_remarks(name) if isinstance(found, Device) else []
    if not json:
        _print(name, kind, measured)
        for warning in warnings:
            output.data(f"  warning: {warning}")
    result = {"name": name, "valid": True, "kind": kind, "problems": [], "warnings": [asdict(w) for w in warnings]}
    return Exit.DONE, result | (_as_dict(measured) if measured else {})


def _audited(
    profile: Profile, target: Device | None, who: Person | None, minutes: float | None, strict: bool
) -> Audited | None:
    """What the device makes of it for this person; None without a device."""
    restrictions = remarks.restrictions(profile, who)
    if target is None:
        return None
    return audited(profile, target, restrictions, remarks.minutes(profile, who, minutes), strict)


def _as_dict(found: Audited) -> dict[str, Any]:
    schedule = found.schedule
    head = {"device": schedule.device.name, "duration_s": schedule.duration_ms / 1000}
    return head | report_text.report_json(schedule.report) | {"audit": verdict.as_json(found.audit)}


def _print(name: str, kind: str, found: Audited | None) -> None:
    shown = printable(name)
    if found is None:
        output.data(f"{shown}: a valid {kind}")
        return
    schedule = found.schedule
    plays = f"plays on {schedule.device.name} in {clock(schedule.duration_ms / 1000)}"
    output.data(f"{shown}: a valid {kind}, {plays}{' as written' if schedule.report.is_clean else ''}")
    for line in (*report_text.report(schedule.report), *verdict.lines(found.audit)):
        output.data(f"  {line}")
