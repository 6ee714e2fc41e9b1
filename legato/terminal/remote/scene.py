"""A device of the service as the views show it: its latest state and readings, in the terms of a run."""

from collections.abc import Sequence
from typing import Final

from legato.controller.session.narration import take_off
from legato.profiles.device import HARD_CAP_MMHG
from legato.service.devices.state import DeviceState, Doing, Happened, News, Question, Readings, ReadingsTold, StateTold
from legato.terminal.zones import Zone

IS_OVER: Final = frozenset({Doing.IDLE, Doing.FAULT, Doing.ESTOP, Doing.OFFLINE})

_NOW: Final[dict[Doing, str]] = {
    Doing.STARTING: "filling up",
    Doing.RUNNING: "playing",
    Doing.FOUND: "found again",
    Doing.OFFLINE: "lost",
    Doing.ESTOP: "emergency stop",
}


class RemoteScene:
    """`take` what is told; news of other devices is passed over."""

    def __init__(self, state: DeviceState) -> None:
        self.state = state
        self.latest: Readings | None = None
        self._message = ""

    def take(self, news: News) -> bool:
        """Brings the scene up to date; whether it was about this device."""
        match news:
            case StateTold() if news.state.id == self.state.id:
                if news.state.number >= self.state.number or news.state.sessions < self.state.sessions:
                    self.state = news.state
                self.latest = None if self.state.about is None else self.latest
            case ReadingsTold() if news.readings.id == self.state.id:
                self.latest = news.readings if self._fits(news.readings) else None
            case Happened() if news.id == self.state.id:
                self._message = news.text
            case _:
                return False
        return True

    def _fits(self, readings: Readings) -> bool:
        return len(readings.measured) == len(self.zones)

    @property
    def title(self) -> str:
        run = self.state.run
        return f"{run.routine} on {self.state.id}" if run else self.state.id

    @property
    def now(self) -> str:
        """What happens at this moment, in a word or two."""
        return _NOW.get(self.state.doing, self.state.doing.value)

    @property
    def session_ms(self) -> int:
        """Readings tell of session time more often than states do."""
        if self.latest is not None and self.state.doing is Doing.RUNNING:
            return self.latest.session_ms
        return self.state.run.session_ms if self.state.run else 0

    @property
    def duration_ms(self) -> int:
        return self.state.run.duration_ms if self.state.run else 0

    @property
    def left_s(self) -> float:
        return max(0, self.duration_ms - self.session_ms) / 1000

    @property
    def percent(self) -> int:
        return self.state.run.intensity if self.state.run else 100

    @property
    def step(self) -> str:
        return self.state.run.step if self.state.run else ""

    @property
    def cue(self) -> Question | None:
        """What waits for an answer."""
        asked = self.state.run.cue if self.state.run else None
        return asked if asked and asked.waits else None

    @property
    def waits_for_resume(self) -> bool:
        return self.state.doing in (Doing.PAUSED, Doing.FOUND)

    @property
    def news(self) -> str:
        """What there is to say at this moment."""
        if self.cue is not None:
            return f'"{self.cue.say}" (space goes on)'
        if problem := self.state.problem:
            told, laid_on = f"{problem.cause}: {problem.advice}", self.state.laid_on
            return f"{told} {take_off(laid_on)}" if laid_on else told
        return "filling up (space pauses)" if self.state.doing is Doing.STARTING else self._message

    @property
    def zones(self) -> Sequence[Zone]:
        """The channels of the device; none before it has introduced itself."""
        about = self.state.about
        return tuple(Zone(c.name, c.side, c.from_cm, c.unit) for c in about.channels) if about else ()

    @property
    def top_mmhg(self) -> float:
        """The scale's end: the highest pressure that this device takes."""
        about = self.state.about
        caps = [channel.cap for channel in about.channels if channel.unit == "mmHg"] if about else []
        return max(caps, default=HARD_CAP_MMHG)
