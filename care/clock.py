"""The computer's clock, which people and the net may change: a rest is neither shorter for it, nor longer.

Two things are known of a session's end beside what the clock said then. As long as the computer runs, the time since it
was switched on (`booted`) shows by how much the clock was changed since. After a restart nothing does; but an end that
lies in the future is a clock that was set back, and the whole rest counts from when that is first seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from legato.care.entries import BEGUN, RecordedSession

JITTER = timedelta(seconds=2)
"""Less than this is no change: clocks are trimmed, and are not all read at one moment."""


@dataclass(frozen=True, slots=True)
class Clock:
    """What the clock says: `now`, and when this run of the computer, called `boot`, began by the same clock.

    Without `boot` and `booted` nobody knows whether the clock was changed since.
    """

    now: datetime
    boot: str | None = None
    booted: datetime | None = None

    def changed_since(self, session: RecordedSession) -> timedelta:
        """By how much the clock was put forward (or, negative, back) since `session` was written."""
        if self.booted is None or session.booted is None or self.boot != session.boot:
            return timedelta()
        change = self.booted - session.booted
        return change if abs(change) > JITTER else timedelta()


def dated(sessions: Sequence[RecordedSession], clock: Clock) -> tuple[RecordedSession, ...]:
    """The sessions with a `rest_from` by the clock as it is now, wherever it would have dated their end otherwise."""
    known = [_since(session, session.end + clock.changed_since(session), clock) for session in sessions]
    ahead = max((_over(session) - clock.now for session in known), default=timedelta())
    if ahead <= JITTER:
        return tuple(known)
    # Those of the time in which the clock was wrong keep their distance: days that are over do not come again.
    return tuple(_since(s, _over(s) - ahead, clock) if _over(s) > clock.now else s for s in known)


def _over(session: RecordedSession) -> datetime:
    """The last moment that is known to have been: one that has only begun may well end in the future."""
    left = timedelta(seconds=session.duration_s if session.outcome == BEGUN else 0.0)
    return session.end - left


def _since(session: RecordedSession, rest_from: datetime, clock: Clock) -> RecordedSession:
    if rest_from == session.end:
        return session
    return session.model_copy(update={"rest_from": rest_from, "boot": clock.boot, "booted": clock.booted})
