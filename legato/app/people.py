"""Who is on the device: the people of this computer, and whether a routine may play for one of them."""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pydantic import ValidationError

from legato.care.clock import Clock
from legato.care.diary import Diary
from legato.care.entries import Session
from legato.care.errors import CareError
from legato.care.following import followed
from legato.care.gate import Caution, Clear, Refusal, gate
from legato.care.home import home
from legato.care.person import Person
from legato.care.rests import Rest, rests
from legato.care.store import Store
from legato.errors import NotAllowed, UsageError
from legato.profiles.length import FULL
from legato.profiles.profile import Profile
from legato.profiles.restrictions import Restrictions
from legato.terminal import output

BOOT = Path("/proc/sys/kernel/random/boot_id")
"""Another word at each start of the computer."""

NOT_ACKNOWLEDGED = "not acknowledged, so nothing plays; --acknowledge does it without asking"


def now() -> datetime:
    """This moment, in the person's own time zone."""
    return datetime.now(UTC).astimezone()


def today() -> date:
    """This day, where the person is."""
    return now().date()


def clock() -> Clock:
    """This moment, and what shows later whether the clock was changed since; Linux knows, elsewhere nobody does."""
    if not BOOT.exists():
        return Clock(now())
    up_s = time.clock_gettime(time.CLOCK_BOOTTIME)
    return Clock(now(), BOOT.read_text("ascii").strip(), datetime.fromtimestamp(time.time() - up_s, UTC))


def store() -> Store:
    """The people of this computer."""
    return Store(home(os.environ))


def one(name: str | None) -> Person:
    """The person `name`, or the current one.

    Raises:
        UsageError: nobody is named, and nobody is current.
        UnknownName: nobody of this name.
        InvalidFile: the person's file is not valid.
    """
    person = store().load(name) if name is not None else store().current()
    if person is None:
        raise UsageError("nobody is known yet; `legato screen --person NAME` begins with someone")
    return person


def named(name: str | None) -> Person | None:
    """The person `name`; nobody in particular without a name.

    Raises:
        UnknownName: nobody of this name.
        InvalidFile: the person's file is not valid.
    """
    return None if name is None else store().load(name)


def new(name: str) -> Person:
    """Someone of whom nothing but the name is known; not kept yet.

    Raises:
        UsageError: the name will not do for a file.
    """
    try:
        return Person(format=1, name=name)
    except ValidationError:
        what = "a name has letters, digits, - and _, at most 32 of them"
        raise UsageError(f'"{name}" will not do: {what}') from None


def diary() -> Diary:
    """The diary of all people; says so if a damaged one had to be moved aside.

    Raises:
        DiaryError: it cannot be opened.
    """
    opened = Diary(store().diary, now())
    if opened.moved_aside is not None:
        output.say(f"the diary was damaged and is now {opened.moved_aside}; a new one was begun")
    return opened


@dataclass(frozen=True, slots=True)
class Length:
    """How long a routine is to last in `minutes`, None: as written; and the `course` that asks for its full form."""

    minutes: float | None = None
    course: str | None = None


def length(profile: Profile, person: Person | None, minutes: float | None) -> Length:
    """How long `profile` is to last for `person`: as asked; else in full, where they follow a course of it.

    Raises:
        DiaryError: the diary cannot be read.
    """
    if minutes is not None or person is None or not store().diary.exists():
        return Length(minutes)
    with diary() as opened:
        following = followed(opened.enrolments(person.name), opened.sessions(person.name))
    asking = (one.course.name for one in following if one.asks_for(profile.name, now()))
    return Length(FULL, course) if (course := next(asking, None)) else Length()


def told_length(profile: Profile, person: Person | None, minutes: float | None) -> float | None:
    """The minutes of `length`; says so where it is a course that asks for them."""
    found = length(profile, person, minutes)
    if found.course is not None:
        output.say(for_course(profile.name, found.course))
    return found.minutes


def for_course(routine: str, course: str) -> str:
    """Why a routine lasts longer than is written."""
    return f"{routine} plays in its full form, for the course {course}; --minutes makes it shorter"


def insist_on_rest(profile: Profile, person: Person, planned: timedelta = timedelta()) -> None:
    """Whether `person` has rested enough for `profile`, which takes as long as `planned`, as far as that is known.

    Raises:
        NotAllowed: not yet, and from when on.
        DiaryError: the diary cannot be read, so nobody knows.
    """
    with diary() as opened:
        sessions = opened.date(person.name, clock())
        following = followed(opened.enrolments(person.name), sessions)
    found = rests(profile, planned, person.screened(today()), sessions, now(), following)
    if found:
        raise NotAllowed(found[0].reason + _from_when(found[0]))


def _from_when(rest: Rest) -> str:
    if rest.until is None:
        return ""
    # Rounded up, so that the minute that is named is not too early.
    moment = rest.until.astimezone() + timedelta(seconds=59)
    return (
        f" It may play from {moment:%H:%M} on."
        if moment.date() == today()
        else f" It may play from {moment:%Y-%m-%d %H:%M} on."
    )


def begin(session: Session) -> None:
    """Puts a session that begins into the diary, see `settle`."""
    _write(lambda opened: opened.add(session))


def settle(begun: Session, entry: Session | None) -> None:
    """Puts how it went in the place of what has `begun`.

    A diary that fails is said, and changes nothing about how the massage goes.
    """
    _write(lambda opened: opened.settle(begun, entry))


def _write(entry: Callable[[Diary], None]) -> None:
    try:
        with diary() as opened:
            entry(opened)
    except CareError as error:
        output.say(str(error))


@dataclass(frozen=True, slots=True)
class Admission:
    """What narrows a routine for the person who gets it, and a line to show once it plays, or nothing."""

    restrictions: Restrictions
    notice: str


def admit(profile: Profile, person: Person | None) -> Restrictions:
    """What narrows `profile` for `person`; says what is to be borne in mind. Nothing is narrowed for nobody (None).

    Raises:
        NotAllowed: it is not for this person.
    """
    if person is None:
        return Restrictions()
    verdict = _verdict(profile, person)
    for line in (*_cautions(verdict), verdict.notice):
        if line:
            output.say(line)
    return person.restrictions(today())


def admit_to_play(profile: Profile, person: Person | None, acknowledged: bool) -> Admission:
    """Like `admit`, for a massage that somebody feels: a caution must be acknowledged, at the terminal or beforehand.

    Raises:
        NotAllowed: it is not for this person, or not yet, or the caution was not acknowledged.
        DiaryError: the diary cannot be read, so nobody knows of the last massage.
    """
    verdict = _verdict(profile, person)
    if person is not None:
        insist_on_rest(profile, person)
    for line in (*_cautions(verdict), *(f"bear in mind: {caution}" for caution in profile.cautions)):
        output.say(line)
    if isinstance(verdict, Caution) and not acknowledged and not agreed():
        raise NotAllowed(NOT_ACKNOWLEDGED)
    return Admission(person.restrictions(today()) if person else Restrictions(), verdict.notice)


def _verdict(profile: Profile, person: Person | None) -> Clear | Caution:
    verdict = gate(profile, person.screened(today()) if person else None)
    if isinstance(verdict, Refusal):
        hint = " `legato screen` asks the questions." if verdict.needs_screening else ""
        raise NotAllowed(verdict.reason + hint)
    return verdict


def _cautions(verdict: Clear | Caution) -> list[str]:
    return [f"caution: {reason}" for reason in verdict.reasons] if isinstance(verdict, Caution) else []


def agreed() -> bool:
    """Whether the person says yes at the terminal; without one the answer is no."""
    return sys.stdin.isatty() and asked("Play all the same? yes or no: ").casefold() in ("y", "yes")


def asked(question: str) -> str:
    """What a person types in answer to a question at the terminal; nothing typed and the end of the input are empty."""
    return (typed(question) or "").strip()


def typed(question: str) -> str | None:
    """The line that a person types in answer to a question at the terminal; None at the end of the input."""
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline() or None
