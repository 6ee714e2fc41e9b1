"""Interlocks across sessions: what forbids a routine for a person now, and from when on it may play.

A session that only began (the power went, or it still plays) counts as long as it was planned to last. Sessions dated
in the future, where the clock has jumped, count for nothing. A day is the person's own, as for courses.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from math import fsum

from care.entries import Session
from care.planner import DAY_BEGINS, day_of
from care.screening import Result
from profiles.profile import COLD_REST_MIN, Profile

REST = timedelta(minutes=30)
"""Between the end of a massage and the next one [E]; manuals give sessions of 20 to 60 minutes."""

BROKEN_OFF = timedelta(minutes=5)
"""A massage that ended sooner asks for no rest, and is none of the sessions that are counted [E]; its minutes are."""

A_DAY = timedelta(minutes=120)
"""Of massage, altogether [E]: two full sessions of an hour, as for lymphedema."""

COLD_REST = timedelta(minutes=COLD_REST_MIN)
"""Between cold and cold [E]: the vessels stay narrow long after the cold is gone (PMC4395553 describes the injury)."""

A_TOUCH_OF_COLD = timedelta(minutes=1)
"""Cold that was broken off sooner asks for no rest [E]."""

OLD_CLOT = "dvt_history"
SESSIONS_AFTER_CLOT = 2
SESSION_AFTER_CLOT = timedelta(minutes=30)
"""A day and each, for legs that once had a clot: Bio Compression manual (40 mmHg, twice 30 minutes)."""


@dataclass(frozen=True, slots=True)
class Rest:
    """A refusal for a `reason` in one sentence; it may play from `until` on, or never in this length (None)."""

    reason: str
    until: datetime | None


def rests(
    profile: Profile, planned: timedelta, result: Result | None, sessions: Iterable[Session], now: datetime
) -> tuple[Rest, ...]:
    """What forbids to start `profile` at `now`, the longest first; nothing, if it may.

    `planned` is how long it will take (nothing, where that is not known yet), `result` the screening of the person, and
    `sessions` all of theirs that the diary has.
    """
    past = [session for session in sessions if session.started <= now]
    found = [*_between(past), *_after_cold(profile, past), *_in_a_day(planned, result, past, now)]
    still = [rest for rest in found if rest.until is None or rest.until > now]
    return tuple(sorted(still, key=lambda rest: rest.until or datetime.max.replace(tzinfo=UTC), reverse=True))


def _between(past: Sequence[Session]) -> Iterator[Rest]:
    ends = [session.ended for session in past if _is_whole(session)]
    if ends:
        yield Rest(f"{_minutes(REST)} minutes of rest belong between two massages.", max(ends) + REST)


def _after_cold(profile: Profile, past: Sequence[Session]) -> Iterator[Rest]:
    ends = [session.ended for session in past if session.cold_s >= A_TOUCH_OF_COLD.total_seconds()]
    if ends and profile.cold_s:
        yield Rest(
            f"Cold skin needs {_minutes(COLD_REST)} minutes of rest before the next cold.", max(ends) + COLD_REST
        )


def _in_a_day(planned: timedelta, result: Result | None, past: Sequence[Session], now: datetime) -> Iterator[Rest]:
    today = [session for session in past if day_of(session.started.astimezone(now.tzinfo)) == day_of(now)]
    spent, tomorrow = timedelta(seconds=fsum(session.duration_s for session in today)), _tomorrow(now)
    if spent and (spent >= A_DAY or spent + planned > A_DAY):
        yield Rest(f"{_minutes(A_DAY)} minutes of massage a day are enough; {_minutes(spent)} are done.", tomorrow)
    if result is None or OLD_CLOT not in result.yes:
        return
    enough = f"After a clot, {SESSIONS_AFTER_CLOT} sessions of {_minutes(SESSION_AFTER_CLOT)} minutes a day are enough"
    if sum(map(_is_whole, today)) >= SESSIONS_AFTER_CLOT:
        yield Rest(f"{enough}.", tomorrow)
    if planned > SESSION_AFTER_CLOT:
        yield Rest(f"{enough}, and this one takes {_minutes(planned)}.", None)


def _is_whole(session: Session) -> bool:
    return session.duration_s >= BROKEN_OFF.total_seconds()


def _tomorrow(now: datetime) -> datetime:
    """When the next day of this person begins."""
    return datetime.combine(day_of(now) + timedelta(days=1), time(), now.tzinfo) + DAY_BEGINS


def _minutes(span: timedelta) -> int:
    return round(span.total_seconds() / 60)
