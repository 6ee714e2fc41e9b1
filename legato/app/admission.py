"""Whether a routine may play for somebody, and how: the gate, the rests between massages, what narrows it, how long.

Whoever only looks, replays or begins a course is `admit`ted; before a massage that somebody feels, `admit_to_play`
is asked, and `insist_on_rest` again once it is known how long the massage takes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from legato.app import people, wall_clock
from legato.app.diary import open_diary
from legato.care.followed_courses import followed_courses
from legato.care.gate import Allowed, Caution, GateRefusal, gate
from legato.care.person import Person
from legato.care.rests import RequiredRest, rests
from legato.errors import NotAdmitted, NotAllowed
from legato.profiles.anatomy import Zone
from legato.profiles.length import FULL
from legato.profiles.profile import Profile
from legato.profiles.restrictions import Limit, Restrictions

SCREENING_HINT = "`legato screen` asks the questions."


@dataclass(frozen=True, slots=True)
class Admission:
    """What narrows a routine for the person who gets it; what they have to bear in mind; a line beside it, or nothing.

    The `cautions` are their own, and are to be acknowledged before a massage.
    """

    restrictions: Restrictions = field(default_factory=Restrictions)
    cautions: tuple[str, ...] = ()
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Length:
    """How long a routine is to last in `minutes`, None: as written; and the `course` that asks for its full form."""

    minutes: float | None = None
    course: str | None = None


def admit(profile: Profile, person: Person | None) -> Admission:
    """What narrows `profile` for `person`; nothing is narrowed, and nothing is said, for nobody (None).

    Raises:
        NotAllowed: it is not for this person.
    """
    if person is None:
        return Admission()
    verdict = _verdict(profile, person)
    if isinstance(verdict, GateRefusal):
        raise NotAllowed(f"{verdict.reason} {SCREENING_HINT}" if verdict.needs_screening else verdict.reason)
    return _admission(verdict, person)


def admit_to_play(profile: Profile, person: Person | None) -> Admission:
    """Like `admit`, for a massage that somebody feels, also nobody in particular; see `insist_on_acknowledged`.

    Raises:
        NotAdmitted: it is not for this person, or not before a screening.
    """
    verdict = _verdict(profile, person)
    if isinstance(verdict, GateRefusal):
        raise NotAdmitted(verdict.reason, "screening" if verdict.needs_screening else "nothing")
    return _admission(verdict, person)


def admit_here(profile: Profile, person: Person | None) -> Admission:
    """The same for whoever is at this computer: where a screening is missing, the refusal says how to have one.

    Raises:
        NotAdmitted: it is not for this person, or not before a screening.
    """
    try:
        return admit_to_play(profile, person)
    except NotAdmitted as refusal:
        hint = f" {SCREENING_HINT}" if refusal.needs == "screening" else ""
        raise NotAdmitted(f"{refusal}{hint}", refusal.needs) from None


def insist_on_acknowledged(admission: Admission) -> None:
    """For a massage of which nobody has acknowledged the cautions.

    Raises:
        NotAdmitted: there are any.
    """
    if admission.cautions:
        raise NotAdmitted("a caution has to be acknowledged first", "acknowledge", admission.cautions)


def insist_on_rest(profile: Profile, person: Person, planned: timedelta = timedelta()) -> None:
    """Whether `person` has rested enough for `profile`, which takes as long as `planned`, as far as that is known.

    Raises:
        NotAdmitted: not yet, and from when on.
        DiaryError: the diary cannot be read, so nobody knows.
    """
    with open_diary() as diary:
        sessions = diary.date(person.name, wall_clock.reading())
        following = followed_courses(diary.enrolments(person.name), sessions)
    found = rests(profile, planned, person.screened(wall_clock.today()), sessions, wall_clock.now(), following)
    if found:
        raise NotAdmitted(found[0].reason + _from_when(found[0]), "rest")


def narrowed(person: Person | None, caps_mmhg: Mapping[Zone, float]) -> Restrictions:
    """What a start is narrowed by: the person, and caps that are set; of two for a zone the tighter."""
    caps = {zone: Limit(cap, f"cap set for the {zone}: {cap:g} mmHg") for zone, cap in caps_mmhg.items()}
    return _restrictions(person) & Restrictions(zone_caps_mmhg=caps)


def length(profile: Profile, person: Person | None, minutes: float | None) -> Length:
    """How long `profile` is to last for `person`: as asked; else in full, where they follow a course of it.

    Raises:
        DiaryError: the diary cannot be read.
    """
    if minutes is not None or person is None or not people.store().diary.exists():
        return Length(minutes)
    with open_diary() as diary:
        following = followed_courses(diary.enrolments(person.name), diary.sessions(person.name))
    asking = (one.course.name for one in following if one.asks_for(profile.name, wall_clock.now()))
    return Length(FULL, course) if (course := next(asking, None)) else Length()


def refusal(profile: Profile, person: Person | None) -> str | None:
    """Why a massage may not begin for this person at all; a screening that is missing can be made up for."""
    verdict = _verdict(profile, person)
    return verdict.reason if isinstance(verdict, GateRefusal) and not verdict.needs_screening else None


def _verdict(profile: Profile, person: Person | None) -> Allowed | Caution | GateRefusal:
    return gate(profile, person.screened(wall_clock.today()) if person else None)


def _admission(verdict: Allowed | Caution, person: Person | None) -> Admission:
    cautions = verdict.reasons if isinstance(verdict, Caution) else ()
    return Admission(_restrictions(person), cautions, verdict.notice)


def _restrictions(person: Person | None) -> Restrictions:
    return person.restrictions(wall_clock.today()) if person else Restrictions()


def _from_when(rest: RequiredRest) -> str:
    if rest.until is None:
        return ""
    # Rounded up, so that the minute that is named is not too early.
    moment = rest.until.astimezone() + timedelta(seconds=59)
    return (
        f" It may play from {moment:%H:%M} on."
        if moment.date() == wall_clock.today()
        else f" It may play from {moment:%Y-%m-%d %H:%M} on."
    )
