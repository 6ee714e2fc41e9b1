"""The live view in a terminal: step, progress, commanded and measured pressure of each zone, link health, keys."""

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from legato.controller.session.events import Telemetry
from legato.profiles.words import clock
from legato.service.devices.state import ChannelInfo, Readings, Update
from legato.terminal.scene import Scene

BAR_WIDTHS = (6, 24)
"""Narrowest and widest bar, in columns; a terminal with less room shows figures only."""

BESIDE_BARS = 46
"""Columns for names, figures and gaps next to two bars."""

KEYS = "x or Esc emergency stop   q stop   space pause/resume   + - intensity   s skip"


class LiveView:
    """Redraws on every update; restores the terminal when closed.

    What must never be hidden, messages and keys, is at the top: a terminal that is too low loses the zones and,
    if a long question needs all the rows, the title and progress.
    """

    def __init__(self, console: Console, scene: Scene) -> None:
        self._console = console
        self._scene = scene
        self._begin()

    def show(self, update: Update) -> None:
        if isinstance(update, Telemetry):
            return  # The readings derived from it are drawn instead.
        if self._console.size != self._size:
            self.close()
            self._console.clear()
            self._begin()
        self._live.update(self._drawn(), refresh=True)

    def close(self) -> None:
        self._live.stop()

    def _begin(self) -> None:
        """Uses the current size of the terminal."""
        self._size = self._console.size
        room = (self._size.width - BESIDE_BARS) // 2
        self._bar_width = min(room, BAR_WIDTHS[1]) if room >= BAR_WIDTHS[0] else 0
        self._live = Live(self._drawn(), console=self._console, auto_refresh=False, vertical_overflow="crop")
        self._live.start()

    def _drawn(self) -> RenderableType:
        scene = self._scene
        head, played = _head(scene), _played(scene, min(self._size.width - 1, 78))
        message = _wrapped(scene.message, "bold" if scene.cue or scene.waits_for_resume else "")
        keys = _wrapped(KEYS, "dim")
        must = [message, keys]
        rows = sum(map(self._rows, [head, played, *must]))
        return Group(
            *([head, played] if rows <= self._size.height else []),
            *must,
            Text(""),
            self._zones(),
            Text(""),
            _link(scene),
        )

    def _rows(self, text: Text) -> int:
        """How many rows the text takes on this terminal."""
        return len(text.wrap(self._console, self._size.width))

    def _zones(self) -> Table:
        """One row for each place from the top of the leg down, left before right."""
        table = Table.grid(padding=(0, 2))
        channels, top_mmhg = self._scene.channels, self._scene.top_mmhg
        if any(channel.side == "right" for channel in channels):
            table.add_row("", Text("left", style="dim"), Text("right", style="dim"))
        rows: dict[tuple[float, str], list[RenderableType]] = {}
        for index, channel in sorted(enumerate(channels), key=lambda pair: pair[1].side == "right"):
            name = _place(channel)
            row = rows.setdefault((-channel.from_cm, name), [Text(name, justify="right")])
            row.append(self._cell(index, channel, top_mmhg))
        for _, cells in sorted(rows.items(), key=lambda row: row[0]):
            table.add_row(*cells)
        return table

    def _cell(self, index: int, channel: ChannelInfo, top_mmhg: float) -> Text:
        commanded, measured = _values(index, self._scene.latest)
        if channel.unit != "mmHg":
            return Text(f"{commanded:5.0f} {channel.unit}")
        shown = 0.0 if measured is None else measured
        text = bar(commanded / top_mmhg, shown / top_mmhg, self._bar_width) if self._bar_width else Text()
        return text.append(f" {shown:3.0f} of {commanded:3.0f}" if measured is not None else "  no sensor")


def bar(commanded: float, measured: float, width: int) -> Text:
    """A bar as long as the measured value, with a mark at the commanded one; both as fractions of the scale."""
    filled = min(max(round(measured * width), 0), width)
    mark = min(max(round(commanded * width), 0), width - 1)
    text = Text("█" * filled + "·" * (width - filled))
    text.stylize("cyan", 0, filled)
    text.stylize("dim", filled, width)
    text.plain = text.plain[:mark] + "┃" + text.plain[mark + 1 :]
    text.stylize("bold yellow", mark, mark + 1)
    return text


def _place(channel: ChannelInfo) -> str:
    """The channel's name without the side, which has a column of its own."""
    words = channel.name.replace("_", " ").replace("-", " ").replace(".", " ").split()
    return " ".join(word for word in words if word not in {"left", "right"})


def _head(scene: Scene) -> Text:
    now, whole = clock(scene.session_ms / 1000), clock(scene.duration_ms / 1000)
    head = _wrapped(scene.title, "bold")
    head.append(f"   {scene.now}   {now} of {whole}, {clock(scene.left_s)} left", "not bold")
    head.append(f"   intensity {scene.percent} %", "not bold")
    return head.append(f"\n{scene.step}", "not bold") if scene.step else head


def _played(scene: Scene, width: int) -> Text:
    """The progress bar, in a row of its own."""
    part = scene.session_ms / max(scene.duration_ms, 1)
    done = min(max(round(part * width), 0), width)
    bar = Text("━" * done, style="cyan", no_wrap=True)
    return bar.append("━" * (width - done), "dim not bold white")


def _link(scene: Scene) -> Text:
    latest = scene.latest
    if latest is None:
        return Text("link: waiting for the device", style="dim")
    return Text(
        f"link: round trip {latest.rtt_ms:.0f} ms, {latest.slack_ms / 1000:.1f} s ahead, lost {latest.lost}, "
        f"re-sent {latest.resent}, bad {latest.bad_frames}, set-points at most {latest.late_max_ms} ms late",
        style="dim",
    )


def _wrapped(text: str, style: str) -> Text:
    """Text that wraps if the terminal is narrow."""
    return Text(text, style=style, no_wrap=False, overflow="fold")


def _values(index: int, latest: Readings | None) -> tuple[float, float | None]:
    return (0.0, 0.0) if latest is None else (latest.commanded[index], latest.measured[index])
