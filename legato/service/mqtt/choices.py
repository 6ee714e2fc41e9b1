"""What a start begins unless it says otherwise: the routine and the intensity that were chosen, or played last."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from legato.service.devices.state import DeviceState, Doing
from legato.service.mqtt.publisher import Publisher

UNDER_WAY: Final = frozenset({Doing.STARTING, Doing.RUNNING, Doing.PAUSED, Doing.WAITING, Doing.FOUND, Doing.STOPPING})


@dataclass(frozen=True, slots=True)
class Choice:
    """For one device; `began` and `played` are when the run began that was looked at last, and its intensity."""

    routine: str | None = None
    intensity: int = 100
    began: datetime | None = None
    played: int = 100


class Choices:
    """Of every device. What is published is what a start takes, so that nobody is surprised by it."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self._of: dict[str, Choice] = {}

    def of(self, which: str) -> Choice:
        """What holds for the device now."""
        return self._of.get(which, Choice())

    def choose(self, which: str, routine: str | None = None, intensity: int | None = None) -> None:
        """Takes over what is given; `which` is a device that there is."""
        before = self.of(which)
        chosen = replace(
            before,
            routine=before.routine if routine is None else routine,
            intensity=before.intensity if intensity is None else intensity,
        )
        self._tell(which, chosen)

    def told(self, state: DeviceState) -> None:
        """A run that somebody has begun, over MQTT or not, is what the next start begins again."""
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
