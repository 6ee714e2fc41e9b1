"""Ways to watch a routine: plain lines, JSON lines and a function here, the live view in a file of its own."""

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from legato.controller.isolation import Complaints, complain, every
from legato.controller.session.events import Ended, Event, Telemetry
from legato.profiles.words import clock
from legato.terminal import output
from legato.terminal.narration import sentence
from legato.terminal.progress import Progress

EVERY_MS = 10_000
"""Session time between two plain lines of progress."""


class View(Protocol):
    """Shows the events of a run as they come."""

    def show(self, event: Event) -> None:
        """Shows one event, which the run's `Progress` has taken already."""

    def close(self) -> None:
        """Gives back whatever it held of the terminal."""


class Listener:
    """A view that is a function; what it raises is logged, since a massage does not depend on who watches."""

    def __init__(self, show: Callable[[Event], None]) -> None:
        self._show = show
        self._complaints = Complaints()

    def show(self, event: Event) -> None:
        self._complaints.log(f"the listener at {type(event).__name__}", every([partial(self._show, event)]))

    def close(self) -> None:
        """Nothing is held."""


class Isolated:
    """A view whose failures end no massage: they are logged."""

    def __init__(self, view: Any) -> None:
        self._view = view
        self._complaints = Complaints()

    def show(self, event: Any) -> None:
        """Shows one event, if the view can."""
        try:
            self._view.show(event)
        except Exception as error:
            self._complaints.log("the view", [error])

    def close(self) -> None:
        """Closes the view, which may have died in the middle of a line."""
        complain("the view's end", every([self._view.close]))


class JsonView:
    """Every event as one line of JSON."""

    def show(self, event: Event) -> None:
        output.as_json_line(event.as_dict())

    def close(self) -> None:
        """Nothing is held."""


class PlainView:
    """What happens, a line each, and every ten seconds how far the routine is."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._next_ms = EVERY_MS
        self._said: str | None = None

    def show(self, event: Event) -> None:
        if isinstance(event, Telemetry):
            self._show_progress(event)
        elif (text := sentence(event)) and text != self._said:
            self._said = text
            output.data(f"{clock(self._progress.session_ms / 1000):>6}  {text}")
        if isinstance(event, Ended) and (host := self._progress.worst):
            output.data(
                f"        host at most {host.late_ms:.1f} ms late; slowest step {host.slowest_ms:.1f} ms"
                f" ({host.slowest or 'none'}), longest GC pause {host.gc_ms:.1f} ms"
            )

    def close(self) -> None:
        """Nothing is held."""

    def _show_progress(self, now: Telemetry) -> None:
        if now.session_ms < self._next_ms:
            return
        self._next_ms = now.session_ms // EVERY_MS * EVERY_MS + EVERY_MS
        left = clock(self._progress.left_s)
        output.data(f"{clock(now.session_ms / 1000):>6}  {self._progress.step}, {left} left, {self._peak(now)}")

    def _peak(self, now: Telemetry) -> str:
        """The zone under the highest pressure at this moment."""
        channels = self._progress.schedule.device.channels
        pressed = [(v, c.name) for v, c in zip(now.measured, channels, strict=True) if v and c.unit == "mmHg"]
        value, name = max(pressed, default=(0.0, "nothing"))
        return f"{name} {value:.0f} mmHg"
