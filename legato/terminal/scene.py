"""What a viewer knows about a device and its run: its latest state and readings, and what happened last."""

from typing import Final

from legato.controller.session.events import (
    Ended,
    Event,
    Found,
    Health,
    Moved,
    Paused,
    Resumed,
    Started,
    Step,
)
from legato.controller.session.narration import take_off
from legato.profiles.device import HARD_CAP_MMHG
from legato.service.devices.state import (
    ChannelInfo,
    DeviceState,
    Doing,
    Happened,
    Question,
    Readings,
    ReadingsTold,
    StateTold,
    Update,
)
from legato.terminal.narration import question, sentence

_NOW: Final[dict[Doing, str]] = {
    Doing.STARTING: "filling up",
    Doing.RUNNING: "playing",
    Doing.FOUND: "found again",
    Doing.OFFLINE: "lost",
    Doing.ESTOP: "emergency stop",
}


class Scene:
    """One device, in this process or in the service. Pass updates to `take`; those of other devices are ignored."""

    def __init__(self, state: DeviceState) -> None:
        self.state = state
        self.latest: Readings | None = None
        self.session_ms = _session_ms(state)
        """The position in the run, from the latest update that has it."""
        self.worst: Health | None = None
        """The worst value so far of each figure of this process's health; None if another process plays."""
        self._is_over = False
        self._message = ""

    def take(self, update: Update) -> bool:
        """Updates the scene; returns whether the update was about this device."""
        match update:
            case StateTold():
                return update.state.id == self.state.id and self._stand(update.state)
            case ReadingsTold():
                return update.readings.id == self.state.id and self._read(update.readings)
            case Happened():
                self._message = update.text if update.id == self.state.id else self._message
                return update.id == self.state.id
            case _:
                return self._hear(update)

    def _stand(self, state: DeviceState) -> bool:
        if state.number >= self.state.number or state.sessions < self.state.sessions:
            self._is_over = self._is_over and state.sessions == self.state.sessions
            self.state, self.session_ms = state, _session_ms(state)
        if self.state.about is None or self.state.doing is Doing.OFFLINE:
            self.latest = None
        return True

    def _read(self, readings: Readings) -> bool:
        """Readings report the position in the run more often than states do."""
        self.latest = readings if len(readings.measured) == len(self.channels) else None
        if self.state.doing is Doing.RUNNING:
            self.session_ms = readings.session_ms
        return True

    def _hear(self, event: Event) -> bool:
        """An event arrives before the state that results from it."""
        if not isinstance(event, Step):
            self._message = sentence(event) or self._message
        match event:
            case Started() | Resumed() | Paused() | Found() | Moved():
                self.session_ms = event.session_ms
            case Health():
                self.worst = _worse(self.worst, event)
            case Ended():
                self._is_over = True
            case _:
                pass
        return True

    @property
    def title(self) -> str:
        """What plays, and where; a device without a configured id is called by the name in its description."""
        state = self.state
        name = state.about.name if state.about is not None and state.id == state.port else state.id
        return f"{state.run.routine} on {name}" if state.run else name

    @property
    def now(self) -> str:
        """What is happening, in a word or two; refilling takes a while, and must not look like a hang."""
        return "over" if self._is_over else _NOW.get(self.state.doing, self.state.doing.value)

    @property
    def duration_ms(self) -> int:
        """The length of the routine."""
        return self.state.run.duration_ms if self.state.run else 0

    @property
    def left_s(self) -> float:
        """Seconds left in the routine, not counting pauses."""
        return max(0, self.duration_ms - self.session_ms) / 1000

    @property
    def percent(self) -> int:
        return self.state.run.intensity if self.state.run else 100

    @property
    def step(self) -> str:
        return self.state.run.step if self.state.run else ""

    @property
    def cue(self) -> Question | None:
        """The question that is waiting for an answer."""
        asked = self.state.run.cue if self.state.run and not self._is_over else None
        return asked if asked and asked.waits else None

    @property
    def waits_for_resume(self) -> bool:
        return self.state.doing in (Doing.PAUSED, Doing.FOUND)

    @property
    def message(self) -> str:
        """The message to show; a question stays until it is answered, whatever else happens."""
        head = question(self.cue.say) if self.cue is not None else self.problem
        if not head:
            return "filling up (space pauses)" if self.state.doing is Doing.STARTING else self._message
        return head if self._message in head else f"{head}\n{self._message}"

    @property
    def problem(self) -> str:
        """What is wrong with the device, and what to do about it; empty if nothing is."""
        if (problem := self.state.problem) is None:
            return ""
        text, laid_on = f"{problem.cause}: {problem.advice}", self.state.laid_on
        return f"{text} {take_off(laid_on)}" if laid_on else text

    @property
    def channels(self) -> tuple[ChannelInfo, ...]:
        """The channels of the device; none before it has sent its description."""
        return self.state.about.channels if self.state.about else ()

    @property
    def top_mmhg(self) -> float:
        """The top of the scale: a little above the routine's highest pressure, or else the device's highest cap."""
        most = max((channel.cap for channel in self.channels if channel.unit == "mmHg"), default=HARD_CAP_MMHG)
        asked = self.state.run.peak_mmhg if self.state.run else 0.0
        return min(asked * 1.25 + 1, HARD_CAP_MMHG) if asked else most


def _session_ms(state: DeviceState) -> int:
    return state.run.session_ms if state.run else 0


def _worse(worst: Health | None, now: Health) -> Health:
    if worst is None:
        return now
    slowest = max(worst, now, key=lambda health: health.slowest_ms)
    return Health(max(worst.late_ms, now.late_ms), slowest.slowest_ms, slowest.slowest, max(worst.gc_ms, now.gc_ms))
