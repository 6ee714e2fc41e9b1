"""Before a run: whether a routine may play for somebody, and the schedule if it may."""

from datetime import timedelta

from legato.app import diary_entry, people, routine_library
from legato.app.admission import admit_to_play, insist_on_acknowledged, insist_on_rest, length, narrowed
from legato.app.compile_for import compiled
from legato.care.person import Person
from legato.errors import CareError, CompileError, InvalidFile, NotAdmitted, UnknownName
from legato.profiles.device import Device
from legato.profiles.profile import Profile
from legato.profiles.restrictions import Restrictions
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
    minutes, restrictions = _minutes(profile, person, wish), narrowed(person, wish.caps_mmhg)
    try:
        return made_ready(profile, person, device, restrictions, minutes, keep_simulated=wish.keep_simulated)
    except CompileError as error:
        raise NotPlayable(str(error)) from None
    except CareError as error:
        raise NotNow(f"nobody knows of the last massage: {error}") from None


def made_ready(
    profile: Profile,
    person: Person | None,
    device: Device,
    restrictions: Restrictions,
    minutes: float | None,
    *,
    strict: bool = False,
    keep_simulated: bool = False,
) -> Prepared:
    """`profile` made ready for `device` and for a `person` who is admitted to it, within these `restrictions`.

    Raises:
        CompileError, NotAllowed: see `compiled`.
        NotAdmitted: the person has not rested enough for a massage of this length.
        DiaryError: the diary cannot be read, so nobody knows.
    """
    schedule = compiled(profile, device, strict, restrictions, minutes)
    if person is None:
        return Prepared(schedule, profile.title)
    insist_on_rest(profile, person, timedelta(milliseconds=schedule.duration_ms))
    return Prepared(schedule, profile.title, person.name, in_diary=diary_entry.is_kept(device, keep_simulated))


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


def _minutes(profile: Profile, person: Person | None, wish: Start) -> float | None:
    try:
        return length(profile, person, wish.minutes).minutes
    except CareError as error:
        raise NotNow(f"nobody knows which courses are followed: {error}") from None
