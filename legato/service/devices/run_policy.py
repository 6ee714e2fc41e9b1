"""Policy for a run, before and after it: who may have it, how it is compiled, and what is recorded."""

from dataclasses import dataclass
from typing import Protocol

from legato.controller.session.dose import Dose
from legato.profiles.device import Device
from legato.profiles.schedule import Schedule
from legato.service.devices.bridge import Start
from legato.service.devices.state import Ending, Run


@dataclass(frozen=True, slots=True)
class Prepared:
    """A prepared routine: compiled within the limits of the `person` it is for; None is nobody in particular.

    If `in_diary`, the policy is told when it begins and ends, and records it in the diary of this person.
    """

    schedule: Schedule
    title: str
    person: str | None = None
    in_diary: bool = False


class RunPolicy(Protocol):
    """Called at every start and every end of a run."""

    async def prepare(self, wish: Start, device: Device) -> Prepared:
        """Checks that it may play, and compiles it.

        Raises UnknownRoutine, NotAdmitted, NotPlayable, or a ServiceError that says why this is not possible now.
        """

    def begun(self, run: Run, device: Device) -> None:
        """`run` has begun on this device; does not block."""

    def ended(self, run: Run, ending: Ending, device: Device, dose: Dose) -> None:
        """`run` is over, after `dose` was actually played; does not block. `begun` was called for it."""
