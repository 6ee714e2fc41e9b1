"""A run on its way into the diary: watched beside another view, begun there when it begins, settled once it is over."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from care.entries import BEGUN, Session
from care.person import Person
from controller.events import Ended, Event, Started, Telemetry
from legato import people
from legato.progress import Progress
from legato.views import View
from profiles.profile import Profile

CUT_SHORT = "stopped"
"""The outcome of a run that never came to tell: a signal or an error ended it."""

Watch = Callable[[Progress], View]


@contextmanager
def in_diary(person: Person | None, profile: Profile, view: Watch) -> Iterator[Watch]:
    """`view`, with the diary kept beside it while the block runs; what nobody in particular gets is kept nowhere."""
    if person is None:
        yield view
        return
    recording = Recording(person, profile, view)
    try:
        yield recording.watch
    finally:
        recording.settle()


class Recording:
    """Stands between a run and the `view` of it; `entry` is what the diary will hold, None if nothing ever played."""

    def __init__(self, person: Person, profile: Profile, view: Watch) -> None:
        self._person = person
        self._profile = profile
        self._view = view
        self._begun: Session | None = None
        self._began: datetime | None = None
        self._outcome = CUT_SHORT
        self._peak_mmhg = 0.0

    def watch(self, progress: Progress) -> View:
        """The view of a run, with this recording beside it; from here on a power cut leaves a trace in the diary.

        Called before the device is armed, so that neither a refusal nor a slow disk can meet a leg under pressure.

        Raises:
            CommandError: the person has not rested enough for a massage of this length.
            DiaryError: the diary cannot be read, so nobody knows.
        """
        self._progress = progress
        planned_s = progress.schedule.duration_ms / 1000
        people.insist_on_rest(self._profile, self._person, timedelta(seconds=planned_s))
        self._begun = self._session(people.now(), planned_s, BEGUN)
        people.begin(self._begun)
        self._shown = self._view(progress)
        return self

    def show(self, event: Event) -> None:
        """Shows one event, and keeps what the diary wants of it."""
        match event:
            case Started():
                self._began = self._began or people.now()
            case Telemetry():
                self._peak_mmhg = max(self._peak_mmhg, *self._pressures(event))
            case Ended():
                self._outcome = event.outcome.kind
            case _:
                pass
        self._shown.show(event)

    def close(self) -> None:
        """Closes the view."""
        self._shown.close()

    def settle(self) -> None:
        """Has the diary say how it went; to be called once the device is at rest, since a disk may take its time."""
        if self._begun is not None:
            people.settle(self._begun, self.entry)

    @property
    def entry(self) -> Session | None:
        if self._began is None:
            return None
        session = self._session(self._began, self._progress.session_ms / 1000, self._outcome)
        return session.model_copy(update={"peak_mmhg": round(self._peak_mmhg, 1)})

    def _session(self, started: datetime, duration_s: float, outcome: str) -> Session:
        return Session(
            person=self._person.name,
            routine=self._profile.name,
            device=self._progress.schedule.device.name,
            started=started,
            duration_s=duration_s,
            outcome=outcome,
            cold_s=min(self._profile.cold_s, duration_s),
        )

    def _pressures(self, now: Telemetry) -> list[float]:
        channels = self._progress.schedule.device.channels
        return [v or 0.0 for v, c in zip(now.measured, channels, strict=True) if c.unit == "mmHg"] or [0.0]
