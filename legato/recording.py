"""A run on its way into the diary: watched beside another view, and made into an entry once it is over."""

from collections.abc import Callable
from datetime import datetime

from care.entries import Session
from controller.events import Ended, Event, Started, Telemetry
from legato.progress import Progress
from legato.views import View

CUT_SHORT = "stopped"
"""The outcome of a run that never came to tell: a signal or an error ended it."""


class Recording:
    """Stands between a run and the `view` of it; `entry` is what the diary will hold, None if nothing ever played."""

    def __init__(
        self, person: str, routine: str, view: Callable[[Progress], View], now: Callable[[], datetime]
    ) -> None:
        self._person = person
        self._routine = routine
        self._view = view
        self._now = now
        self._began: datetime | None = None
        self._outcome = CUT_SHORT
        self._peak_mmhg = 0.0

    def watch(self, progress: Progress) -> View:
        """The view of a run, with this recording beside it."""
        self._progress = progress
        self._shown = self._view(progress)
        return self

    def show(self, event: Event) -> None:
        """Shows one event, and keeps what the diary wants of it."""
        match event:
            case Started():
                self._began = self._began or self._now()
            case Telemetry():
                self._peak_mmhg = max(self._peak_mmhg, *self._pressures(event))
            case Ended():
                self._outcome = event.outcome.kind
            case _:
                pass
        self._shown.show(event)

    def close(self) -> None:
        """Closes the view."""
        self._shown.close()

    @property
    def entry(self) -> Session | None:
        if self._began is None:
            return None
        return Session(
            person=self._person,
            routine=self._routine,
            device=self._progress.schedule.device.name,
            started=self._began,
            duration_s=self._progress.session_ms / 1000,
            outcome=self._outcome,
            peak_mmhg=round(self._peak_mmhg, 1),
        )

    def _pressures(self, now: Telemetry) -> list[float]:
        channels = self._progress.schedule.device.channels
        return [v or 0.0 for v, c in zip(now.measured, channels, strict=True) if c.unit == "mmHg"] or [0.0]
