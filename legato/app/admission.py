"""Whether a routine may play for somebody, and how: the gate, rests between massages, limits, and length.

To preview, replay or start a course, call `admit`; before a massage that somebody feels, call `admit_to_play`,
and `insist_on_rest` again once it is known how long the massage takes.
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
    """The limits of a routine for the person who gets it, what they must bear in mind, and a line to show, if any.

    The `cautions` are the person's own, and must be acknowledged before a massage.
    """

    restrictions: Restrictions = field(default_factory=Restrictions)
    cautions: tuple[str, ...] = ()
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Length:
    """How many `minutes` a routine should last (None: as written), and the `course` that asks for its full length."""

    minutes: float | None = None
    course: str | None = None


def admit(profile: Profile, person: Person | None) -> Admission:
    """The limits of `profile` for `person`; for nobody (None) there are none, and nothing to show.

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
    """Like `admit`, for a massage that somebody feels, even if nobody is named; see `insist_on_acknowledged`.

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
    """Called for a massage whose cautions have not been acknowledged.

    Raises:
        NotAdmitted: there are cautions.
    """
    if admission.cautions:
        raise NotAdmitted("a caution has to be acknowledged first", "acknowledge", admission.cautions)


def insist_on_rest(profile: Profile, person: Person, planned: timedelta = timedelta()) -> None:
    """Checks that `person` has rested enough for `profile`, which takes `planned`, as far as that is known.

    Raises:
        NotAdmitted: not yet; the text says from when.
        DiaryError: the diary cannot be read, so this is unknown.
    """
    with open_diary() as diary:
        sessions = diary.date(person.name, wall_clock.reading())
        following = followed_courses(diary.enrolments(person.name), sessions)
    found = rests(profile, planned, person.screened(wall_clock.today()), sessions, wall_clock.now(), following)
    if found:
        raise NotAdmitted(found[0].reason + _from_when(found[0]), "rest")


def narrowed(person: Person | None, caps_mmhg: Mapping[Zone, float]) -> Restrictions:
    """The restrictions of a start: the person's, and the caps that are set; the lower of two for a zone applies."""
    caps = {zone: Limit(cap, f"cap set for the {zone}: {cap:g} mmHg") for zone, cap in caps_mmhg.items()}
    return _restrictions(person) & Restrictions(zone_caps_mmhg=caps)


def length(profile: Profile, person: Person | None, minutes: float | None) -> Length:
    """How long `profile` should last for `person`: as asked, else in full if they follow a course of it.

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
    """Why a massage may not start for this person at all; a missing screening is no reason, since it can be done."""
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
    # Rounded up, so that the minute shown is not too early.
    moment = rest.until.astimezone() + timedelta(seconds=59)
    return (
        f" It may be played from {moment:%H:%M}."
        if moment.date() == wall_clock.today()
        else f" It may be played from {moment:%Y-%m-%d %H:%M} on."
    )
