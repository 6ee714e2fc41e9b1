"""Interlocks across sessions: what forbids a routine for a person now, and from when it may play.

Rests count from the end of a massage by wall clock, pauses included; the length of a massage is the time played. One
that has only begun (a power failure, or it is still playing) counts with its planned length. An end in the future
means that the clock was set back: the whole rest counts from now, see `care.clock`. Simulated sessions are not
massages. A day is the person's own, as for courses; after travel, it must also be over where the massage was. The gap
of a course counts from the start of its last session, as in the planner.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from math import fsum

from legato.care.entries import BEGUN, COMPLETED, RecordedSession, massages
from legato.care.followed_courses import FollowedCourse, session_name
from legato.care.planner import DAY_BEGINS, day_of, gap_ends
from legato.care.screening import ScreeningResult
from legato.profiles.profile import COLD_REST_MIN, Profile

REST = timedelta(minutes=30)
"""Between the end of a massage and the next one [E]; manuals give sessions of 20 to 60 minutes."""

MIN_MASSAGE = timedelta(minutes=5)
"""A shorter massage requires no rest and does not count as a session [E]; its minutes still count."""

DAILY_LIMIT = timedelta(minutes=120)
"""Massage per day in total [E]: two full sessions of an hour, as for lymphedema."""

COLD_REST = timedelta(minutes=COLD_REST_MIN)
"""Between two coolings [E]: the vessels stay narrow long after the cold is gone (PMC4395553 describes the injury)."""

MIN_COLD = timedelta(minutes=1)
"""Shorter cooling requires no rest [E]."""

OLD_CLOT = "dvt_history"
SESSIONS_AFTER_CLOT = 2
SESSION_AFTER_CLOT = timedelta(minutes=30)
"""Per day, and for each session, for legs that once had a clot: Bio Compression manual (40 mmHg, twice 30 minutes)."""


@dataclass(frozen=True, slots=True)
class RequiredRest:
    """A refusal with a `reason` in one sentence; it may play from `until`, or never at this length (None)."""

    reason: str
    until: datetime | None


def rests(
    profile: Profile,
    planned: timedelta,
    result: ScreeningResult | None,
    sessions: Iterable[RecordedSession],
    now: datetime,
    following: Iterable[FollowedCourse] = (),
) -> tuple[RequiredRest, ...]:
    """What forbids starting `profile` at `now`, the longest rest first; empty if it may start.

    `planned` is how long it will take (zero if not known yet), `result` the screening of the person, and `sessions` all
    of theirs in the diary; `following` are the courses that the person follows.
    """
    past = [_PastMassage(session, _end(session, now)) for session in massages(sessions)]
    found = [
        *_between_massages(past, now),
        *_after_cold(profile, past, now),
        *_daily_limit(planned, result, past, now),
        *_course_gaps(profile, following, past),
    ]
    still = [rest for rest in found if rest.until is None or rest.until > now]
    return tuple(sorted(still, key=lambda rest: rest.until or datetime.max.replace(tzinfo=UTC), reverse=True))


@dataclass(frozen=True, slots=True)
class _PastMassage:
    """A massage, and when it ended by the clock as it is now."""

    session: RecordedSession
    end: datetime

    @property
    def is_redated(self) -> bool:
        """Whether the clock originally gave another end."""
        return self.session.rest_from is not None or self.end < self.session.end

    @property
    def begin(self) -> datetime:
        """When it began, by the clock as it is now."""
        written = self.session.ended or self.session.started + timedelta(seconds=self.session.duration_s)
        return self.end - (written - self.session.started)

    def is_done(self, routine: str) -> bool:
        """Whether it was `routine`, played completely."""
        return self.session.routine == routine and self.session.outcome == COMPLETED

    @property
    def counts(self) -> bool:
        return self.session.massage_s >= MIN_MASSAGE.total_seconds()


def _end(session: RecordedSession, now: datetime) -> datetime:
    """The end of a session; only one that has just begun may end in the future."""
    still_plays = session.outcome == BEGUN and session.started <= now
    return session.end if still_plays else min(session.end, now)


def _between_massages(past: Sequence[_PastMassage], now: datetime) -> Iterator[RequiredRest]:
    reason = f"{_minutes(REST)} minutes of rest are required between two massages."
    yield from _since_last(reason, [p for p in past if p.counts], REST, now)


def _after_cold(profile: Profile, past: Sequence[_PastMassage], now: datetime) -> Iterator[RequiredRest]:
    cold = [p for p in past if p.session.cold_s >= MIN_COLD.total_seconds()]
    if profile.cold_s:
        reason = f"Cold skin needs {_minutes(COLD_REST)} minutes of rest before it is cooled again."
        yield from _since_last(reason, cold, COLD_REST, now)


def _since_last(reason: str, past: Sequence[_PastMassage], rest: timedelta, now: datetime) -> Iterator[RequiredRest]:
    if past:
        last = max(past, key=lambda p: p.end)
        yield RequiredRest(_with_clock_note(reason, last, now), last.end + rest)


def _with_clock_note(reason: str, last: _PastMassage, now: datetime) -> str:
    if not last.is_redated:
        return reason
    end = last.end.astimezone(now.tzinfo)
    return f"{reason} The clock has been changed since; the rest counts from {end:%H:%M} as it is now."


def _daily_limit(
    planned: timedelta, result: ScreeningResult | None, past: Sequence[_PastMassage], now: datetime
) -> Iterator[RequiredRest]:
    today = [p for p in past if _day_over(p.end, now) > now]
    spent = timedelta(seconds=fsum(p.session.massage_s for p in today))
    tomorrow = max((_day_over(p.end, now) for p in today), default=now)
    if spent and (spent >= DAILY_LIMIT or spent + planned > DAILY_LIMIT):
        reason = f"{_minutes(DAILY_LIMIT)} minutes of massage a day is the limit; {_minutes(spent)} have been played."
        yield RequiredRest(_with_clock_note(reason, max(today, key=lambda p: p.end), now), tomorrow)
    if result is None or OLD_CLOT not in result.yes:
        return
    most = f"{SESSIONS_AFTER_CLOT} sessions of {_minutes(SESSION_AFTER_CLOT)} minutes a day"
    limit = f"After a clot, {most} are the limit"
    if sum(p.counts for p in today) >= SESSIONS_AFTER_CLOT:
        yield RequiredRest(f"{limit}.", tomorrow)
    if planned > SESSION_AFTER_CLOT:
        yield RequiredRest(f"{limit}, and this one takes {_minutes(planned)}.", None)


def _course_gaps(
    profile: Profile, following: Iterable[FollowedCourse], past: Sequence[_PastMassage]
) -> Iterator[RequiredRest]:
    """The minimum gap of each course that `profile` belongs to; it counts from start to start."""
    for course, since in ((f.course, f.since) for f in following if session_name(f.course) == profile.name):
        done = [p.begin for p in past if p.is_done(profile.name) and p.session.started >= since]
        if until := gap_ends(course, done):
            yield RequiredRest(
                f"Sessions of the course {course.name} are at least {course.min_gap_h} hours apart.", until
            )


def _day_over(end: datetime, now: datetime) -> datetime:
    """When the day of a massage that ended at `end` is over, both here and where it was."""
    return max(_next_day(end.astimezone(now.tzinfo)), _next_day(end))


def _next_day(moment: datetime) -> datetime:
    """When the day after that of `moment` starts, in the time zone of `moment`."""
    return datetime.combine(day_of(moment) + timedelta(days=1), time(), moment.tzinfo) + DAY_BEGINS


def _minutes(span: timedelta) -> int:
    return round(span.total_seconds() / 60)
