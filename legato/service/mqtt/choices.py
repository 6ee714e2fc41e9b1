"""The defaults of a start: the routine and intensity that were chosen or played last."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from legato.service.devices.state import DeviceState, Doing
from legato.service.mqtt.publisher import Publisher

UNDER_WAY: Final = frozenset({Doing.STARTING, Doing.RUNNING, Doing.PAUSED, Doing.WAITING, Doing.FOUND, Doing.STOPPING})


@dataclass(frozen=True, slots=True)
class Choice:
    """The defaults of one device; `began` and `played` are the start and intensity of the run seen last."""

    routine: str | None = None
    intensity: int = 100
    began: datetime | None = None
    played: int = 100


class Choices:
    """The defaults of every device. The published values are always those that a start will use."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self._of: dict[str, Choice] = {}

    def of(self, which: str) -> Choice:
        """The current defaults of the device."""
        return self._of.get(which, Choice())

    def choose(self, which: str, routine: str | None = None, intensity: int | None = None) -> None:
        """Sets the given defaults; `which` must be an existing device."""
        before = self.of(which)
        chosen = replace(
            before,
            routine=before.routine if routine is None else routine,
            intensity=before.intensity if intensity is None else intensity,
        )
        self._tell(which, chosen)

    def told(self, state: DeviceState) -> None:
        """A run that was started, over MQTT or otherwise, becomes the default for the next start."""
        chosen, run = self.of(state.id), state.run
        if run is not None and state.doing in UNDER_WAY and (run.started_at, run.intensity) != _seen(chosen):
            routine = chosen.routine if run.started_at == chosen.began else run.routine
            chosen = Choice(routine, run.intensity, run.started_at, run.intensity)
        self._tell(state.id, chosen)

    def _tell(self, which: str, chosen: Choice) -> None:
        self._of[which] = chosen
        self._publisher.tell_value(which, "routine", chosen.routine)
        self._publisher.tell_value(which, "intensity", chosen.intensity)


def _seen(chosen: Choice) -> tuple[datetime | None, int]:
    return chosen.began, chosen.played
