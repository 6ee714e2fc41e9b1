"""What a viewer knows of a running routine: the events of a session, folded into one state."""

from dataclasses import dataclass
from functools import cached_property

from legato.controller.session.events import (
    CueShown,
    Ended,
    Event,
    Found,
    Health,
    Intensity,
    Lost,
    Moved,
    Paused,
    Resumed,
    Started,
    Step,
    Telemetry,
)
from legato.profiles.device import HARD_CAP_MMHG, Quantity
from legato.profiles.schedule import Cue, Schedule
from legato.terminal.narration import sentence
from legato.terminal.zones import Zone

INTENSITY_STEP = 10
"""Percent that one press of + or - changes."""

_DOING: dict[type[Event], str] = {
    Started: "playing",
    Resumed: "playing",
    Paused: "paused",
    Lost: "lost",
    Found: "found again",
    Ended: "over",
}


@dataclass
class Progress:
    """State of the run; `cue` is set while the massage waits for an answer, `message` is the latest news."""

    schedule: Schedule
    doing: str = "starting"
    session_ms: int = 0
    step: str = ""
    percent: int = 100
    cue: Cue | None = None
    message: str = ""
    latest: Telemetry | None = None
    worst: Health | None = None
    """Of each figure of the host's health the worst so far."""

    @property
    def title(self) -> str:
        """What plays, and where."""
        return f"{self.schedule.profile} on {self.schedule.device.name}"

    @property
    def duration_ms(self) -> int:
        """How long the routine is."""
        return self.schedule.duration_ms

    @cached_property
    def zones(self) -> tuple[Zone, ...]:
        """The zones of the device, in the order of its channels."""
        return tuple(
            Zone(channel.name, channel.actuator.side, channel.actuator.from_cm, channel.unit)
            for channel in self.schedule.device.channels
        )

    @cached_property
    def top_mmhg(self) -> float:
        """The scale's end: a little above what the routine asks for."""
        channels = self.schedule.device.channels
        pressures = (s.target for s in self.schedule.setpoints if channels[s.channel].quantity is Quantity.PRESSURE)
        return min(max(pressures, default=HARD_CAP_MMHG) * 1.25 + 1, HARD_CAP_MMHG)

    @property
    def now(self) -> str:
        """What happens at this moment, in a word or two; refilling takes a while, and must not look like a hang."""
        return "filling up" if self.is_filling else self.doing

    @property
    def is_filling(self) -> bool:
        """Whether the air that a start or a resume needs is still on its way."""
        return self.latest is not None and self.latest.state == "refill"

    @property
    def news(self) -> str:
        """What there is to say at this moment; a question stays until it is answered, whatever else there is to say."""
        if self.cue is not None:
            question = sentence(CueShown(self.cue)) or ""
            return question if self.message == question else f"{question}\n{self.message}"
        return "filling up (space pauses)" if self.is_filling else self.message

    @property
    def waits_for_resume(self) -> bool:
        return self.doing in {"paused", "found again"} and not self.is_filling

    @property
    def left_s(self) -> float:
        """Seconds of the routine still to come, pauses not counted."""
        return max(0, self.schedule.duration_ms - self.session_ms) / 1000

    def take(self, event: Event) -> None:
        """Brings the state up to date."""
        if not isinstance(event, Step):
            self.message = sentence(event) or self.message
        self.doing = _DOING.get(type(event), self.doing)
        match event:
            case Lost():
                # What it has asked it asks again after a resume, and nothing else is to be had until then.
                self.latest = self.cue = None
            case CueShown() if event.cue.wait:
                self.cue = event.cue
            case Intensity():
                self.percent = event.percent
            case Ended():
                self.cue = None
            case _:
                self._measure(event)

    def _measure(self, event: Event) -> None:
        """What is measured all the while."""
        match event:
            case Telemetry():
                self.latest, self.session_ms = event, event.session_ms
            case Health():
                self.worst = _worse(self.worst, event)
            case _:
                self._go(event)

    def _go(self, event: Event) -> None:
        """What moves the place in the routine; a question that was passed over is asked no more."""
        match event:
            case Started() | Resumed():
                self.session_ms, self.cue = event.session_ms, None
            case Paused() | Found():
                self.session_ms = event.session_ms
            case Step():
                self.step = event.mark.title
            case Moved():
                self.session_ms, self.step = event.session_ms, event.mark.title
                self.doing, self.cue = "paused" if self.cue else self.doing, None
            case _:
                pass


def _worse(worst: Health | None, now: Health) -> Health:
    if worst is None:
        return now
    slowest = max(worst, now, key=lambda health: health.slowest_ms)
    return Health(max(worst.late_ms, now.late_ms), slowest.slowest_ms, slowest.slowest, max(worst.gc_ms, now.gc_ms))
