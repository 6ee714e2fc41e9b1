"""Ways to watch a device of the service: JSON lines as the service tells them, plain lines; the live view is shared."""

from collections.abc import Callable

from legato.controller.session.events import Notice
from legato.profiles.words import clock
from legato.service.devices.state import Happened, News, ReadingsTold, StateTold
from legato.terminal import output
from legato.terminal.remote.playing import RemoteView
from legato.terminal.remote.scene import RemoteScene
from legato.terminal.views import EVERY_MS


class JsonLines:
    """Every piece of news as one line of JSON."""

    def show(self, event: News | Notice) -> None:
        output.as_json_line(event.as_dict() if isinstance(event, Notice) else event.model_dump(mode="json"))

    def close(self) -> None:
        """Nothing is held."""


class Lines:
    """What happens, a line each, and every ten seconds how far the routine is."""

    def __init__(self, scene: RemoteScene) -> None:
        self._scene = scene
        self._next_ms = scene.session_ms // EVERY_MS * EVERY_MS + EVERY_MS
        self._asked = 0

    def show(self, event: News | Notice) -> None:
        match event:
            case Happened() | Notice():
                self._say(event.text)
            case ReadingsTold():
                self._tell_progress()
            case StateTold() if (cue := self._scene.cue) is not None and cue.id != self._asked:
                self._asked = cue.id
                self._say(self._scene.news)

    def close(self) -> None:
        """Nothing is held."""

    def _say(self, text: str) -> None:
        output.data(f"{clock(self._scene.session_ms / 1000):>6}  {text}")

    def _tell_progress(self) -> None:
        scene = self._scene
        if scene.session_ms < self._next_ms:
            return
        self._next_ms = scene.session_ms // EVERY_MS * EVERY_MS + EVERY_MS
        self._say(f"{scene.step}, {clock(scene.left_s)} left")


def view(json: bool) -> Callable[[RemoteScene], RemoteView]:
    """JSON lines where asked for, the live view on a terminal that can redraw, plain lines elsewhere."""
    if json:
        return lambda _: JsonLines()
    console = output.console()
    if not console.is_terminal or console.is_dumb_terminal:
        return Lines
    from legato.terminal.live import LiveView

    return lambda scene: LiveView(console, scene)
