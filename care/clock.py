"""The computer's clock, which people and the network may change: that makes a rest neither shorter nor longer.

Two things are known about the end of a session besides its clock time. While the computer runs, the boot time
(`booted`) shows by how much the clock has been changed since. After a restart nothing does; but an end in the future
means that the clock was set back, and the whole rest counts from when that is first noticed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from legato.care.entries import BEGUN, RecordedSession

JITTER = timedelta(seconds=2)
"""A smaller difference is no change: clocks are adjusted, and are not all read at the same moment."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock: `now`, and when this boot of the computer, with the id `boot`, started by the same clock.

    Without `boot` and `booted`, changes of the clock cannot be detected.
    """

    now: datetime
    boot: str | None = None
    booted: datetime | None = None

    def changed_since(self, session: RecordedSession) -> timedelta:
        """By how much the clock was set forward (or, if negative, back) since `session` was written."""
        if self.booted is None or session.booted is None or self.boot != session.boot:
            return timedelta()
        change = self.booted - session.booted
        return change if abs(change) > JITTER else timedelta()


def dated(sessions: Sequence[RecordedSession], clock: Clock) -> tuple[RecordedSession, ...]:
    """The sessions, with `rest_from` wherever the clock as it is now would have given another end."""
    known = [_since(session, session.end + clock.changed_since(session), clock) for session in sessions]
    ahead = max((_last_known_moment(session) - clock.now for session in known), default=timedelta())
    if ahead <= JITTER:
        return tuple(known)
    # Sessions from the time when the clock was wrong keep their distance: past days do not come again.
    return tuple(
        _since(s, _last_known_moment(s) - ahead, clock) if _last_known_moment(s) > clock.now else s for s in known
    )


def _last_known_moment(session: RecordedSession) -> datetime:
    """The last moment known to have passed: a session that has only begun may end in the future."""
    left = timedelta(seconds=session.duration_s if session.outcome == BEGUN else 0.0)
    return session.end - left


def _since(session: RecordedSession, rest_from: datetime, clock: Clock) -> RecordedSession:
    if rest_from == session.end:
        return session
    return session.model_copy(update={"rest_from": rest_from, "boot": clock.boot, "booted": clock.booted})
