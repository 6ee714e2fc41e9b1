"""What plays, to whoever steers it: the session with one device, or with two that play as one."""

from types import TracebackType
from typing import Protocol, Self

from legato.controller.session.event_bus import EventBus
from legato.controller.session.events import Connected, Event, Outcome
from legato.controller.session.phase import Phase
from legato.profiles.device import Device
from legato.profiles.schedule import Cue, Schedule


class AnySession(Protocol):
    """The face that `Session` and `Pair` have in common; each says what it raises."""

    async def __aenter__(self) -> Self:
        """Connects."""

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Vents, and closes what was opened."""

    @property
    def events(self) -> EventBus[Event]:
        """What happens."""

    @property
    def device(self) -> Device:
        """What plays, as it was compiled for."""

    @property
    def parts(self) -> tuple[Device, ...]:
        """What it is made of, in the order of the ports."""

    @property
    def introduced(self) -> Connected:
        """What it said of itself when it was connected last."""

    @property
    def is_connected(self) -> bool:
        """Whether all of it is there, as far as is known."""

    @property
    def phase(self) -> Phase:
        """How the run stands; OVER where there is none."""

    @property
    def session_ms(self) -> int:
        """Where session time stood when it was reported last."""

    @property
    def laid_on(self) -> str:
        """What a person has laid on by hand, and it was not said to be off."""

    @property
    def left_at_rest(self) -> bool:
        """Whether what was under way when this was left has ended by the device's own word."""

    async def play(self, schedule: Schedule, from_ms: int = 0, percent: int = 100) -> Outcome:
        """Plays `schedule`, which is for `device`, and returns how it ended."""

    async def pause(self) -> None:
        """Holds session time and lets the pressure out."""

    async def resume(self) -> None:
        """Goes on after a pause, a waiting cue, or a loss."""

    async def skip(self) -> None:
        """Goes to the next step that can be skipped to; where there is none, it stops."""

    async def set_intensity(self, percent: int) -> None:
        """Plays at `percent` (0..100) of the compiled schedule."""

    async def answer(self, cue: Cue) -> None:
        """Answers the cue that the massage waits for."""

    async def stop(self) -> None:
        """Soft release."""

    async def emergency_stop(self) -> None:
        """Everything off and open; possible at any time."""

    async def clear_fault(self) -> None:
        """Has a latched fault cleared, where there is one."""
