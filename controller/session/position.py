"""Where a run stands among the marks and cues of its schedule, and what listeners hear of that."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable

from legato.controller.session.events import CueShown, Event, Resumed, Started, Step
from legato.profiles.schedule import Cue, Mark, Schedule


class RunPosition:
    """Publishes that session time runs, a `Step` for each mark and a `CueShown` for each cue, in order.

    A cue that waits holds up those behind it.
    """

    def __init__(self, schedule: Schedule, publish: Callable[[Event], None]) -> None:
        self._marks = schedule.marks
        self._cues = schedule.cues
        self._publish = publish
        self._news: type[Started | Resumed] | None = Started
        self.move_to(0)

    def move_to(self, session_ms: int) -> None:
        """Session time was put at `session_ms`: what lies there is still to come."""
        self._mark = bisect_left(self._marks, session_ms, key=lambda mark: mark.session_ms)
        self._cue = bisect_left(self._cues, session_ms, key=lambda cue: cue.session_ms)

    def stands_still(self) -> None:
        """Session time stands: when it runs again, it has resumed."""
        self._news = Resumed

    def breaks_off(self) -> None:
        """The device is lost; a run that had not started yet has still to start."""
        self._news = self._news or Resumed

    def pass_to(self, session_ms: int) -> None:
        """Session time runs, and has come to `session_ms`."""
        if self._news is not None:
            self._publish(self._news(session_ms))
            self._news = None
        while self._mark < len(self._marks) and self._marks[self._mark].session_ms <= session_ms:
            self._publish(Step(self._marks[self._mark]))
            self._mark += 1
        while self._cue < len(self._cues) and self._cues[self._cue].session_ms <= session_ms:
            if self._cues[self._cue].wait:
                break
            self._publish(CueShown(self._cues[self._cue]))
            self._cue += 1

    @property
    def waiting_cue(self) -> Cue | None:
        """The next cue, if it is one that waits."""
        cue = self._cues[self._cue] if self._cue < len(self._cues) else None
        return cue if cue is not None and cue.wait else None

    def answered(self) -> None:
        """The waiting cue is done with."""
        self._cue += 1

    def next_mark(self, session_ms: int) -> Mark | None:
        """The first mark after `session_ms`."""
        at = bisect_right(self._marks, session_ms, key=lambda mark: mark.session_ms)
        return self._marks[at] if at < len(self._marks) else None
