"""The run policy of a process that plays one routine for one person, whom it has admitted already."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from legato.care.errors import CareError
from legato.care.person import Person
from legato.controller.session.dose import Dose
from legato.profiles.device import Device
from legato.profiles.profile import Profile
from legato.profiles.restrictions import Restrictions
from legato.profiles.schedule import Schedule
from legato.service.devices.bridge import Start
from legato.service.devices.run_policy import Prepared
from legato.service.devices.state import Ending, Run
from legato.service.run import journal
from legato.service.run.admission import made_ready


@dataclass
class OwnRunPolicy:
    """Implements `Desk` in this process. `ready` is called with the schedule before anything moves.

    The diary has the run before the device is armed, so that no disk can keep a leg under pressure waiting; how it
    went is written by `settle`, once the device is at rest. A diary that fails is reported, and changes nothing else.
    """

    profile: Profile
    person: Person | None
    restrictions: Restrictions
    minutes: float | None
    strict: bool
    keep_simulated: bool
    ready: Callable[[Schedule], None]
    report: Callable[[str], None]
    _entry: Callable[[], None] | None = field(default=None, init=False)

    async def prepare(self, _wish: Start, device: Device) -> Prepared:
        """Compiles it here and now: nothing plays meanwhile that could be held up.

        Raises:
            CompileError, NotAllowed: see `compiled`.
            NotAdmitted: the person has not rested enough for a massage of this length.
            DiaryError: the diary cannot be read, so nobody knows.
        """
        prepared = made_ready(
            self.profile,
            self.person,
            device,
            self.restrictions,
            self.minutes,
            strict=self.strict,
            keep_simulated=self.keep_simulated,
        )
        self.ready(prepared.schedule)
        return prepared

    def begun(self, run: Run, device: Device) -> None:
        if run.person is not None and run.in_diary:
            self._write(partial(journal.begin, run, run.person, device, self.profile.cold_s))

    def ended(self, run: Run, ending: Ending, device: Device, dose: Dose) -> None:
        if run.person is not None and run.in_diary:
            self._entry = partial(journal.settle, run, run.person, device, ending, dose, self.profile.cold_s)

    def settle(self) -> None:
        """Has the diary say how it went; the device must be at rest, since a disk may take its time."""
        if self._entry is not None:
            self._write(self._entry)

    def _write(self, entry: Callable[[], None]) -> None:
        try:
            entry()
        except CareError as error:
            self.report(str(error))
