"""What the service leaves to others before and after a run: who may have it, how it is compiled, what is remembered."""

from dataclasses import dataclass
from typing import Protocol

from legato.controller.session.dose import Dose
from legato.profiles.device import Device
from legato.profiles.schedule import Schedule
from legato.service.devices.bridge import Start
from legato.service.devices.state import Ending, Run


@dataclass(frozen=True, slots=True)
class Prepared:
    """A routine made ready: compiled within the limits of the `person` it is for; None is nobody in particular.

    What is `in_diary` is told to the desk as it begins and ends, and kept in the diary of this person.
    """

    schedule: Schedule
    title: str
    person: str | None = None
    in_diary: bool = False


class RunPolicy(Protocol):
    """Behind every start and every end of a run."""

    async def prepare(self, wish: Start, device: Device) -> Prepared:
        """Asks whether it may play, and compiles it.

        Raises UnknownRoutine, NotAdmitted, NotPlayable, or a ServiceError that says why it cannot be done now.
        """

    def begun(self, run: Run, device: Device) -> None:
        """`run` begins on this device; does not wait."""

    def ended(self, run: Run, ending: Ending, device: Device, dose: Dose) -> None:
        """`run` is over, with this much of it really played; does not wait. It was told as `begun`."""
