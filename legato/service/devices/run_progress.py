"""How far a run is: where its session time stands, what it has given, and which question waits."""

from datetime import datetime, timedelta

from legato.controller.session.dose import Dose, DoseMeter
from legato.controller.session.events import Event, Outcome, Telemetry
from legato.profiles.schedule import Cue, Mark, Schedule
from legato.service.devices.state import Question, Run


class RunProgress:
    """Of the run that is under way on a device, or of its last one."""

    def __init__(self) -> None:
        self.session_ms = 0
        self.has_begun = False
        """Whether the device has begun to fill for it."""
        self.cue: Cue | None = None
        """What waits for an answer."""
        self._schedule: Schedule | None = None
        self._dose = Dose()
        self._meter: DoseMeter | None = None
        self._massage_ms = 0
        self._question = 0

    @property
    def dose(self) -> Dose:
        """What it has given until now."""
        return self._dose if self._meter is None else self._meter.dose

    @property
    def massage_s(self) -> float:
        """Seconds of session time that were played in this run and all before it."""
        return round((self._massage_ms + (0 if self._meter is None else self.dose.played_ms)) / 1000, 1)

    def begin(self, schedule: Schedule) -> None:
        """The next run begins."""
        self._count()
        self.session_ms, self.has_begun, self.cue = 0, False, None
        self._schedule, self._dose, self._meter = schedule, Dose(), None

    def take(self, event: Event) -> None:
        """Counts what the session tells while the run is under way."""
        if self._schedule is not None:
            self._meter = self._meter or DoseMeter(self._schedule)
            self._meter.take(event)
        if isinstance(event, Telemetry):
            self.has_begun = self.has_begun or event.state in ("refill", "running")
            if self.has_begun and event.state != "idle":
                self.session_ms = event.session_ms

    def come_to(self, mark: Mark) -> int:
        """A step begins; its number in the routine, 0 where it is none of its own."""
        self.session_ms = max(self.session_ms, mark.session_ms)
        marks = self._schedule.marks if self._schedule else ()
        return marks.index(mark) + 1 if mark in marks else 0

    def ask(self, cue: Cue, now: datetime) -> Question:
        """The cue as clients get it, under a number that no other has."""
        self._question += 1
        self.cue = cue if cue.wait else None
        ends_at = now + timedelta(seconds=cue.timeout_s) if cue.wait else None
        must = bool(cue.takes_off)
        return Question(id=self._question, say=cue.say, waits=cue.wait, must_be_answered=must, ends_at=ends_at)

    def asked(self, question: int) -> Cue | None:
        """The cue that waits under this number, if it still does."""
        return self.cue if question == self._question else None

    def ends_at(self, run: Run, now: datetime) -> datetime:
        """When it will be over if nothing holds it up; what was told of that stands while it is right to a second."""
        ends_at = now + timedelta(milliseconds=run.duration_ms - self.session_ms)
        told = run.ends_at
        return told if told is not None and abs(told - ends_at) < timedelta(seconds=1) else ends_at

    def end(self, outcome: Outcome) -> None:
        """It is over, and nothing is asked any more."""
        self.cue = None
        self._count()
        if outcome.kind == "completed" and self._schedule is not None:
            self.session_ms = self._schedule.duration_ms

    def _count(self) -> None:
        """What was played is counted once, whether it has ended or was never heard of again."""
        if self._meter is not None:
            self._dose, self._meter = self._meter.dose, None
            self._massage_ms += self._dose.played_ms
