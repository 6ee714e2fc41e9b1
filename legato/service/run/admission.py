"""Before a run, in the worker process: whether a routine may play for somebody, and the schedule if it may."""

from datetime import timedelta

from legato.app import diary_entry, people, routine_library
from legato.app.admission import admit_to_play, insist_on_acknowledged, insist_on_rest, length, narrowed
from legato.app.compile_for import compiled
from legato.care.person import Person
from legato.errors import CareError, CompileError, InvalidFile, NotAdmitted, UnknownName
from legato.profiles.device import Device
from legato.profiles.profile import Profile
from legato.profiles.schedule import Schedule
from legato.service.devices.bridge import Start
from legato.service.devices.errors import NotNow, NotPlayable, UnknownRoutine
from legato.service.devices.run_policy import Prepared


def prepare(wish: Start, device: Device) -> Prepared:
    """The routine made ready for `device` and for the person who is meant: who is named, or else who is current.

    Raises:
        UnknownRoutine, NotAdmitted, NotPlayable, NotNow: see `Bridge.start`.
    """
    profile, person = routine(wish.routine), _person(wish.person)
    admission = admit_to_play(profile, person)
    if not wish.acknowledged:
        insist_on_acknowledged(admission)
    schedule = _schedule(profile, device, person, wish)
    if person is not None:
        _insist_on_rest(profile, person, timedelta(milliseconds=schedule.duration_ms))
    is_kept = person is not None and diary_entry.is_kept(device, wish.keep_simulated)
    return Prepared(schedule, profile.title, person.name if person else None, in_diary=is_kept)


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
        return people.chosen(name)
    except (UnknownName, InvalidFile) as error:
        raise NotAdmitted(str(error), "screening") from None


def _schedule(profile: Profile, device: Device, person: Person | None, wish: Start) -> Schedule:
    try:
        minutes = length(profile, person, wish.minutes).minutes
        return compiled(profile, device, restrictions=narrowed(person, wish.caps_mmhg), minutes=minutes)
    except CareError as error:
        raise NotNow(f"nobody knows which courses are followed: {error}") from None
    except CompileError as error:
        raise NotPlayable(str(error)) from None


def _insist_on_rest(profile: Profile, person: Person, planned: timedelta) -> None:
    try:
        insist_on_rest(profile, person, planned)
    except CareError as error:
        raise NotNow(f"nobody knows of the last massage: {error}") from None
