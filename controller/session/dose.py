"""What a person got of a run: how much of the routine was really played, for how long it pressed, and how hard."""

from dataclasses import dataclass
from typing import Final

from legato.controller.session.events import Ended, Event, Started, Telemetry
from legato.profiles.device import Quantity
from legato.profiles.schedule import Schedule

PRESSES_MMHG: Final = 10.0
"""From here on a chamber presses (design.md, 5: a hold begins above 10 mmHg)."""

GAP_MS: Final = 3_000
"""A gap between reports that is longer counts for nothing: the device's deadman lets go after 2 s."""

SLACK_MS: Final = 1_000
"""What may be missing of a routine that was played through: a few statuses that stood between two positions."""

_CLOCK_MASK: Final = (1 << 30) - 1
_PLAYS: Final = frozenset({"refill", "running"})


@dataclass(frozen=True, slots=True)
class Dose:
    """`is_whole` where nothing of the routine is missing; without `has_begun` nothing ever pressed."""

    has_begun: bool = False
    is_whole: bool = False
    played_ms: int = 0
    pressed_ms: int = 0
    peak_mmhg: float = 0.0


class DoseMeter:
    """Reads the events of one run of `schedule`, from before it begins."""

    def __init__(self, schedule: Schedule) -> None:
        channels = schedule.device.channels
        self._chambers = [c.index for c in channels if c.quantity is Quantity.PRESSURE]
        self._whole_ms = schedule.duration_ms
        self._spans: list[tuple[int, int]] = []
        self._has_begun = False
        self._device_ms: int | None = None
        self._session_ms = 0
        self._pressed_ms = 0
        self._peak_mmhg = 0.0

    @property
    def dose(self) -> Dose:
        """All until now."""
        played_ms = self._played_ms()
        is_whole = played_ms + SLACK_MS >= self._whole_ms
        return Dose(self._has_begun, is_whole, played_ms, self._pressed_ms, self._peak_mmhg)

    def take(self, event: Event) -> None:
        """Takes an event; those that do not matter here are ignored."""
        match event:
            case Telemetry():
                self._read(event)
            case Started():
                self._has_begun = True
            case Ended(outcome) if outcome.kind == "completed":
                # The device has come to the end by itself, after its last status.
                self._go_to(self._whole_ms, GAP_MS)
            case _:
                pass

    def _read(self, now: Telemetry) -> None:
        elapsed_ms = GAP_MS if self._device_ms is None else now.device_ms - self._device_ms & _CLOCK_MASK
        self._device_ms = now.device_ms
        self._has_begun = self._has_begun or now.state in _PLAYS
        pressures = self._pressures(now)
        self._peak_mmhg = max(self._peak_mmhg, *pressures)
        if max(pressures) > PRESSES_MMHG and elapsed_ms < GAP_MS:
            self._pressed_ms += elapsed_ms
        if now.state != "idle":
            # On two clocks; whatever goes further than time does was skipped.
            self._go_to(now.session_ms, elapsed_ms + elapsed_ms // 10 + 50)

    def _go_to(self, session_ms: int, most_ms: int) -> None:
        before, self._session_ms = self._session_ms, session_ms
        if not 0 < session_ms - before <= most_ms:
            return
        if self._spans and self._spans[-1][1] == before:
            before = self._spans.pop()[0]
        self._spans.append((before, session_ms))

    def _played_ms(self) -> int:
        """What was played twice counts once."""
        total_ms = upto_ms = 0
        for begin_ms, end_ms in sorted(self._spans):
            total_ms += max(0, end_ms - max(begin_ms, upto_ms))
            upto_ms = max(upto_ms, end_ms)
        return total_ms

    def _pressures(self, now: Telemetry) -> list[float]:
        """A chamber without a gauge presses as it is commanded to."""
        values = ((now.measured[i], now.commanded[i]) for i in self._chambers)
        return [0.0, *(asked if measured is None else measured for measured, asked in values)]
