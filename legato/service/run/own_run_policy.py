"""The run policy of a process that has a device for itself, and has admitted whoever it plays for already."""

from collections.abc import Callable
from functools import partial

from legato.care.errors import CareError
from legato.controller.session.dose import Dose
from legato.profiles.device import Device
from legato.service.devices.bridge import Start
from legato.service.devices.run_policy import Prepared
from legato.service.devices.state import Ending, Run
from legato.service.run import journal


class OwnRunPolicy:
    """Implements `RunPolicy` in this process: what plays next is what was planned last.

    The diary has the run before the device is armed, so that no disk can keep a leg under pressure waiting; how it
    went is written by `settle`, once the device is at rest. A diary that fails goes to `report`, and changes nothing
    else.
    """

    def __init__(self, report: Callable[[str], None]) -> None:
        self._report = report
        self._entry: Callable[[], None] | None = None

    def plan(self, make_ready: Callable[[Device], Prepared], cold_s: float) -> None:
        """What is to play next: `make_ready` has it ready for the device that is there; it cools for `cold_s`."""
        self._make_ready = make_ready
        self._cold_s = cold_s

    async def prepare(self, _wish: Start, device: Device) -> Prepared:
        """Here and now: nothing plays meanwhile that could be held up. Raises what making ready does."""
        return self._make_ready(device)

    def begun(self, run: Run, device: Device) -> None:
        if run.person is not None and run.in_diary:
            self._write(partial(journal.begin, run, run.person, device, self._cold_s))

    def ended(self, run: Run, ending: Ending, device: Device, dose: Dose) -> None:
        if run.person is not None and run.in_diary:
            self._entry = partial(journal.settle, run, run.person, device, ending, dose, self._cold_s)

    def settle(self) -> None:
        """Has the diary say how it went; the device must be at rest, since a disk may take its time."""
        entry, self._entry = self._entry, None
        if entry is not None:
            self._write(entry)

    def _write(self, entry: Callable[[], None]) -> None:
        try:
            entry()
        except CareError as error:
            self._report(str(error))
