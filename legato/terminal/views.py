"""Ways to watch a device: plain lines, JSON lines and a callback; the live view is in a file of its own."""

from collections.abc import Callable
from functools import partial
from typing import Protocol

from legato.controller.isolation import Complaints, complain, every
from legato.controller.session.events import Ended, Event
from legato.profiles.words import clock
from legato.service.devices.state import Happened, ReadingsTold, StateTold, Update
from legato.terminal import output
from legato.terminal.narration import question, sentence
from legato.terminal.scene import Scene

EVERY_MS = 10_000
"""Session time between two lines of progress."""


class View(Protocol):
    """Shows what happens as it happens."""

    def show(self, update: Update) -> None:
        """Shows one update, which the scene already contains, or a notice that a key had no effect."""

    def close(self) -> None:
        """Restores the terminal."""


Watch = Callable[[Scene], View]
"""Opens a view of a scene."""


class Listener:
    """A view that calls a function for each event; exceptions are logged, since a viewer must not affect a massage."""

    def __init__(self, show: Callable[[Event], None]) -> None:
        self._show = show
        self._complaints = Complaints()

    def show(self, update: Update) -> None:
        if isinstance(update, Event):
            self._complaints.log(f"the listener at {type(update).__name__}", every([partial(self._show, update)]))

    def close(self) -> None:
        """There is nothing to restore."""


class IsolatedView:
    """A view whose failures do not end the massage; they are logged."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._complaints = Complaints()

    def show(self, update: Update) -> None:
        """Shows one update, if the view can."""
        try:
            self._view.show(update)
        except Exception as error:
            self._complaints.log("the view", [error])

    def close(self) -> None:
        """Closes the view, which may have failed in the middle of a line."""
        complain("the view's end", every([self._view.close]))


class JsonLines:
    """One line of JSON for each event of a session in this process, or for each update from a service."""

    def __init__(self, *, of_service: bool = False) -> None:
        self._of_service = of_service

    def show(self, update: Update) -> None:
        if isinstance(update, Event):
            output.as_json_line(update.as_dict())
        elif self._of_service:
            output.as_json_line(update.model_dump(mode="json"))

    def close(self) -> None:
        """There is nothing to restore."""


class PlainLines:
    """One line for each thing that happens, and the progress every ten seconds."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._next_ms = scene.session_ms // EVERY_MS * EVERY_MS + EVERY_MS
        self._last_line: str | None = None
        self._asked = 0

    def show(self, update: Update) -> None:
        match update:
            case ReadingsTold():
                self._show_progress()
            case StateTold():
                self._show_question()
            case Happened():
                self._say(update.text)
            case _:
                self._say(sentence(update))
        if isinstance(update, Ended) and (host := self._scene.worst):
            output.data(
                f"        host at most {host.late_ms:.1f} ms late; slowest step {host.slowest_ms:.1f} ms"
                f" ({host.slowest or 'none'}), longest GC pause {host.gc_ms:.1f} ms"
            )

    def close(self) -> None:
        """There is nothing to restore."""

    def _say(self, text: str | None) -> None:
        """Prints a line, unless it repeats the last one."""
        if text and text != self._last_line:
            self._last_line = text
            output.data(f"{clock(self._scene.session_ms / 1000):>6}  {text}")

    def _show_question(self) -> None:
        """Prints a new question with the key that answers it."""
        if (cue := self._scene.cue) is not None and cue.id != self._asked:
            self._asked = cue.id
            self._say(question(cue.say))

    def _show_progress(self) -> None:
        scene = self._scene
        if scene.session_ms < self._next_ms:
            return
        self._next_ms = scene.session_ms // EVERY_MS * EVERY_MS + EVERY_MS
        progress = f"{scene.step}, {clock(scene.left_s)} left, {self._peak()}"
        output.data(f"{clock(scene.session_ms / 1000):>6}  {progress}")

    def _peak(self) -> str:
        """The zone under the highest pressure now."""
        scene = self._scene
        measured = scene.latest.measured if scene.latest else ()
        pressed = [(v, c.name) for v, c in zip(measured, scene.channels, strict=False) if v and c.unit == "mmHg"]
        value, name = max(pressed, default=(0.0, "nothing"))
        return f"{name} {value:.0f} mmHg"


def view(*, json: bool, of_service: bool) -> Watch:
    """JSON lines on request, the live view on a terminal that can redraw, otherwise plain lines."""
    if json:
        return lambda _: JsonLines(of_service=of_service)
    console = output.console()
    if not console.is_terminal or console.is_dumb_terminal:
        return PlainLines
    from legato.terminal.live import LiveView

    return lambda scene: LiveView(console, scene)
