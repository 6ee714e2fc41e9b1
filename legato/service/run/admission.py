"""Before a run, in the worker process: whether a routine may play for somebody, and the schedule if it may."""

from collections.abc import Mapping
from datetime import date, timedelta

from legato.app import diary_entry, people, routine_library
from legato.app.compile_for import compiled
from legato.care.errors import CareError, UnknownName
from legato.care.gate import Caution, Refusal, gate
from legato.care.person import Person
from legato.errors import NotAllowed
from legato.profiles.anatomy import Zone
from legato.profiles.device import Device
from legato.profiles.errors import InvalidFile
from legato.profiles.profile import Profile
from legato.profiles.restrictions import Limit, Restrictions
from legato.service.devices.bridge import Start
from legato.service.devices.errors import NotAdmitted, NotNow, UnknownRoutine
from legato.service.devices.run_policy import Prepared


def prepare(wish: Start, device: Device) -> Prepared:
    """The routine made ready for `device` and for the person who is meant: who is named, or else who is current.

    Raises:
        UnknownRoutine, NotAdmitted, CompileError: see `Bridge.start`.
    """
    profile, person, today = routine(wish.routine), _person(wish.person), people.today()
    _admit(profile, person, today, wish.acknowledged)
    restrictions = narrowed(person, today, wish.caps_mmhg)
    minutes = _minutes(profile, person, wish.minutes)
    schedule = compiled(profile, device, restrictions=restrictions, minutes=minutes)
    if person is not None:
        _insist_on_rest(profile, person, timedelta(milliseconds=schedule.duration_ms))
    is_kept = person is not None and diary_entry.is_kept(device, wish.keep_simulated)
    return Prepared(schedule, profile.title, person.name if person else None, in_diary=is_kept)


def narrowed(person: Person | None, today: date, caps_mmhg: Mapping[Zone, float]) -> Restrictions:
    """What a start is narrowed by: the person, and caps that are set; of two for a zone the tighter."""
    caps = {zone: Limit(cap, f"cap set for the {zone}: {cap:g} mmHg") for zone, cap in caps_mmhg.items()}
    return (person.restrictions(today) if person else Restrictions()) & Restrictions(zone_caps_mmhg=caps)


def routine(name: str) -> Profile:
    """A routine by its name: built in, or the user's own. A client names routines, never files.

    Raises:
        UnknownRoutine: there is none of this name, or its file is not valid any more.
    """
    try:
        return routine_library.find(name)
    except (UnknownName, InvalidFile) as error:
        raise UnknownRoutine(str(error)) from None


def _person(name: str | None) -> Person | None:
    try:
        return people.named(name) or people.store().current()
    except (UnknownName, InvalidFile) as error:
        raise NotAdmitted(str(error), "screening") from None


def _minutes(profile: Profile, person: Person | None, asked: float | None) -> float | None:
    try:
        return people.length(profile, person, asked).minutes
    except CareError as error:
        raise NotNow(f"nobody knows which courses are followed: {error}") from None


def _insist_on_rest(profile: Profile, person: Person, planned: timedelta) -> None:
    try:
        people.insist_on_rest(profile, person, planned)
    except NotAllowed as refusal:
        raise NotAdmitted(str(refusal), "rest") from None
    except CareError as error:
        raise NotNow(f"nobody knows of the last massage: {error}") from None


def _admit(profile: Profile, person: Person | None, today: date, acknowledged: bool) -> None:
    verdict = gate(profile, person.screened(today) if person else None)
    if isinstance(verdict, Refusal):
        raise NotAdmitted(verdict.reason, "screening" if verdict.needs_screening else "nothing")
    if isinstance(verdict, Caution) and not acknowledged:
        raise NotAdmitted("a caution has to be acknowledged first", "acknowledge", verdict.reasons)
