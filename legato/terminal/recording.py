"""A run on its way into the diary: watched beside another view, begun there when it begins, settled once it is over."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from legato.app import diary_entry, wall_clock
from legato.app.admission import insist_on_rest
from legato.app.diary import open_diary
from legato.care.diary import Diary
from legato.care.entries import RecordedSession
from legato.care.errors import CareError
from legato.care.person import Person
from legato.controller.session.dose import DoseMeter
from legato.controller.session.events import Ended, Event
from legato.profiles.profile import Profile
from legato.profiles.schedule import Schedule
from legato.terminal import output
from legato.terminal.progress import Progress
from legato.terminal.views import View

CUT_SHORT = "stopped"
"""The outcome of a run that never came to tell: a signal or an error ended it."""

Watch = Callable[[Progress], View]


@contextmanager
def in_diary(person: Person | None, profile: Profile, view: Watch, *, keep_simulated: bool = False) -> Iterator[Watch]:
    """`view`, with the diary kept beside it while the block runs; what nobody in particular gets is kept nowhere.

    A run on a simulated device is kept only where `keep_simulated` asks for it.
    """
    if person is None:
        yield view
        return
    recording = Recording(person, profile, view, keep_simulated=keep_simulated)
    try:
        yield recording.watch
    finally:
        recording.settle()


class Recording:
    """Stands between a run and the `view` of it; `entry` is what the diary will hold, None if nothing ever pressed."""

    def __init__(self, person: Person, profile: Profile, view: Watch, *, keep_simulated: bool = False) -> None:
        self._person = person
        self._profile = profile
        self._view = view
        self._keep_simulated = keep_simulated
        self._begun: RecordedSession | None = None
        self._ended: datetime | None = None
        self._outcome = CUT_SHORT

    def watch(self, progress: Progress) -> View:
        """The view of a run, with this recording beside it; from here on a power cut leaves a trace in the diary.

        Called before the device is armed, so that neither a refusal nor a slow disk can meet a leg under pressure.

        Raises:
            NotAdmitted: the person has not rested enough for a massage of this length.
            DiaryError: the diary cannot be read, so nobody knows.
        """
        schedule = progress.schedule
        insist_on_rest(self._profile, self._person, timedelta(milliseconds=schedule.duration_ms))
        self._meter = DoseMeter(schedule)
        if diary_entry.is_kept(schedule.device, self._keep_simulated):
            self._begin(schedule)
        self._shown = self._view(progress)
        return self

    def show(self, event: Event) -> None:
        """Shows one event, and keeps what the diary wants of it."""
        self._meter.take(event)
        if isinstance(event, Ended):
            self._outcome, self._ended = event.outcome.kind, wall_clock.now()
        self._shown.show(event)

    def close(self) -> None:
        """Closes the view."""
        self._shown.close()

    def settle(self) -> None:
        """Has the diary say how it went; to be called once the device is at rest, since a disk may take its time."""
        if self._begun is not None:
            begun, entry = self._begun, self.entry
            _write(lambda diary: diary.settle(begun, entry))

    @property
    def entry(self) -> RecordedSession | None:
        if self._begun is None:
            return None
        return diary_entry.settled(self._begun, self._outcome, self._meter.dose, self._ended or wall_clock.now())

    def _begin(self, schedule: Schedule) -> None:
        who, planned_s = self._person.name, schedule.duration_ms / 1000
        name, cold_s = self._profile.name, self._profile.cold_s
        begun = diary_entry.begun(who, name, schedule.device, wall_clock.now(), planned_s, cold_s)
        self._begun = begun
        _write(lambda diary: diary.add(begun))


def _write(entry: Callable[[Diary], None]) -> None:
    """A diary that fails is said, and changes nothing about how the massage goes."""
    try:
        with open_diary() as diary:
            entry(diary)
    except CareError as error:
        output.say(str(error))
