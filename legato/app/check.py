"""Whether a routine is valid, what a device makes of it, and whether its report is true of what would be felt."""

from dataclasses import dataclass

from legato.app import routines, verdict
from legato.app.compile_for import compiled, fitted
from legato.app.model import Frozen
from legato.app.preview import Made, made
from legato.app.target import Target, device_of
from legato.draw import curves
from legato.errors import CompileError, InvalidFile
from legato.profiles.audit.auditor import Audit, audit
from legato.profiles.device import Device
from legato.profiles.profile import Profile
from legato.profiles.restrictions import Restrictions
from legato.profiles.schedule import Schedule

MOST_PROBLEMS = 50
"""At most this many are reported for one text."""


class Fix(Frozen):
    """What is wrong at a line and column (both counted from 1), and what would be right."""

    line: int
    column: int
    what: str
    hint: str


class Checked(Frozen):
    """Whether a text is a valid routine and, if a device is named and can play it, what the device makes of it.

    `refusal` says why the device cannot.
    """

    is_valid: bool
    problems: tuple[Fix, ...] = ()
    name: str | None = None
    refusal: str | None = None
    report: Made | None = None


@dataclass(frozen=True, slots=True)
class Audited:
    """A routine compiled for a device, and what the auditor measured in the schedule."""

    schedule: Schedule
    audit: Audit


def audited(
    profile: Profile, device: Device, restrictions: Restrictions | None, minutes: float | None, strict: bool
) -> Audited:
    """What a device makes of a routine, and whether its report is true of what plays.

    Raises:
        CompileError: it cannot be played safely on the device, or cannot have that length.
        NotAllowed: `strict`, and it does not play as written, or the report is not true.
    """
    fitting = fitted(profile, device, restrictions, minutes)
    schedule = compiled(fitting, device, strict, restrictions)
    measured = audit(fitting, schedule)
    if strict:
        verdict.insist(measured)
    return Audited(schedule, measured)


def check(text: bytes, target: Target | None) -> Checked:
    """Whether a text is a valid routine, and what a device makes of it.

    Raises:
        UnknownName: there is no such device.
    """
    device = device_of(target) if target is not None else None
    try:
        profile = routines.sent(text)
    except InvalidFile as error:
        problems = error.problems[:MOST_PROBLEMS]
        fixes = tuple(Fix(line=p.line, column=p.column, what=p.what, hint=p.hint) for p in problems)
        return Checked(is_valid=False, problems=fixes)
    if device is None:
        return Checked(is_valid=True, name=profile.name)
    try:
        schedule = compiled(profile, device)
        return Checked(is_valid=True, name=profile.name, report=made(schedule, curves.of_schedule(schedule)))
    except CompileError as error:
        return Checked(is_valid=True, name=profile.name, refusal=str(error))
