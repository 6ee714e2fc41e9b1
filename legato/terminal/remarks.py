"""What a person is told besides a result: which file a name refers to, what to bear in mind, why it lasts longer."""

import sys

from legato.app import routine_lookup
from legato.app.admission import Admission, admit, admit_here, insist_on_rest, length
from legato.care.person import Person
from legato.errors import NotAllowed
from legato.profiles.device import Device
from legato.profiles.profile import Profile
from legato.profiles.restrictions import Restrictions
from legato.terminal import asking, output

NOT_ACKNOWLEDGED = "not acknowledged, so nothing plays; --acknowledge skips the question"


def routine(name: str) -> Profile:
    """The routine that `name` refers to; says which file it is if the name leaves that open.

    Raises:
        InvalidFile: it does not exist or is not valid.
    """
    return _located(name).profile()


def either(name: str) -> Profile | Device:
    """The routine or device that `name` refers to; otherwise like `routine`."""
    return _located(name).either()


def restrictions(profile: Profile, person: Person | None) -> Restrictions:
    """The limits of `profile` for `person`; says what they have to bear in mind.

    Raises:
        NotAllowed: it is not for this person.
    """
    admission = admit(profile, person)
    show(admission)
    return admission.restrictions


def show(admission: Admission) -> None:
    """Prints what a person has to bear in mind, and any notice."""
    for line in (*_cautions(admission), admission.notice):
        if line:
            output.say(line)


def admitted_to_play(profile: Profile, person: Person | None, acknowledged: bool) -> Admission:
    """Before a massage that somebody feels: a caution must be acknowledged, beforehand or at the terminal.

    Raises:
        NotAdmitted: it is not for this person, or not yet.
        NotAllowed: the caution was not acknowledged.
        DiaryError: the diary cannot be read, so the last massage is unknown.
    """
    admission = admit_here(profile, person)
    if person is not None:
        insist_on_rest(profile, person)
    for line in (*_cautions(admission), *(f"bear in mind: {caution}" for caution in profile.cautions)):
        output.say(line)
    if admission.cautions and not acknowledged:
        insist_on_agreement()
    return admission


def insist_on_agreement() -> None:
    """Asks at the terminal whether to play anyway.

    Raises:
        NotAllowed: the answer is no, or there is no terminal.
    """
    if not (sys.stdin.isatty() and asking.agrees("Play all the same? yes or no: ")):
        raise NotAllowed(NOT_ACKNOWLEDGED)


def minutes(profile: Profile, person: Person | None, asked: float | None) -> float | None:
    """How long `profile` should last for `person`; says so if a course asks for it.

    Raises:
        DiaryError: the diary cannot be read.
    """
    found = length(profile, person, asked)
    if found.course is not None:
        output.say(for_course(profile.name, found.course))
    return found.minutes


def for_course(routine: str, course: str) -> str:
    """Why a routine lasts longer than written."""
    return f"{routine} plays at full length for the course {course}; --minutes can make it shorter"


def _located(name: str) -> routine_lookup.Located:
    found = routine_lookup.locate(name)
    if found.remark:
        output.say(found.remark)
    return found


def _cautions(admission: Admission) -> list[str]:
    return [f"caution: {reason}" for reason in admission.cautions]
